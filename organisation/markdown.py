"""Light Markdown for texts that people write: paragraphs, lists, bold, italic and links, and nothing else.

The result is the same on screen and on paper. What isn't taken, such as HTML or images, is shown as it was typed or
left out; nothing of it reaches a browser as code.
"""

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
SCHEMES = {"http", "https", "mailto"}

_parser = MarkdownIt("zero", {"html": False, "linkify": False, "breaks": True}).enable(
    ["list", "emphasis", "link", "autolink", "newline", "escape", "entity", "balance_pairs", "text_join"],
    ignoreInvalid=True,
)


def render_markdown(text: str) -> SafeString:
    """Give the text as HTML that is safe in a page. Empty text gives nothing."""
    rendered = _parser.render(text)
    return SafeString(
        nh3.clean(
            rendered,
            tags=TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes=SCHEMES,
            link_rel="noopener noreferrer nofollow",
        )
    )
