"""The register of page components: each name, what it takes, what it is for.

The `{% component %}` tag reads it. A name or a parameter that is not here is a template error,
so a page cannot quietly pass a value that nothing shows.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One value a component takes. `choices`, when given, are the only words it accepts."""

    name: str
    use: str
    required: bool = False
    default: object = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Component:
    """A component; example `components/examples/<name>.html`, and unless it is `drawn` a template."""

    name: str
    purpose: str
    parameters: tuple[Parameter, ...] = ()
    body: str = ""
    slots: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"components/{self.name}.html"

    @property
    def example(self) -> str:
        return f"components/examples/{self.name}.html"

    def parameter(self, name: str) -> Parameter | None:
        return next((one for one in self.parameters if one.name == name), None)


def need(name: str, use: str, *, choices: tuple[str, ...] = ()) -> Parameter:
    return Parameter(name=name, use=use, required=True, choices=choices)


def may(name: str, use: str, *, default: object = "", choices: tuple[str, ...] = ()) -> Parameter:
    return Parameter(name=name, use=use, default=default, choices=choices)


_TONES = ("info", "success", "warning", "error")
_STATES = ("neutral", "done", "waiting", "attention", "stopped")
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

REGISTER: Final[tuple[Component, ...]] = (
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
    Component(
        name="summary-list",
        purpose="Facts as label and value, each with its own way to change it.",
        parameters=(
            need("rows", "list of objects or mappings with label, value, and maybe url, action, hint"),
            may("kind", "look", default="lined", choices=("lined", "plain")),
        ),
    ),
    Component(
        name="table",
        purpose="A table on a wide screen, cards on a phone.",
        parameters=(
            need("caption", "what the table shows"),
            need("headings", "list of column headings"),
            need(
                "rows",
                "list of rows; a row is a list of cells, a cell is text or an object with "
                "text, url, tag, state, number",
            ),
            may("caption_hidden", "true when a heading above says the same", default=False),
            may("empty", "words shown when there is no row"),
            may("lines", "true for rows of three short cells: one line each on a phone too", default=False),
        ),
    ),
    Component(
        name="tag",
        purpose="A status: a word and a shape, never a colour alone.",
        parameters=(
            need("text", "the word"),
            may("state", "which shape and colour", default="neutral", choices=_STATES),
        ),
    ),
    Component(
        name="crisis-strip",
        purpose="Help now: 988, the program's line, the person's own contact. One tap. Not tracked.",
        parameters=(
            may("program_name", "name of the program's line"),
            may("program_phone", "its number"),
            may("contact_name", "who the person chose to call"),
            may("contact_phone", "their number"),
            may("label", "name for screen readers, when a page has two"),
            may("kind", "how much room it takes", default="strip", choices=("strip", "full")),
        ),
    ),
    Component(
        name="safe-contact",
        purpose="How it is safe to reach a person, in their words.",
        parameters=(
            need("rules", "list of objects or mappings with text and allowed (true or false)"),
            may("asked_on", "date the person was last asked"),
            may("url", "where to change it"),
        ),
    ),
    Component(
        name="sticky-save-bar",
        purpose="The one Save button, always in reach, never over what has the focus.",
        parameters=(
            need("label", "what is saved"),
            may("busy_label", "words shown while it is being sent"),
            may("name", "name sent with the form"),
            may("value", "value sent with the form"),
            may("form", "id of the form, when the bar stands outside it"),
            may("cancel_url", "where to go without saving; the draft stays"),
            may("cancel_label", "words of that link"),
        ),
        body="words beside the button, for example a saved-line",
        slots=("actions",),
    ),
    Component(
        name="empty-state",
        purpose="Nothing here yet: says why, and what to do.",
        parameters=(
            need("title", "what is not here"),
            may("level", "heading level", default="2", choices=("2", "3", "4")),
            may("icon", "name of an icon from templatetags/icons.py", default="path"),
        ),
        body="one sentence",
        slots=("actions",),
    ),
    Component(
        name="pagination",
        purpose="Earlier and later pages, in words.",
        parameters=(
            need("page", "a Django Page"),
            may("query", "rest of the query string, without page, encoded"),
            may("label", "what is in pages, for screen readers"),
        ),
    ),
    Component(
        name="search-box",
        purpose="Search as a plain GET form.",
        parameters=(
            need("label", "what is searched"),
            may("name", "name of the input", default="q"),
            may("value", "what was searched"),
            may("action", "address; this page when empty"),
            may("hint", "one line of help"),
            may(
                "method",
                "post when names are typed, so that none enters an address",
                default="get",
                choices=("get", "post"),
            ),
        ),
        body="more inputs inside the form",
    ),
    Component(
        name="timeline",
        purpose="History in words, newest first.",
        parameters=(
            need("events", "list of objects or mappings with text, and maybe when, who, url, detail, icon"),
            may("label", "name of the list for screen readers"),
        ),
    ),
    Component(
        name="tabs",
        purpose="Views of one thing, as plain links.",
        parameters=(
            need("items", "list of objects or mappings with label, url, current, and maybe count"),
            need("label", "name of the group for screen readers"),
        ),
    ),
    Component(
        name="progress-steps",
        purpose="Where you are in a few steps.",
        parameters=(
            need("steps", "list of names of the steps"),
            need("current", "number of the step you are on, from 1"),
            may("label", "name for screen readers"),
        ),
    ),
    Component(
        name="avatar-initials",
        purpose="A round mark with initials, beside a name that is written out.",
        parameters=(
            need("name", "the name; the first letters are shown"),
            may("size", "how big", default="medium", choices=("small", "medium", "large")),
        ),
    ),
    Component(
        name="saved-line",
        purpose="Says in words what is saved and when.",
        parameters=(
            may("saved_at", "time of the last save; empty when nothing is saved yet"),
            may("kind", "draft or record", default="record", choices=("draft", "record")),
            may("words", "your own sentence instead"),
        ),
    ),
    Component(
        name="page-header",
        purpose="Top of a page: the one h1, what it is about, what can be done.",
        parameters=(
            need("title", "the heading"),
            may("eyebrow", "a few words above the heading"),
            may("lead", "one sentence under the heading"),
            may("back_url", "one step back"),
            may("back_label", "where that goes"),
            may("person", "name for an initials mark beside the heading"),
        ),
        body="anything under the heading",
        slots=("actions",),
    ),
    Component(
        name="stat",
        purpose="One number and what it means.",
        parameters=(
            need("value", "the number, formatted"),
            need("label", "what it counts"),
            may("note", "a sentence: compared with what"),
            may("url", "where the number is explained"),
        ),
    ),
    Component(
        name="details",
        purpose="More for those who want it.",
        parameters=(
            need("summary", "words to tap"),
            may("open", "true to start open", default=False),
        ),
        body="what it opens",
    ),
    Component(
        name="print-header",
        purpose="First lines of a printed page: whose it is, which version, which day.",
        parameters=(
            need("title", "name of the document"),
            may("organization", "who gives it"),
            may("version", "version in words"),
            may("printed_on", "date"),
            may("note", "for example who may see it"),
        ),
    ),
    Component(
        name="draft-form",
        purpose="A form that keeps its words by itself: on the server, or here when the network is away.",
        parameters=(
            need("action", "where Save sends the form"),
            need("autosave_url", "where drafts are posted"),
            need("draft_key", "opaque key of this draft: worker, person and kind, never a name"),
            may("ring", "opaque key of the signed-in session; another session cannot read the draft"),
            may("saved_at", "time the shown draft was saved"),
            may("id", "id of the form", default="draft-form"),
            may("client_id", "id of the record when it has one; else the browser makes one"),
            may("address", "where the draft can be opened again once it is saved"),
        ),
        body="the fields",
    ),
    Component(
        name="draft-done",
        purpose="On the page after a save: the copy of the draft on this phone is no longer needed.",
        parameters=(
            need("draft_key", "the key the draft-form had, or the id of the record that was saved"),
            may("ring", "the ring the draft-form had"),
        ),
    ),
)

BY_NAME: Final[dict[str, Component]] = {one.name: one for one in REGISTER}
