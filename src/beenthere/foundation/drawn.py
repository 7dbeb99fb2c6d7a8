"""Components drawn in Python: tags, buttons, links and cards.

A page of a person holds some thirty of them, a list of people some seventy tags. Each is a line or two of
HTML, and as a template within a template it costs many times what drawing it here does. All others have a
template, which is easier to read and to change.
"""

import html
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from beenthere.foundation.templatetags.icons import icon

Given = Mapping[str, Any]

_LINE: Final = 'fill="none" stroke="currentColor" stroke-width="2"'
SHAPES: Final[dict[str, str]] = {
    "neutral": '<circle cx="6" cy="6" r="3.5" fill="currentColor"/>',
    "done": f'<path d="m2 6.5 3 3 5-7" {_LINE} stroke-linecap="round" stroke-linejoin="round"/>',
    "waiting": f'<circle cx="6" cy="6" r="4.25" {_LINE} stroke-dasharray="3 2.3"/>',
    "attention": '<path d="M6 1 11.5 11H.5z" fill="currentColor"/>',
    "stopped": '<path d="M3.8 1h4.400L11 3.8v4.400L8.2 11H3.8L1 8.2V3.8z" fill="currentColor"/>',
}
_BEFORE: Final[dict[str, str]] = {
    state: (
        f'<span class="bt-tag bt-tag--{state}"><svg class="bt-tag__shape" viewBox="0 0 12 12"'
        f' aria-hidden="true" focusable="false">{shape}</svg>'
    )
    for state, shape in SHAPES.items()
}


def said(value: Any) -> str:
    """Escaped once. Most are plain strings, and need nothing of what Django does for lazy ones."""
    if type(value) is str:
        return html.escape(value)
    return conditional_escape(value if isinstance(value, str) else localize(value))


def tag_of(text: Any, state: str) -> str:
    """A word and a shape; the state is one of `SHAPES`."""
    return f"{_BEFORE[state]}{said(text)}</span>"


def _tag(given: Given) -> str:
    return tag_of(given["text"], given["state"])


def _button(given: Given) -> str:
    parts = [f'<button class="{_button_classes(given)}" type="{given["type"]}"']
    if given["name"]:
        parts.append(f' name="{said(given["name"])}" value="{said(given["value"])}"')
    named = (("form", "form"), ("formaction", "formaction"), ("data-busy-label", "busy_label"))
    parts += (f' {attribute}="{said(given[name])}"' for attribute, name in named if given[name])
    parts.append(f"{given['attributes']}>{_icon(given)}<span>{said(given['label'])}</span></button>")
    return "".join(parts)


def _link_button(given: Given) -> str:
    more = f'<span class="bt-said"> {said(given["context"])}</span>' if given["context"] else ""
    return (
        f'<a class="{_button_classes(given)}" href="{said(given["url"])}"{given["attributes"]}>'
        f"{_icon(given)}<span>{said(given['label'])}{more}</span></a>"
    )


def _button_classes(given: Given) -> str:
    wide = " bt-button--wide" if given["wide"] else ""
    return f"usa-button bt-button bt-button--{given['kind']}{wide}"


def _icon(given: Given) -> str:
    return icon(given["icon"]) if given["icon"] else ""


def _card(given: Given) -> str:
    slots, title, url = given["slots"], given["title"], given["url"]
    linked = " bt-card--linked" if url else ""
    parts = [f'<section class="bt-card bt-card--{given["kind"]}{linked}"{given["attributes"]}>']
    if given["eyebrow"]:
        parts.append(f'<p class="bt-eyebrow">{said(given["eyebrow"])}</p>')
    if title or slots.get("aside"):
        parts.append(f'<div class="bt-card__top">{_heading(given)}{_aside(slots)}</div>')
    if given["body"]:
        parts.append(f'<div class="bt-card__body bt-flow">{given["body"]}</div>')
    if slots.get("actions"):
        parts.append(f'<div class="bt-actions">{slots["actions"]}</div>')
    return "\n  ".join(parts) + "\n</section>"


def _heading(given: Given) -> str:
    if not given["title"]:
        return ""
    words, level = said(given["title"]), given["level"]
    linked = f'<a href="{said(given["url"])}">{words}</a>' if given["url"] else words
    return f'<h{level} class="bt-card__title">{linked}</h{level}>'


def _aside(slots: Mapping[str, SafeString]) -> str:
    return f'<div class="bt-card__aside">{slots["aside"]}</div>' if slots.get("aside") else ""


_DRAWN: Final[dict[str, Callable[[Given], str]]] = {
    "button": _button,
    "card": _card,
    "link-button": _link_button,
    "tag": _tag,
}


def drawing(name: str) -> Callable[[Given], SafeString] | None:
    """Draws the component from its values, `attributes`, `body` and `slots`; None for one with a template."""
    draw = _DRAWN.get(name)
    return None if draw is None else lambda given: mark_safe(draw(given))  # noqa: S308 - each value is escaped
