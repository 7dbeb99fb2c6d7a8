"""What other contexts learn about units: frozen values, sentences in the reader's language."""

from dataclasses import dataclass
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
