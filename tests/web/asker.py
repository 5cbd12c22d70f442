"""A page without a browser: what it asks of its server."""

from typing import Any

import requests

_WITHIN = 120.0  # seconds


class Asker:
    """Somebody with the page open: sends what it sends, with its token.

    Args:
        url: The page's address.
        anew: Whether each request has a connection of its own, so that any process may answer.
    """

    def __init__(self, url: str, *, anew: bool = False) -> None:
        self.url, self.session = url, requests.Session()
        self.session.get(url, timeout=_WITHIN).raise_for_status()
        token = str(self.session.cookies["_csrf_token"])
        self.session.headers.update({"Origin": url, "X-CSRFToken": token})
        if anew:
            self.session.headers["Connection"] = "close"

    def _call(self, output: str, outputs: list[tuple[str, str]], inputs: dict[str, Any]) -> str:
        told: dict[str, Any] = {
            "output": output,
            "outputs": [{"id": id_, "property": name} for id_, name in outputs],
            "inputs": [{"id": id_, "property": "data", "value": value} for id_, value in inputs.items()],
            "changedPropIds": [f"{id_}.data" for id_ in inputs],
        }
        if len(outputs) == 1:
            told["outputs"] = told["outputs"][0]  # as Dash sends it
        answer = self.session.post(f"{self.url}/_dash-update-component", json=told, timeout=_WITHIN)
        answer.raise_for_status()
        return answer.text

    def ask(self, search: str, path: str = "/") -> str:
        """Show a page."""
        asking = {"pathname": path, "search": search, "width": 600, "window": 1440, "turn": 2}
        shown = [("page", "children"), ("footer", "children")]
        return self._call("..page.children...footer.children..", shown, {"asking": asking})

    def act(self, **wanted: object) -> str:
        """Make a change."""
        return self._call("done.data", [("done", "data")], {"act": wanted})
