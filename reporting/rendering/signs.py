"""The shapes of `static/public/icons.svg` as drawings within a page, for paper, where a page can't refer to another file."""

from functools import cache
from xml.etree import ElementTree

from django.utils.html import format_html
from django.utils.safestring import SafeString

from reporting.rendering.own_files import OWN_FILES, find_own_file

INK, SOFT = "#16222e", "#4a5866"
GOOD, WARN, BAD = "#2e6b34", "#8a5300", "#a3211c"
# What a shape says is said by colour too, never by colour alone.
COLOURS = {
    "green": GOOD,
    "completed": GOOD,
    "done": GOOD,
    "running": GOOD,
    "running-green": GOOD,
    "ok": GOOD,
    "amber": WARN,
    "running-amber": WARN,
    "missing": WARN,
    "gap": WARN,
    "red": BAD,
    "running-red": BAD,
    "late": BAD,
}

_SVG = "{http://www.w3.org/2000/svg}"


@cache
def _shapes() -> dict[str, SafeString]:
    """Give what is within each symbol of the file, which is our own."""
    ElementTree.register_namespace("", _SVG.strip("{}"))
    root = ElementTree.parse(find_own_file(OWN_FILES + "icons.svg")).getroot()  # noqa: S314 (our own file)
    return {
        symbol.attrib["id"]: SafeString(
            "".join(ElementTree.tostring(part, encoding="unicode").strip() for part in symbol)
        )
        for symbol in root.iter(f"{_SVG}symbol")
    }


def sign(name: str, colour: str | None = None) -> SafeString:
    """Give the drawing of a shape, for the eye alone: words beside it say what it means."""
    return format_html(
        '<svg class="document-sign" viewBox="0 0 16 16" aria-hidden="true" focusable="false" color="{}">{}</svg>',
        colour or COLOURS.get(name, SOFT),
        _shapes()[name],
    )
