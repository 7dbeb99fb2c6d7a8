"""What the explorer's pages show. What is not in here cannot be on a page."""

from dataclasses import dataclass
from datetime import date

from beenthere.portal.explorer.words import Said


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """`url` is empty when the collection gives no web address; `site`: it gives the site and not the page.

    `at` is its anchor on the page.
    """

    number: int
    at: str
    title: str
    locator: str
    url: str
    site: bool
    collected: date
    retrieved: date | None
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The newest days: of the collection, and on which a text was read for it, if any was."""

    collected: date
    retrieved: date | None


@dataclass(frozen=True, kw_only=True)
class AskedLine:
    said: Said
    details: tuple[Said, ...]
    parts: tuple["AskedLine", ...]


@dataclass(frozen=True, kw_only=True)
class RequirementLine:
    topic: str
    asked: AskedLine
    note: str
    confidence: str
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """`quoted` stands in the language of its source."""

    label: str
    value: str = ""
    quoted: str = ""
    sources: tuple[SourceLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Noted:
    """A title with what is known about it: a first stage, a path from elsewhere."""

    title: str
    quoted: str = ""
    note: str = ""
    sources: tuple[SourceLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What held on other days than that of the page. `established` says how well those are sourced."""

    start: date
    until: date | None
    dated: str
    established: Said
    requirements: tuple[RequirementLine, ...]
    stages: tuple[Noted, ...]


@dataclass(frozen=True, kw_only=True)
class CredentialPart:
    """One credential of a state page."""

    key: str
    slug: str
    title: str
    acronym: str
    offered: bool
    established: bool
    facts: tuple[Fact, ...]
    requirements: tuple[RequirementLine, ...]
    unknown: tuple[str, ...]
    none: tuple[Noted, ...]
    renewal: tuple[Fact, ...]
    fees: tuple[Fact, ...]
    scholarships: tuple[Noted, ...]
    times: tuple[Fact, ...]
    keeps: tuple[Fact, ...]
    certificates: tuple[Fact, ...]
    stages: tuple[Noted, ...]
    paths: tuple[Noted, ...]
    earlier: tuple[Earlier, ...]
    conflicts: tuple[str, ...]
    notes: tuple[str, ...]
    sources: tuple[SourceLine, ...]
    checked: Checked
    need_url: str
    wrong_url: str


@dataclass(frozen=True, kw_only=True)
class StatePage:
    code: str
    place: str
    credentials: tuple[CredentialPart, ...]
    on: date


@dataclass(frozen=True, kw_only=True)
class Sourced:
    """One of those compared: where all of it stands, and its sources."""

    place: str
    title: str
    url: str
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, kw_only=True)
class ComparePage:
    headings: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    sourced: tuple[Sourced, ...]
    picked: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class FindingLine:
    """`state` names the shape of its tag."""

    topic: str
    outcome: str
    state: str
    said: Said
    unless: Said | None
    earliest: date | None
    note: str
    confidence: str
    sources: tuple[SourceLine, ...]


@dataclass(frozen=True, kw_only=True)
class FindingGroup:
    title: str
    lines: tuple[FindingLine, ...]


@dataclass(frozen=True, kw_only=True)
class AnswerPage:
    """The answer of a wizard. Nothing of it is kept. `about`: the place, or from where to where."""

    about: str
    key: str
    title: str
    headline: str
    lead: Said
    next_step: Said
    on: date
    groups: tuple[FindingGroup, ...]
    unknown: tuple[str, ...]
    earliest: date | None
    stages: tuple[Said, ...]
    conflicts: tuple[str, ...]
    note: str
    dated: str
    established: Said | None
    sources: tuple[SourceLine, ...]
    checked: Checked
    state_url: str
    share_url: str
    wrong_url: str


@dataclass(frozen=True, kw_only=True)
class FieldLine:
    """A question as the form shows it. `kind`: number, date or choice; `part`: set in a little."""

    kind: str
    name: str
    label: str
    value: str
    error: str
    choices: tuple[tuple[str, str], ...] = ()
    whole: bool = False
    part: bool = False


@dataclass(frozen=True, kw_only=True)
class QuestionsPage:
    """One step of a wizard. `hidden` carries what was answered on other steps: (name, value)."""

    heading: str
    about: str
    title: str
    steps: tuple[str, ...]
    step: int
    fields: tuple[FieldLine, ...]
    hidden: tuple[tuple[str, str], ...]
    errors: tuple[tuple[str, str], ...]
    action: str
    back_url: str
    last: bool
