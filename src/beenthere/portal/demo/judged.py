"""What is found about made-up notes when they are signed, by the product's own judging."""

from collections.abc import Iterable, Sequence
from typing import Any

from beenthere.funding.judging import judged, overlap_rows
from beenthere.funding.models import CountedBy, EncounterUnits, ProgramRule
from beenthere.funding.payers.fingerprint import fingerprint
from beenthere.portal.demo.house import House
from beenthere.portal.demo.story import Row
from beenthere.support.api import EncounterFacts
from beenthere.trust.api import Acting
from beenthere.workforce.api import standing_of

COLUMNS = tuple(EncounterFacts.__dataclass_fields__)


class Judge:
    """Judges whole days, one batch after the other. What it looks up, it looks up once."""

    def __init__(self, house: House) -> None:
        self.acting = Acting(
            organization_id=house.id, user_id=None, grants=frozenset(), purpose="demonstration"
        )
        self.rules = list(ProgramRule.objects.filter(organization_id=house.id))
        self.workers = standing_of(acting=self.acting, ids=house.workers)
        self.day_before: list[EncounterFacts] = []

    def rows(self, signed: Sequence[Row], units: Iterable[Row]) -> tuple[list[Row], list[Row]]:
        """For the tables of judged notes and of overlaps; a visit may have gone past midnight."""
        notes = [_facts(row) for row in signed]
        found = judged(
            self.acting, notes, rules=self.rules, workers=self.workers,
            counted=[EncounterUnits(organization_id=self.acting.organization_id, **row) for row in units],
        )  # fmt: skip
        near = overlap_rows(self.acting, notes, [*self.day_before, *notes], self.workers)
        self.day_before = [note for note in notes if note.happened_on == notes[-1].happened_on]
        return _plain(found), _plain(near)

    def all_done(self) -> None:
        """Nothing is counted again until a payer's folder changes."""
        CountedBy.objects.create(organization_id=self.acting.organization_id, fingerprint=fingerprint())


def _facts(row: Row) -> EncounterFacts:
    columns: dict[str, Any] = {name: row.get(name) for name in COLUMNS}
    return EncounterFacts(**columns)


def _plain(rows: Iterable[Any]) -> list[Row]:
    return [vars(row) for row in rows]
