"""The rings of a page: drawn once for each choice, then filled with the number of each statement.

A page of 72 statements shows 720 circles in twelve shapes. Drawing each shape once makes the page
cost a quarter of the plain loop, and the markup stays in a template.
"""

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assessments.sheet import Scale

register = template.Library()
SLOT = "\ue000"  # stands for the number; no text of ours holds this character


@register.simple_tag
def rings(scale: Scale, pk: int, value: int | None) -> SafeString:
    """Five radio buttons and what the chosen one says, for one facet of one statement."""
    if value not in scale.shapes:
        context = {"scale": scale, "value": value, "slot": SLOT}
        drawn = str(render_to_string("assessments/_rings.html", context))
        scale.shapes[value] = drawn.replace("{", "{{").replace("}", "}}").replace(SLOT, "{pk}")
    return format_html(scale.shapes[value], pk=pk)
