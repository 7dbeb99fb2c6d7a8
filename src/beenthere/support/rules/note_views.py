"""One note, arranged as GIRP, PIRP, DAP or BIRP for whoever asks for that form.

The fields are the field's own narrative: what the visit was for, what was done, how the person took it,
what comes next. A view only rearranges them: no word is added, dropped or shown twice, so a specialist
writes once. SOAP is left out: its subjective and objective findings and its assessment are a clinician's.
The letters keep their order; the headings say in plain words what a peer writes there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from beenthere.kernel.words import gettext_noop as _


class View(StrEnum):
    GIRP = "girp"
    PIRP = "pirp"
    DAP = "dap"
    BIRP = "birp"


@dataclass(frozen=True, kw_only=True)
class NoteText:
    """The words of a note, each field possibly empty."""

    goal: str = ""
    purpose: str = ""
    what_we_did: str = ""
    response: str = ""
    next_step: str = ""
    plan: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A letter of the form, its heading (a message id) and what stands under it, in order."""

    letter: str
    heading: str
    texts: tuple[str, ...]


_DID: Final = ("I", _("What we did"), ("what_we_did",))
_RESPONSE: Final = ("R", _("How the person took it"), ("response",))
_PLAN: Final = ("P", _("What comes next"), ("next_step", "plan"))

ARRANGEMENTS: Final[Mapping[View, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    View.GIRP: (("G", _("Goal in the person's words"), ("goal", "purpose")), _DID, _RESPONSE, _PLAN),
    View.PIRP: (("P", _("Purpose of the visit"), ("purpose", "goal")), _DID, _RESPONSE, _PLAN),
    View.DAP: (
        ("D", _("What happened"), ("goal", "purpose", "what_we_did")),
        ("A", _("How the person took it"), ("response",)),
        _PLAN,
    ),
    View.BIRP: (("B", _("What brought us together"), ("purpose", "goal")), _DID, _RESPONSE, _PLAN),
}


def arrange(note: NoteText, view: View) -> tuple[Section, ...]:
    """All sections of the view, those without words too, so that a reader sees what was left open."""
    return tuple(
        Section(letter=letter, heading=heading, texts=_filled(note, names))
        for letter, heading, names in ARRANGEMENTS[view]
    )


def _filled(note: NoteText, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for name in names if (text := getattr(note, name).strip()))


FIELDS: Final = tuple(field.name for field in fields(NoteText))
