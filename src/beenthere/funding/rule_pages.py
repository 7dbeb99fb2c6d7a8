"""The page of the programs' rules: which holds, from when, and how far its source was checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beenthere.funding.access import May
from beenthere.funding.models import ProgramRule
from beenthere.funding.payers.loader import Payer, ShippedRule, payers
from beenthere.kernel.decision import Confidence, Source
from beenthere.support import api as support
from beenthere.trust.api import Acting, ProgramFacts, programs, visible

CONFIDENCE: Final = {
    Confidence.PRIMARY: gettext_lazy("The text of the rule itself was read"),
    Confidence.PAYER: gettext_lazy("The payer's own manual was read"),
    Confidence.SECONDARY: gettext_lazy("Second hand: the payer's own text was not read"),
    Confidence.MEASURED: gettext_lazy("Tried out"),
    Confidence.UNVERIFIED: gettext_lazy("Not verified"),
    Confidence.LOCAL: gettext_lazy("Set down here, by no payer"),
}
PARTS: Final = {
    "daily_cap_units": gettext_lazy("whether there is a limit of units a day"),
    "codes": gettext_lazy("which codes it covers"),
    "effective_until": gettext_lazy("its last day"),
    "aggregate": gettext_lazy("whether visits of one day are added up"),
    "cut_breaks": gettext_lazy("whether breaks are left out"),
}


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """A rule of a program. `last_day` None: until something else is set."""

    id: UUID
    code: str
    title: str
    payer: str
    notice: str
    demonstration: bool
    first_day: date
    last_day: date | None
    kinds: tuple[str, ...]
    modes: tuple[str, ...]
    group_maximum: int | None
    note_within_hours: int | None
    grant_tag: str
    source: Source | None
    confidence: str
    unknown: tuple[str, ...]
    unverified: tuple[str, ...]
    when: str
    look: str


@dataclass(frozen=True, kw_only=True)
class ProgramRules:
    id: UUID
    name: str
    now: tuple[RuleLine, ...]
    former: tuple[RuleLine, ...]


@dataclass(frozen=True, kw_only=True)
class RulesPage:
    programs: tuple[ProgramRules, ...]


def rules_page(*, acting: Acting, on: date) -> RulesPage:
    """The rules of every program whose rules `acting` may set. Two queries."""
    rows = list(visible(acting, ProgramRule, may=May.SET_RULES).order_by("code", "-effective_from"))
    return RulesPage(
        programs=tuple(
            _of_program(program, [row for row in rows if row.program_id == program.id], on)
            for program in programs_to_set(acting)
        )
    )


def programs_to_set(acting: Acting) -> list[ProgramFacts]:
    return [one for one in programs(acting=acting) if acting.may(May.SET_RULES, program_id=one.id)]


def _of_program(program: ProgramFacts, rows: Iterable[ProgramRule], on: date) -> ProgramRules:
    held = [(_is_over(row, on), _line(row, on)) for row in rows]
    return ProgramRules(
        id=program.id,
        name=program.name,
        now=tuple(line for over, line in held if not over),
        former=tuple(line for over, line in held if over),
    )


def _is_over(row: ProgramRule, on: date) -> bool:
    return row.effective_until is not None and row.effective_until <= on


def _line(row: ProgramRule, on: date) -> RuleLine:
    payer, shipped = shipped_on(row.rule_key, max(row.effective_from, min(on, _last_day(row) or on)))
    when, look = _when(row, on, known=shipped is not None)
    return RuleLine(
        id=row.id,
        code=row.code,
        title=_(shipped.rule.title) if shipped else row.rule_key,
        payer=_(payer.title) if payer else "",
        notice=_(payer.notice) if payer and payer.notice else "",
        demonstration=payer is not None and payer.demonstration,
        first_day=row.effective_from,
        last_day=_last_day(row),
        kinds=tuple(str(support.Kind(kind).label) for kind in row.paid_kinds),
        modes=tuple(str(support.Mode(mode).label) for mode in row.paid_modes),
        group_maximum=row.group_maximum,
        note_within_hours=row.note_within_hours,
        grant_tag=row.grant_tag,
        source=shipped.rule.source if shipped else None,
        confidence=str(CONFIDENCE[shipped.rule.source.confidence]) if shipped else "",
        unknown=_parts(shipped.unknown) if shipped else (),
        unverified=_parts(shipped.unverified) if shipped else (),
        when=when,
        look=look,
    )


def _last_day(row: ProgramRule) -> date | None:
    return row.effective_until - timedelta(days=1) if row.effective_until else None


def _when(row: ProgramRule, on: date, *, known: bool) -> tuple[str, str]:
    if row.effective_from > on:
        return _("Begins later"), "waiting"
    if _is_over(row, on):
        return _("Ended"), "neutral"
    if not known:
        return _("Its source no longer covers today"), "attention"
    return _("In force"), "done"


def _parts(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(PARTS[name]) if name in PARTS else name for name in sorted(names))


def shipped_on(key: str, on: date) -> tuple[Payer | None, ShippedRule | None]:
    """The payer of a rule, and the rule as it holds on a day."""
    for payer in payers().values():
        for shipped in payer.rules:
            if shipped.rule.key == key and shipped.rule.effective.contains(on):
                return payer, shipped
    return None, None


def rule_to_begin_from(*, acting: Acting, program: str, on: date) -> dict[str, object]:
    """What the form begins with: the program's rule in force, or nothing."""
    begun = visible(acting, ProgramRule, may=May.SET_RULES).filter(effective_from__lte=on).order_by("code")
    held = (row for row in begun if str(row.program_id) == program and not _is_over(row, on))
    row = next(held, None)
    if row is None:
        return {}
    same = ("rule_key", "code", "paid_kinds", "paid_modes", "group_maximum", "note_within_hours", "grant_tag")
    return {name: getattr(row, name) for name in same}
