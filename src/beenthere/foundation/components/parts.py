"""What a page shows and what keeps it together."""

from typing import Final

from beenthere.foundation.components.shape import Component, may, need

_STATES = ("neutral", "done", "waiting", "attention", "stopped")

PARTS: Final[tuple[Component, ...]] = (
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
