"""Icons: Lucide's outlines as CSS masks in one stylesheet, so that they take the colour of the text beside them."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

from dash import html
from dash.development.base_component import Component

PATH = "/icons.css"
_NAMES = (
    *("search", "x", "arrow-right", "door-open", "triangle-alert", "download", "link", "lock", "shield", "merge"),
    *("chevron-right", "chevron-down", "sun", "moon", "circle-question-mark", "copy", "building-2", "list", "user"),
    *("user-round-x", "bug", "database", "mail-x", "check", "sliders-horizontal"),
    *("plus", "minus", "maximize", "play", "share-2"),
    *(
        "mail",
        "calendar",
        "phone",
        "quote",
        "message-square",
        "heart",
        "repeat",
        "users",
        "send",
        "pencil",
        "waypoints",
    ),
    *("globe", "folder", "file-input", "star", "calendar-clock", "ellipsis", "split", "user-round-search", "log-out"),
)
_STROKE = "1.75"


def icon(name: str, *, size: int = 16) -> Component:
    """Show an icon of 16 or 20 px; it says nothing to a screen reader.

    Raises:
        KeyError: If the stylesheet has none of that name.
    """
    if name not in _NAMES:
        raise KeyError(name)
    attributes: dict[str, Any] = {"aria-hidden": "true"}
    return html.Span(className=f"icon icon-{name} icon-{size}", **attributes)


@cache
def draw_stylesheet() -> str:
    """Write the stylesheet: a class for each icon, its outline as a mask."""
    rules = [
        ".icon{display:inline-block;flex:none;background:currentColor;width:16px;height:16px;"
        "mask-repeat:no-repeat;mask-position:center;mask-size:contain;forced-color-adjust:none}",
        ".icon-20{width:20px;height:20px}",
        "@media (forced-colors:active){.icon{background:CanvasText}}",
    ]
    with ZipFile(BytesIO((files("lucide") / "lucide.zip").read_bytes())) as outlines:
        for name in _NAMES:
            outline = outlines.read(f"{name}.svg").decode().replace('stroke-width="2"', f'stroke-width="{_STROKE}"')
            bare = " ".join(outline.split())
            rules.append(f'.icon-{name}{{mask-image:url("data:image/svg+xml,{quote(bare)}")}}')
    return "\n".join(rules) + "\n"
