"""The invented lives of some thousand people: who they are, what happens to them, which claims come of it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from beenthere.evidence.claims.synth import planted, writing
from beenthere.evidence.claims.synth.planted import NEVER, Days, Flags, Outcomes, Traits

#: People in one file. Fixed, so that the same seed makes the same lives whatever the size of the whole.
CHUNK = 10_000
_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    return (day - _EPOCH).days


FIRST, LAST = day_number(planted.FIRST_DAY), day_number(planted.LAST_DAY)
INDEX_FROM, INDEX_TO = day_number(planted.INDEX_FROM), day_number(planted.INDEX_TO)


@dataclass(frozen=True, kw_only=True)
class Chunk:
    chance: np.random.Generator
    first: int
    size: int


@dataclass(frozen=True, kw_only=True)
class People:
    """Arrays of shape (people,). Days count from 1970-01-01; `end` is the last enrolled day."""

    born: Days
    female: Flags
    race: Days
    substance_use: Flags
    unstable_housing: Flags
    mental_health: Flags
    studied: Flags
    later: Flags
    prior: Flags
    index: Days
    end: Days


@dataclass(frozen=True, kw_only=True)
class Stays:
    """Arrays of shape (stays,). kind: 0 psychiatric, 1 medical, 2 residential. person: place in the chunk."""

    person: Days
    admitted: Days
    discharged: Days
    kind: Days
    disposition: Days


def live(chunk: Chunk) -> tuple[dict[str, pa.Table], dict[str, float]]:
    people = _people(chunk)
    who, happened = _outcomes(chunk, people)
    stays = _stays(chunk, people, who, happened)
    tables = writing.claims(chunk, people, stays, _contacts(chunk, people, who, happened), who, happened)
    return tables, happened.totals


def _people(chunk: Chunk) -> People:
    chance, size = chunk.chance, chunk.size
    age = np.clip(chance.normal(41, 17, size), 6, 85)
    adult = age >= 20
    kind = chance.random(size)
    studied, later = adult & (kind < 0.06), adult & (kind >= 0.06) & (kind < 0.12)
    index = np.where(
        studied,
        chance.integers(INDEX_FROM, INDEX_TO + 1, size),
        chance.integers(INDEX_TO + 32, LAST - 60, size),
    )
    leaves = ~later & (chance.random(size) < np.where(studied, 0.06, 0.25))
    end = np.where(leaves, chance.integers(np.where(studied, index + 20, FIRST + 60), LAST, size), LAST)
    return People(
        born=(index - age * 365.25).astype(np.int64),
        female=chance.random(size) < 0.54,
        race=chance.choice(5, size, p=(0.52, 0.22, 0.17, 0.05, 0.04)),
        substance_use=chance.random(size) < 0.30,
        unstable_housing=chance.random(size) < 0.15,
        mental_health=chance.random(size) < 0.35,
        studied=studied,
        later=later,
        prior=studied & (chance.random(size) < 0.35),
        index=index,
        end=end,
    )


def _traits(people: People, who: Days) -> Traits:
    return Traits(
        prior_admission=people.prior[who],
        substance_use=people.substance_use[who],
        unstable_housing=people.unstable_housing[who],
        aged_35_or_more=(people.index - people.born)[who] >= 35 * 365.25,
    )


def _outcomes(chunk: Chunk, people: People) -> tuple[Days, Outcomes]:
    """Of all with an index discharge, the studied first. The sums are of the studied alone."""
    studied, later = np.flatnonzero(people.studied), np.flatnonzero(people.later)
    truth = planted.outcomes(_traits(people, studied), chunk.chance)
    others = planted.outcomes(_traits(people, later), chunk.chance)
    both = Outcomes(
        starts=np.concatenate([truth.starts, others.starts]),
        returns=np.concatenate([truth.returns, others.returns]),
        totals=truth.totals,
    )
    return np.concatenate([studied, later]), both


def _stays(chunk: Chunk, people: People, who: Days, happened: Outcomes) -> Stays:
    chance = chunk.chance
    back = who[happened.returns < NEVER]
    returned = people.index[back] + happened.returns[happened.returns < NEVER]
    before = np.flatnonzero(people.prior)
    prior_end = people.index[before] - chance.integers(190, 361, len(before))
    medical = np.flatnonzero(chance.random(chunk.size) < 0.12)
    medical_at = chance.integers(FIRST, LAST - 20, len(medical))
    clear = ~people.studied[medical] & ~people.later[medical]
    medical, medical_at = medical[clear], medical_at[clear]
    again = chance.random(len(medical)) < 0.14
    residential = np.flatnonzero(people.substance_use & ~people.studied & (chance.random(chunk.size) < 0.04))
    parts = [
        (who, people.index[who] - chance.integers(3, 15, len(who)), people.index[who], 0),
        (back, returned, returned + chance.integers(2, 12, len(back)), 0),
        (before, prior_end - chance.integers(3, 15, len(before)), prior_end, 0),
        (medical, medical_at, medical_at + chance.integers(0, 9, len(medical)), 1),
        (medical[again], *_again(chance, medical_at[again]), 1),
        (residential, *_again(chance, chance.integers(FIRST, LAST - 60, len(residential))), 2),
    ]
    person, admitted, discharged = (np.concatenate([part[place] for part in parts]) for place in range(3))
    kind = np.concatenate([np.full(len(part[0]), part[3]) for part in parts])
    inside = discharged <= np.minimum(people.end[person], LAST)
    disposition = chance.choice(4, len(person), p=(0.93, 0.03, 0.03, 0.01))
    disposition[(kind == 0) | (disposition == 3)] = 0
    return Stays(
        person=person[inside],
        admitted=admitted[inside],
        discharged=discharged[inside],
        kind=kind[inside],
        disposition=disposition[inside],
    )


def _again(chance: np.random.Generator, since: Days) -> tuple[Days, Days]:
    admitted = since + chance.integers(10, 45, len(since))
    return admitted, admitted + chance.integers(1, 8, len(since))


def _contacts(
    chunk: Chunk, people: People, who: Days, happened: Outcomes
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Peer contacts: person and day. From the start about every sixth day, until a return or for some
    months."""
    began = happened.starts < happened.returns
    person, first = who[began], people.index[who][began] + happened.starts[began]
    last = people.index[person] + np.minimum(happened.returns[began], 240)
    number = chunk.chance.integers(1, 26, len(person))
    rows = np.repeat(np.arange(len(person)), number)
    step = np.arange(len(rows)) - np.repeat(np.cumsum(number) - number, number)
    day = first[rows] + step * 6 + np.where(step > 0, chunk.chance.integers(-2, 3, len(rows)), 0)
    keep = (day < last[rows]) & (day <= people.end[person][rows])
    return person[rows][keep], day[keep]
