"""`{% icon "today" %}`: one line drawing in the colour of the text around it.

Icons never stand without a word beside them, so they are hidden from screen readers.
Drawn for this project on a 24 by 24 grid.
"""

from functools import cache
from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_PEOPLE = (
    '<circle cx="9" cy="8" r="3.25"/><path d="M3 19.5c.4-3.6 2.8-5.5 6-5.5s5.6 1.9 6 5.5"/>'
    '<path d="M15.5 5.2a3 3 0 0 1 0 5.7M17.5 14.4c2 .7 3.2 2.5 3.5 5"/>'
)

ICONS: Final[dict[str, str]] = {
    "alert": '<path d="M12 4 2.8 19.5h18.4L12 4z"/><path d="M12 10v4.5M12 17.2v.1"/>',
    "arrow-left": '<path d="M19 12H5M11 6l-6 6 6 6"/>',
    "arrow-right": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "bell": '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z"/><path d="M10 20.5h4"/>',
    "book": (
        '<path d="M12 6.5C10 5 7 4.5 4 4.5v14c3 0 6 .5 8 2 2-1.5 5-2 8-2v-14c-3 0-6 .5-8 2z"/>'
        '<path d="M12 6.5v14"/>'
    ),
    "calendar": (
        '<rect x="4" y="5.5" width="16" height="14.5" rx="2.5"/><path d="M4 10.5h16M8.5 3.5v4M15.5 3.5v4"/>'
    ),
    "chart": '<path d="M4 4v16h16"/><path d="M8.5 16v-4M13 16V8M17.5 16v-6"/>',
    "check": '<path d="m4.5 12.5 5 5 10-11"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "down": '<path d="m6 9.5 6 6 6-6"/>',
    "eye": (
        '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/>'
        '<circle cx="12" cy="12" r="3"/>'
    ),
    "file": '<path d="M6 3.5h8l4.5 4.5v12.5H6z"/><path d="M14 3.5V8h4.5M9 13h6M9 16.5h6"/>',
    "flag": '<path d="M5.5 21V4M5.5 4.5c4-2 7 2 13 0v9c-6 2-9-2-13 0"/>',
    "gear": (
        '<circle cx="12" cy="12" r="3"/>'
        '<path d="M12 3.5v3M12 17.5v3M3.5 12h3M17.5 12h3M6 6l2.1 2.1M15.9 15.9 18 18M18 6l-2.1 2.1M8.1 '
        '15.9 6 18"/>'
    ),
    "group": (
        '<circle cx="12" cy="7.5" r="3"/><circle cx="5.5" cy="10" r="2.25"/>'
        '<circle cx="18.5" cy="10" r="2.25"/>'
        '<path d="M6.5 19.5c.3-4 2.5-6 5.5-6s5.2 2 5.5 6M2 18c.2-2.5 1.3-4 3.2-4.3M22 '
        '18c-.2-2.5-1.3-4-3.2-4.3"/>'
    ),
    "heart": (
        '<path d="M12 20S3.5 15 3.5 9.2A4.7 4.7 0 0 1 12 6.5a4.7 4.7 0 0 1 8.5 2.7C20.5 15 12 20 12 20z"/>'
    ),
    "help": (
        '<circle cx="12" cy="12" r="8.5"/>'
        '<path d="M9.5 9.5a2.5 2.5 0 1 1 3.8 2.2c-.9.5-1.3 1-1.3 2M12 16.7v.1"/>'
    ),
    "home": '<path d="m3.5 11.5 8.5-7.5 8.5 7.5"/><path d="M6 10v10h12V10M10 20v-5.5h4V20"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 7.8v.1"/>',
    "language": (
        '<circle cx="12" cy="12" r="8.5"/>'
        '<path d="M3.5 12h17M12 3.5c3 2.5 3.5 5.5 3.5 8.5s-.5 6-3.5 8.5c-3-2.5-3.5-5.5-3.5-8.5s.5-6 '
        '3.5-8.5z"/>'
    ),
    "lock": '<rect x="5" y="11" width="14" height="9.5" rx="2.5"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "message": '<path d="M4 5.5h16v11h-9l-4.5 4v-4H4z"/>',
    "mic": (
        '<rect x="9" y="3.5" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>'
    ),
    "minus": '<path d="M5 12h14"/>',
    "moon": '<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z"/>',
    "more": (
        '<rect x="4" y="4" width="6.5" height="6.5" rx="2"/>'
        '<rect x="13.5" y="4" width="6.5" height="6.5" rx="2"/>'
        '<rect x="4" y="13.5" width="6.5" height="6.5" rx="2"/>'
        '<rect x="13.5" y="13.5" width="6.5" height="6.5" rx="2"/>'
    ),
    "note": (
        '<path d="M19.5 12v6A2.5 2.5 0 0 1 17 20.5H6.5A2.5 2.5 0 0 1 4 18V7.5A2.5 2.5 0 0 1 6.5 5H12"/>'
        '<path d="m9 15.5.7-3.4 8-8a1.9 1.9 0 0 1 2.7 2.7l-8 8z"/>'
    ),
    "path": '<path d="M5 21c0-4 3-5 7-5.5s6-2 6-4.5-2-4-5-4-4-1.5-4-4"/><circle cx="5" cy="21" r=".5"/>',
    "people": _PEOPLE,
    "phone": (
        '<path d="M5 4h4l1.7 4.5-2.3 1.6a11 11 0 0 0 5.5 5.5l1.6-2.3L20 15v4a1.5 1.5 0 0 1-1.6 1.5C10.5 '
        '20 4 13.5 3.5 5.6A1.5 1.5 0 0 1 5 4z"/>'
    ),
    "pin": (
        '<path d="M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11z"/>'
        '<circle cx="12" cy="10" r="2.25"/>'
    ),
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 8.5v-5h10v5"/><path d="M7 16.5H4v-8h16v8h-3"/><path d="M7 14h10v6.5H7z"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "shield": (
        '<path d="M12 3.5 4.5 6.5V12c0 4.5 3 7.5 7.5 9 4.5-1.5 7.5-4.5 7.5-9V6.5z"/>'
        '<path d="m8.7 12 2.4 2.4 4.2-4.7"/>'
    ),
    "sign-out": '<path d="M10 4H5.5v16H10M14.5 8l4 4-4 4M18 12H9.5"/>',
    "star": '<path d="m12 4 2.5 5.2 5.5.8-4 4 1 5.7L12 17l-5 2.7 1-5.7-4-4 5.5-.8z"/>',
    "stop": (
        '<path d="M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3z"/><path d="M12 7.5v5.5M12 16.2v.1"/>'
    ),
    "sun": (
        '<circle cx="12" cy="12" r="4"/>'
        '<path d="M12 2.5v2.2M12 19.3v2.2M2.5 12h2.2M19.3 12h2.2M5.3 5.3l1.5 1.5M17.2 17.2l1.5 1.5M18.7 '
        '5.3l-1.5 1.5M6.8 17.2l-1.5 1.5"/>'
    ),
    "today": '<path d="M3 18.5h18M6.5 18.5a5.5 5.5 0 0 1 11 0M12 6v3M4.6 10.6l2 2M19.4 10.6l-2 2"/>',
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """The drawing called `name`; an unknown name is an error, not an empty space."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"no icon is called {name!r}; see templatetags/icons.py")
    return format_html(
        '<svg class="bt-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        ' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        SafeString(ICONS[name]),
    )
