"""Claims out of invented lives: lines in the columns of the claims folder. No procedure code here needs a
licence."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from beenthere.evidence.claims.synth.planted import ARREST, HOUSED, WORK, Days, Flags, Outcomes

if TYPE_CHECKING:
    from beenthere.evidence.claims.synth.lives import Chunk, People, Stays

TABLES = ("medical_claim", "eligibility", "pharmacy_claim", "events")
RACES = ("white", "black or african american", "hispanic", "asian", "unknown")
MENTAL = ("F329", "F331", "F411", "F319", "F209", "F251", "F4310", "F603")
SUBSTANCE = ("F1120", "F1020", "F1520", "F1920")
OTHER = ("I10", "E119", "J069", "M545", "R109", "J189", "S93401A", "K219")
HOUSING = "Z590"
BUPRENORPHINE, ANTIDEPRESSANT = "99999000101", "99999000201"
_REVENUE = {0: "0124", 1: "0120", 2: "1002"}
_BILL = {0: "111", 1: "111", 2: "861"}
_DISPOSITIONS = ("01", "07", "03", "20")


@dataclass(frozen=True, kw_only=True)
class Maker:
    """Lines under way: `claim` numbers are unique within the folder because each chunk owns a range of
    them."""

    chunk: "Chunk"
    people: "People"

    def names(self, person: Days) -> pa.Array:
        return _named("P", person + self.chunk.first)

    def claims(self, block: int, number: Days) -> pa.Array:
        return _named("C", (number + self.chunk.first * 100) * 10 + block)

    def pick(self, words: Sequence[str], size: int, p: Sequence[float] | None = None) -> pa.Array:
        return pa.array(words).take(pa.array(self.chunk.chance.choice(len(words), size, p=p)))

    def paid(self, size: int, middle: float) -> NDArray[np.float64]:
        return np.round(self.chunk.chance.lognormal(np.log(middle), 0.6, size), 2)

    def diagnosis(self, person: Days, *, mental: float, substance: float) -> pa.Array:
        """A principal diagnosis. Nobody without the trait ever gets one of substance use."""
        chance, size = self.chunk.chance, len(person)
        drawn = chance.random(size)
        uses = self.people.substance_use[person] & (drawn < substance)
        troubled = ~uses & (drawn < substance + mental)
        at = np.where(uses, chance.integers(0, len(SUBSTANCE), size) + len(MENTAL), 0)
        at = np.where(troubled, chance.integers(0, len(MENTAL), size), at)
        at = np.where(
            uses | troubled, at, chance.integers(0, len(OTHER), size) + len(MENTAL) + len(SUBSTANCE)
        )
        return pa.array((*MENTAL, *SUBSTANCE, *OTHER)).take(pa.array(at))

    def housing(self, person: Days, often: float) -> pa.Array:
        at = self.people.unstable_housing[person] & (self.chunk.chance.random(len(person)) < often)
        return pa.array([None, HOUSING]).take(pa.array(at.astype(np.int64)))


def claims(
    chunk: "Chunk",
    people: "People",
    stays: "Stays",
    contacts: tuple[Days, Days],
    who: Days,
    happened: Outcomes,
) -> dict[str, pa.Table]:
    make = Maker(chunk=chunk, people=people)
    blocks = [
        *_stays(make, stays),
        _emergencies(make),
        _visits(make),
        _sure_visits(make, who),
        _contacts(make, *contacts),
    ]
    medical = pa.concat_tables([_enrolled(make, block) for block in blocks], promote_options="default")
    return {
        "medical_claim": _with_corrections(chunk, medical).drop_columns(["person"]),
        "eligibility": _eligibility(make),
        "pharmacy_claim": _dispensings(make),
        "events": _events(make, who, happened),
    }


def _named(letter: str, number: Days) -> pa.Array:
    return pc.binary_join_element_wise(letter, pc.utf8_lpad(pc.cast(pa.array(number), "string"), 9, "0"), "")


def _dates(day: Days) -> pa.Array:
    return pa.array(day.astype("datetime64[D]"))


def _same(word: str, size: int) -> pa.Array:
    return pa.repeat(word, size)


def _lines(
    make: Maker,
    block: int,
    *,
    person: Days,
    claim: Days,
    line: Days,
    start: Days,
    end: Days,
    **columns: pa.Array,
) -> pa.Table:
    kept = {
        "person": pa.array(person),
        "person_id": make.names(person),
        "claim_id": make.claims(block, claim),
        "claim_line_number": pa.array(line),
        "claim_start_date": _dates(start),
        "claim_end_date": _dates(end),
        "claim_line_start_date": _dates(start),
        "claim_line_end_date": _dates(end),
        "paid_date": _dates(end + 20),
        "diagnosis_code_type": _same("icd-10-cm", len(person)),
        **columns,
    }
    return pa.table(kept)


def _stays(make: Maker, stays: "Stays") -> list[pa.Table]:
    """An institutional claim of several lines, the accommodation first, and a professional one."""
    size = len(stays.person)
    count = 4 + (stays.discharged - stays.admitted) // 2
    rows = np.repeat(np.arange(size), count)
    line = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count) + 1
    kinds = stays.kind[rows]
    room = pa.array(list(_REVENUE.values())).take(pa.array(kinds))
    ancillary = make.pick(("0250", "0300", "0301", "0636"), len(rows))
    told = _stay_diagnoses(make, stays)
    person = stays.person[rows]
    institutional = _lines(
        make,
        0,
        person=person,
        claim=rows,
        line=line,
        start=stays.admitted[rows],
        end=stays.discharged[rows],
        claim_type=_same("institutional", len(rows)),
        admission_date=_dates(stays.admitted[rows]),
        discharge_date=_dates(stays.discharged[rows]),
        bill_type_code=pa.array(list(_BILL.values())).take(pa.array(kinds)),
        admit_type_code=make.pick(("1", "3"), size, (0.88, 0.12)).take(pa.array(rows)),
        discharge_disposition_code=pa.array(_DISPOSITIONS).take(pa.array(stays.disposition[rows])),
        revenue_center_code=pc.if_else(pa.array(line == 1), room, ancillary),
        facility_npi=_named("9", rows % 97),
        diagnosis_code_1=told.take(pa.array(rows)),
        diagnosis_code_2=make.housing(stays.person, 0.5).take(pa.array(rows)),
        paid_amount=pa.array(np.where(line == 1, make.paid(len(rows), 4000), make.paid(len(rows), 120))),
    )
    professional = _lines(
        make,
        1,
        person=stays.person,
        claim=np.arange(size),
        line=np.ones(size, dtype=np.int64),
        start=stays.admitted,
        end=stays.admitted,
        claim_type=_same("professional", size),
        place_of_service_code=_same("21", size),
        diagnosis_code_1=told,
        paid_amount=pa.array(make.paid(size, 180)),
    )
    return [institutional, professional]


def _stay_diagnoses(make: Maker, stays: "Stays") -> pa.Array:
    mental = make.pick(MENTAL, len(stays.person))
    substance = make.pick(SUBSTANCE, len(stays.person))
    other = make.pick(OTHER, len(stays.person))
    return pc.choose(pa.array(np.asarray(stays.kind)), mental, other, substance)


def _emergencies(make: Maker) -> pa.Table:
    """Three lines a visit: room, laboratory, professional."""
    people, chance = make.people, make.chunk.chance
    often = 0.8 + 0.9 * people.unstable_housing + 0.8 * people.substance_use
    visits = chance.poisson(often)
    person = np.repeat(np.arange(make.chunk.size), visits)
    day = _any_day(make, len(person))
    rows = np.repeat(np.arange(len(person)), 3)
    line = np.tile(np.array([1, 2, 1]), len(person))
    place = np.tile(np.array([0, 1, 2]), len(person))
    told = make.diagnosis(person, mental=0.22, substance=0.3)
    return _lines(
        make,
        2,
        person=person[rows],
        claim=rows * 2 + (place == 2),
        line=line,
        start=day[rows],
        end=day[rows],
        claim_type=pa.array(["institutional", "institutional", "professional"]).take(pa.array(place)),
        bill_type_code=pa.array(["131", "131", None]).take(pa.array(place)),
        revenue_center_code=pa.array(["0450", "0300", None]).take(pa.array(place)),
        place_of_service_code=pa.array([None, None, "23"]).take(pa.array(place)),
        diagnosis_code_1=told.take(pa.array(rows)),
        paid_amount=pa.array(make.paid(len(rows), 210)),
    )


def _visits(make: Maker) -> pa.Table:
    people = make.people
    often = 10.2 + 9.0 * people.mental_health + 5.0 * people.substance_use
    person = np.repeat(np.arange(make.chunk.size), make.chunk.chance.poisson(often))
    return _visit_lines(make, 4, person, _any_day(make, len(person)), mental=0.4, substance=0.35)


def _sure_visits(make: Maker, who: Days) -> pa.Table:
    """So that what was planted can be seen: each trait of the studied is on a claim in the year before."""
    person = np.repeat(who, 3)
    day = make.people.index[person] - make.chunk.chance.integers(15, 300, len(person))
    return _visit_lines(make, 5, person, day, mental=0.0, substance=1.0, housing=1.0)


def _visit_lines(
    make: Maker, block: int, person: Days, day: Days, *, mental: float, substance: float, housing: float = 0.4
) -> pa.Table:
    size = len(person)
    told = make.diagnosis(person, mental=mental, substance=substance)
    treats = pc.and_(
        pc.is_in(told, value_set=pa.array(SUBSTANCE)), pa.array(make.chunk.chance.random(size) < 0.4)
    )
    service = make.pick(("H0004", "H0005", "H0015", "H0020"), size)
    return _lines(
        make,
        block,
        person=person,
        claim=np.arange(size),
        line=np.ones(size, dtype=np.int64),
        start=day,
        end=day,
        claim_type=_same("professional", size),
        place_of_service_code=make.pick(("11", "10", "53", "22"), size, (0.6, 0.2, 0.1, 0.1)),
        hcpcs_code=pc.if_else(treats, service, make.pick(("T1015", "G0463"), size)),
        rendering_npi=_named("1", make.chunk.chance.integers(0, 4000, size)),
        diagnosis_code_1=told,
        diagnosis_code_2=make.housing(person, housing),
        paid_amount=pa.array(make.paid(size, 95)),
    )


def _contacts(make: Maker, person: Days, day: Days) -> pa.Table:
    size = len(person)
    return _lines(
        make,
        6,
        person=person,
        claim=np.arange(size),
        line=np.ones(size, dtype=np.int64),
        start=day,
        end=day,
        claim_type=_same("professional", size),
        place_of_service_code=make.pick(("12", "53", "99"), size),
        hcpcs_code=_same("H0038", size),
        hcpcs_modifier_1=pa.array([None, "HQ"]).take(pa.array((make.chunk.chance.random(size) < 0.2) * 1)),
        service_unit_quantity=pa.array(make.chunk.chance.integers(1, 9, size).astype(np.float64)),
        diagnosis_code_1=make.pick(MENTAL, size),
        paid_amount=pa.array(make.paid(size, 55)),
    )


def _any_day(make: Maker, size: int) -> Days:
    first, last = writing_span()
    return make.chunk.chance.integers(first, last + 1, size)


def _enrolled(make: Maker, block: pa.Table) -> pa.Table:
    """Nobody has a claim after the last enrolled day."""
    ends = make.people.end[block["person"].to_numpy()]
    day = block["claim_end_date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    return block.filter(pa.array(day <= ends))


def _with_corrections(chunk: "Chunk", medical: pa.Table) -> pa.Table:
    """Of a thousand lines four are sent twice, three reversed and replaced, three reversed for good."""
    drawn = chunk.chance.random(medical.num_rows)
    twice = medical.filter(pa.array(drawn < 0.004))
    wrong = medical.filter(pa.array((drawn >= 0.004) & (drawn < 0.010)))
    kept = pa.array(np.arange(wrong.num_rows) % 2 == 0)
    reversal = _changed(wrong, days=15, times=-1.0)
    replacement = _changed(wrong.filter(kept), days=20, times=0.8)
    return pa.concat_tables([medical, twice, reversal, replacement])


def _changed(lines: pa.Table, *, days: int, times: float) -> pa.Table:
    paid = pc.round(pc.multiply(lines["paid_amount"], times), 2)
    later = lines["paid_date"].to_numpy().astype("datetime64[D]") + np.timedelta64(days, "D")
    lines = lines.set_column(lines.schema.get_field_index("paid_amount"), "paid_amount", paid)
    return lines.set_column(lines.schema.get_field_index("paid_date"), "paid_date", pa.array(later))


def _eligibility(make: Maker) -> pa.Table:
    """One in five has two spans: most of them adjoin, some leave forty days between (never those studied)."""
    people, chance, size = make.people, make.chunk.chance, make.chunk.size
    first, _last = writing_span()
    middle = chance.integers(first + 30, np.maximum(people.end - 60, first + 31))
    split = (chance.random(size) < 0.2) & (people.end > first + 120)
    gap = np.where((chance.random(size) < 0.25) & ~people.studied & ~people.later, 40, 1)
    all_people = np.arange(size)
    person = np.concatenate([all_people, all_people[split]])
    start = np.concatenate([np.full(size, first), (middle + gap)[split]])
    end = np.concatenate([np.where(split, middle, people.end), people.end[split]])
    table = pa.table(
        {
            "person_id": make.names(person),
            "birth_date": _dates(people.born[person]),
            "death_date": pa.nulls(len(person), pa.date32()),
            "gender": pa.array(["male", "female"]).take(pa.array(people.female[person].astype(np.int64))),
            "race": pa.array(RACES).take(pa.array(people.race[person])),
            "enrollment_start_date": _dates(start),
            "enrollment_end_date": _dates(end),
        }
    )
    return table.filter(pa.array(end >= start))


def _dispensings(make: Maker) -> pa.Table:
    people, chance = make.people, make.chunk.chance
    often = np.where(people.substance_use, 3.0, 0.0) + np.where(people.mental_health, 4.0, 0.4)
    person = np.repeat(np.arange(make.chunk.size), chance.poisson(often))
    day = _any_day(make, len(person))
    inside = day <= people.end[person]
    person, day = person[inside], day[inside]
    drug = people.substance_use[person] & (chance.random(len(person)) < 0.5)
    return pa.table(
        {
            "person_id": make.names(person),
            "claim_id": make.claims(7, np.arange(len(person))),
            "claim_line_number": pa.array(np.ones(len(person), dtype=np.int64)),
            "dispensing_date": _dates(day),
            "ndc_code": pa.array([ANTIDEPRESSANT, BUPRENORPHINE]).take(pa.array(drug.astype(np.int64))),
            "days_supply": pa.array(np.full(len(person), 30)),
            "paid_date": _dates(day),
            "paid_amount": pa.array(make.paid(len(person), 60)),
        }
    )


def _events(make: Maker, who: Days, happened: Outcomes) -> pa.Table:
    people, chance = make.people, make.chunk.chance
    referred = chance.random(len(who)) < 0.5
    parts = [(who[referred], people.index[who][referred], "peer_referral")]
    began = np.where(happened.starts < happened.returns, happened.starts, np.int64(10_000))
    for name, monthly, times in (
        ("re_arrest", ARREST, 0.75),
        ("housed", HOUSED, 1.3),
        ("work_started", WORK, 1.4),
    ):
        hit = _monthly(began, chance, monthly, times)
        rows, month = np.nonzero(hit)
        day = people.index[who][rows] + month * 30 + chance.integers(1, 31, len(rows))
        inside = day <= people.end[who][rows]
        parts.append((who[rows][inside], day[inside], name))
    return pa.table(
        {
            "person_id": pa.concat_arrays([make.names(person) for person, _day, _name in parts]),
            "event_date": pa.concat_arrays([_dates(day) for _person, day, _name in parts]),
            "event": pa.concat_arrays([_same(name, len(person)) for person, _day, name in parts]),
        }
    )


def _monthly(began: Days, chance: np.random.Generator, monthly: float, times: float) -> Flags:
    after = np.arange(12)[None, :] * 30 >= began[:, None]
    return np.asarray(chance.random(after.shape) < monthly * np.where(after, times, 1.0))


def writing_span() -> tuple[int, int]:
    first, last = np.datetime64("2023-01-01", "D"), np.datetime64("2025-12-31", "D")
    return int(first.astype(np.int64)), int(last.astype(np.int64))


def value_sets(folder: Path) -> None:
    """The invented drug code, so that a measure can see the dispensings: pass it with `--value-sets`."""
    (folder / "value_sets").mkdir()
    text = (
        "group,system,first,last,intent,from,to,source,confidence\n"
        f"substance_use_medication,ndc,{BUPRENORPHINE},{BUPRENORPHINE},,,,invented for "
        f"synthetic data,synthetic\n"
    )
    (folder / "value_sets" / "synthetic.csv").write_text(text, encoding="utf-8")
