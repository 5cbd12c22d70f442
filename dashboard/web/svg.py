"""SVG as text: elements whose attributes and words can't break out, whatever a source put into a name."""

from html import escape

Value = str | float | None


def tag(name: str, *children: str, **attributes: Value) -> str:
    """Write one element; `children` are elements already written, or words that went through `words`.

    Attributes are named as in Python (`class_`, `data_key`); one that is None is left out.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value if isinstance(value, str) else number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{''.join(children)}</{name}>" if children else f"<{name}{said}/>"


def words(text: str) -> str:
    """Write words as the content of an element."""
    return escape(text, quote=False)


def number(value: float) -> str:
    """Write a length to a tenth of a pixel, without idle zeros."""
    return f"{round(value, 1) + 0:.1f}".removesuffix(".0")


def classes(*names: str, **on: bool) -> str:
    """Join class names; those given by keyword stand only where they hold."""
    return " ".join([*filter(None, names), *(name for name, holds in on.items() if holds)])
