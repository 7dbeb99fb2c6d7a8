"""What other contexts learn about units: frozen values, sentences in the reader's language."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class UnitsLine:
    """What one signed note counts for. `demonstration`: the rule was made up, it is no payer's."""

    units: int
    minutes: int
    code: str
    payer: str
    demonstration: bool
    sentence: str
    grant_tag: str


@dataclass(frozen=True, kw_only=True)
class FindingLine:
    """`weight` is one of billable.Weight; `mend` names a field of the note, `about` another note."""

    code: str
    weight: str
    sentence: str
    mend: str | None
    about: UUID | None


@dataclass(frozen=True, kw_only=True)
class RuleFields:
    """A program's rule as it is set. Empty kinds or modes, None: the payer's text does not say.

    `effective_until` is the first day on which it no longer holds.
    """

    program_id: UUID
    rule_key: str
    code: str
    paid_kinds: tuple[str, ...] = ()
    paid_modes: tuple[str, ...] = ()
    group_maximum: int | None = None
    note_within_hours: int | None = None
    grant_tag: str = ""
    effective_from: date
    effective_until: date | None = None

    def columns(self) -> dict[str, object]:
        return asdict(self) | {"paid_kinds": list(self.paid_kinds), "paid_modes": list(self.paid_modes)}
