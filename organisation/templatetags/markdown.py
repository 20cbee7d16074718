"""`{% load markdown %}`, then `{{ text|markdown }}`."""

from django import template
from django.utils.safestring import SafeString

from organisation.markdown import render_markdown

register = template.Library()


@register.filter
def markdown(text: str | None) -> SafeString:
    """Give a text that people wrote as safe HTML."""
    return render_markdown(text or "")
