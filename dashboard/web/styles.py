"""Styles of a drawing for where the page's own are not: its rules, with the light theme's colours written out."""

import re
from importlib.resources import files

_VARIABLE = re.compile(r"--([\w-]+):\s*([^;}]+);")
_PAGE_ONLY = "/* The page only */"


def written_out(sheet: str) -> str:
    """Give those rules of a sheet in `assets` that hold everywhere, with the light theme's values for its variables."""
    assets = files("dashboard.web") / "assets"
    light, _, _ = (assets / "tokens.css").read_text(encoding="utf-8").partition("[data-mantine-color-scheme")
    values = dict(_VARIABLE.findall(light))
    rules, _, _ = (assets / sheet).read_text(encoding="utf-8").partition(_PAGE_ONLY)
    return re.sub(r"var\(--([\w-]+)\)", lambda found: values[found[1]], rules)
