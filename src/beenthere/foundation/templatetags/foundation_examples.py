"""`{% sample "rows" as rows %}`: made-up values for the example of each component. No real person."""

from typing import Any, Final

from django import template
from django.core.paginator import Paginator

register = template.Library()

_SAMPLES: Final[dict[str, Any]] = {
    "errors": [
        ("id_kind", "Choose what kind of support it was."),
        ("id_end", "The end is before the start. Check the times."),
    ],
    "kinds": [
        ("one", "One to one", "Time together, in person"),
        ("phone", "Phone or video"),
        ("group", "Group"),
        ("ride", "Going along", "To a meeting, court or a doctor"),
        ("resource", "Finding help", "Housing, food, papers"),
        ("other", "Something else"),
    ],
    "places": [
        ("library", "Library"),
        ("office", "Our office"),
        ("home", "Their home"),
        ("street", "Out and about"),
        ("phone", "By phone"),
    ],
    "goals": [
        ("g1", "A door I can lock"),
        ("g2", "See my kids on Sundays"),
        ("g3", "Sleep without the TV on"),
        ("none", "None today"),
    ],
    "starters": ["We talked about", "Riley decided to", "Next time we will"],
    "facts": [
        {"label": "Likes to be called", "value": "Riley, they or she", "url": "#main"},
        {"label": "Next visit", "value": "Today at 2:00 pm, library", "url": "#main", "action": "Move"},
        {
            "label": "Plan review",
            "value": "Due Friday, November 27",
            "hint": "Every 90 days here",
        },
    ],
    "headings": ["Name", "Last contact", "Next planned", "Plan review", "Consent"],
    "rows": [
        [
            {"text": "Riley M.", "url": "#main"},
            "Yesterday",
            "Today, 2:00 pm",
            {"text": "", "tag": "Due Friday", "state": "attention"},
            {"text": "", "tag": "Given", "state": "done"},
        ],
        [
            {"text": "Jordan T.", "url": "#main"},
            "9 days ago",
            "Not planned",
            "January 12",
            {"text": "", "tag": "Ends in 10 days", "state": "waiting"},
        ],
        [
            {"text": "Sam", "url": "#main"},
            "3 days ago",
            "Tuesday, 10:30 am",
            "February 2",
            {"text": "", "tag": "Ended", "state": "stopped"},
        ],
    ],
    "safe": [
        {"allowed": True, "text": "text before 3 pm"},
        {"allowed": True, "text": "say you are from the library"},
        {"allowed": False, "text": "leave a voice message"},
    ],
    "events": [
        {
            "when": "Today, 2:14 pm",
            "who": "Dana",
            "text": "Wrote a note together",
            "icon": "note",
            "url": "#main",
        },
        {
            "when": "October 3",
            "who": "Riley",
            "text": "Changed the housing goal",
            "detail": "“A place with a door I can lock.”",
        },
        {"when": "September 14", "who": "Riley and Dana", "text": "Made the first plan", "icon": "path"},
    ],
    "tabs": [
        {"label": "Overview", "url": "#main", "current": True},
        {"label": "Notes", "url": "#main", "count": 12},
        {"label": "Plan", "url": "#main"},
        {"label": "Consent", "url": "#main"},
    ],
    "steps": ["About you", "What matters", "Who may know", "Ready"],
}


@register.simple_tag
def sample(name: str) -> Any:
    if name == "page":
        return Paginator(range(60), 20).page(2)
    return _SAMPLES[name]
