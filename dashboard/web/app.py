"""The page as one Dash application: its frame, its views, its callbacks."""

import dash_mantine_components as dmc
from dash import Dash

from dashboard.service.desk import Desk


def make_app(desk: Desk) -> Dash:
    """Make the page over one open store."""
    app = Dash("dashboard.web", title="intrograph", update_title="", assets_folder="assets", enable_mcp=False)
    app.layout = dmc.MantineProvider(dmc.Title(desk.store.location, order=1))
    return app
