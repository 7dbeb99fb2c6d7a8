"""What is tapped and typed, and the card and the alert around it."""

from typing import Final

from beenthere.foundation.components.shape import Component, may, need

_TONES = ("info", "success", "warning", "error")
_ICON = may("icon", "name of an icon from templatetags/icons.py")
_FIELD = (
    need("name", "name of the input"),
    need("label", "the question, in words"),
    may("id", "id of the input; made from the name when empty"),
    may("hint", "one line of help under the label"),
    may("error", "what is wrong and how to fix it"),
    may("required", "true when an answer is needed", default=False),
    may("optional", "true to write (optional) after the label", default=False),
)
_CHOICES = (
    need("name", "name of the inputs"),
    need("legend", "the question, in words"),
    need("choices", "list of (value, label) or (value, label, hint), or of objects with those names"),
    may("value", "the chosen value; a list when several may be chosen"),
    may("several", "true for checkboxes, false for radio buttons", default=False),
    may("hint", "one line of help under the question"),
    may("error", "what is wrong and how to fix it"),
    may("optional", "true to write (optional) after the question", default=False),
    may("required", "true when an answer is needed", default=False),
)

CONTROLS: Final[tuple[Component, ...]] = (
    Component(
        name="button",
        purpose="A button in a form.",
        parameters=(
            need("label", "what it does, starting with a verb"),
            may(
                "kind",
                "how strong it looks",
                default="primary",
                choices=("primary", "secondary", "quiet", "danger"),
            ),
            may("type", "submit, button or reset", default="submit", choices=("submit", "button", "reset")),
            may("name", "name sent with the form"),
            may("value", "value sent with the form"),
            may("form", "id of the form, when the button stands outside it"),
            may("wide", "true to fill the line", default=False),
            may("busy_label", "words shown while the form is being sent"),
            may("formaction", "another address for this button"),
            _ICON,
        ),
    ),
    Component(
        name="link-button",
        purpose="A link that looks like a button: goes somewhere, changes nothing.",
        parameters=(
            need("label", "where it goes"),
            need("url", "address"),
            may(
                "kind",
                "how strong it looks",
                default="primary",
                choices=("primary", "secondary", "quiet", "danger"),
            ),
            may("wide", "true to fill the line", default=False),
            may("context", "words only a screen reader says, to tell two equal links apart"),
            _ICON,
        ),
    ),
    Component(
        name="card",
        purpose="One thing with its heading and what can be done with it.",
        parameters=(
            may("title", "heading of the card"),
            may("url", "makes the heading a link; the whole card can be tapped"),
            may("level", "heading level", default="2", choices=("2", "3", "4")),
            may("eyebrow", "a few words above the heading"),
            may("kind", "look", default="plain", choices=("plain", "now", "quiet")),
        ),
        body="what the card says",
        slots=("actions", "aside"),
    ),
    Component(
        name="alert",
        purpose="A message on the page: what happened and the next step.",
        parameters=(
            need("kind", "what sort of message", choices=_TONES),
            may("title", "heading of the message"),
            may("level", "heading level", default="2", choices=("2", "3", "4")),
            may("live", "true when it arrives after the page was loaded", default=False),
        ),
        body="the message",
    ),
    Component(
        name="error-summary",
        purpose="The list of what to fix, on top of a form. Takes the focus.",
        parameters=(
            may("form", "a Django form; its errors are listed"),
            may("errors", "list of (id of the input, message), instead of a form"),
            may("title", "heading"),
        ),
    ),
    Component(
        name="field",
        purpose="A label, a hint, an error and an input.",
        parameters=(
            *_FIELD,
            may("value", "what is in it"),
            may(
                "type",
                "input type",
                default="text",
                choices=("text", "email", "tel", "number", "url", "password", "search", "time", "date"),
            ),
            may("autocomplete", "autocomplete token, or off"),
            may("inputmode", "keyboard to show"),
            may("width", "how wide it looks", default="full", choices=("full", "half", "short", "tiny")),
            may("prefix", "sign before the input, such as $"),
            may("suffix", "sign after the input, such as minutes"),
        ),
        body="your own input instead of the made one; give it the id and aria-describedby yourself",
    ),
    Component(
        name="choice-group",
        purpose="Big tiles to choose from: one question, a few answers.",
        parameters=(
            *_CHOICES,
            may("columns", "tiles in a row on a wide screen", default="2", choices=("1", "2", "3")),
        ),
    ),
    Component(
        name="chips",
        purpose="Small round choices in a row: many short answers.",
        parameters=_CHOICES,
    ),
    Component(
        name="textarea",
        purpose="Room to write.",
        parameters=(
            *_FIELD,
            may("value", "what is in it"),
            may("rows", "lines shown", default="4"),
            may("maxlength", "most letters it takes"),
            may("starters", "list of sentence beginnings; a tap puts one in"),
            may("voice", "true to say that the phone keyboard can take dictation", default=False),
            may("large", "true for a person's own words: larger type", default=False),
        ),
    ),
    Component(
        name="time-pair",
        purpose="Start and end of a visit, with buttons for five minutes more or less, and a timer.",
        parameters=(
            may("start_name", "name of the start input", default="start"),
            may("end_name", "name of the end input", default="end"),
            may("start", "start as HH:MM"),
            may("end", "end as HH:MM"),
            may("legend", "the question, in words"),
            may("hint", "one line of help"),
            may("error", "what is wrong and how to fix it"),
            may("timer_key", "opaque key, never a name: shows the timer and keeps it over a reload"),
            may("begun", "true when the visit begins with this page: the timer runs at once"),
        ),
    ),
    Component(
        name="date",
        purpose="A date. Uses the phone's own picker.",
        parameters=(
            *_FIELD,
            may("value", "date, or text YYYY-MM-DD"),
            may("min", "first day allowed"),
            may("max", "last day allowed"),
        ),
    ),
)
