"""Parts of a profile that move with other roles: drawn in their place, or marked there and stored apart."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from assessments.views.profile import mark

register = template.Library()


@register.simple_tag(takes_context=True)
def moving(context: Context, name: str) -> SafeString:
    """The part of this name, from `parts/profile/`; where the page is `framed`, its mark."""
    if context.get("framed"):
        return mark(name)
    drawn: Any = context.template
    with context.push():
        return drawn.engine.get_template(f"parts/profile/{name}.html").render(context)
