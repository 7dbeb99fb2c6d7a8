"""What is published of a measure, on a small invented folder and on counts Hypothesis thinks of."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from beenthere.evidence.claims.synth import make_claims
from beenthere.evidence.measures.counting import Counted, Row, wilson
from beenthere.evidence.measures.publishing import publish
from beenthere.evidence.measures.register import MEASURES
from beenthere.host.evidence import evidence

FUH = MEASURES["fuh"]
FIXED = settings(
    derandomize=True,
    max_examples=60,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = tmp_path_factory.mktemp("published") / "claims"
    make_claims(at, people=4_000, seed=2)
    return at


def run(*words: object) -> tuple[int, str]:
    found = CliRunner().invoke(evidence, [str(word) for word in words])
    return found.exit_code, found.stdout if found.exit_code == 0 else found.output


def test_wilson_is_the_published_interval() -> None:
    """0 of 10 and 26 of 54 (35.4 % to 61.1 %)."""
    assert (round(wilson(26, 54).low, 3), round(wilson(26, 54).high, 3)) == (0.354, 0.611)
    assert (wilson(0, 10).low, round(wilson(0, 10).high, 4)) == (0.0, 0.2775)


def counts_of(told: object) -> list[int]:
    """Every whole number under a key that counts."""
    if isinstance(told, dict):
        mine = [
            v for k, v in told.items() if k in ("count", "left", "people", "denominator") and v is not None
        ]
        return [int(v) for v in mine] + [n for v in told.values() for n in counts_of(v)]
    return [n for v in told for n in counts_of(v)] if isinstance(told, list | tuple) else []


def test_files_of_a_measure(folder: Path, tmp_path: Path) -> None:
    code, said = run("measure", "fuh", "--claims", folder, "--year", 2025, "--out", tmp_path, "--json")
    assert code == 0, said
    told = json.loads(said)
    assert told == json.loads((tmp_path / "fuh-2025.json").read_text())
    assert told["release"] == "small cells hidden"
    assert not [number for number in counts_of(told) if 1 <= number <= 10]
    full = json.loads((tmp_path / "analyst-not-for-release" / "fuh-2025.json").read_text())
    assert full["release"] == "analyst's file, not for release"
    assert [number for number in counts_of(full) if 1 <= number <= 10]
    with (tmp_path / "fuh-2025.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(told["results"])
    page = (tmp_path / "fuh-2025.html").read_text()
    assert "Follow-up after hospitalization" in page
    assert "Not a certified result" in page
    # Invented claims say so, the drawing has its tables, and the page says how to make it again.
    assert told["synthetic"]
    assert "Invented data" in page
    assert page.count("<svg") == 1 < page.count("<table")
    for words in (told["command"], *told["files_sha256"].values()):
        assert words in page


def test_the_year_decides_whether_peer_support_counts(folder: Path, tmp_path: Path) -> None:
    for year, words in ((2024, "does not count as follow-up"), (2025, "count as follow-up")):
        code, said = run("measure", "fuh", "--claims", folder, "--year", year, "--out", tmp_path, "--json")
        assert code == 0
        told = json.loads(said)
        assert told["measurement_year"] == year
        assert words in told["notes"][0]


def test_every_measure_runs_at_once(folder: Path, tmp_path: Path) -> None:
    sets = folder / "value_sets"
    code, said = run(
        "measure", "all", "--claims", folder, "--year", 2025, "--out", tmp_path, "--value-sets", sets
    )
    assert code == 0, said
    assert {file.name for file in tmp_path.glob("*.html")} == {f"{key}-2025.html" for key in MEASURES}
    assert said.count("What is estimated: ") == said.count("Method: ") == len(MEASURES)
    assert said.count("95 % interval") >= len(MEASURES)


def test_unfit_input_ends_with_two_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said = run("measure", "fux", "--claims", folder, "--year", 2025, "--out", out)
    assert (code, "there is no measure fux" in said) == (2, True)
    code, said = run("measure", "fuh", "--claims", tmp_path, "--year", 2025, "--out", out)
    assert (code, "there is no medical_claim.parquet" in said) == (2, True)
    assert not out.exists()


@st.composite
def counted(draw: st.DrawFn) -> Counted:
    """A measure's counts with two strata; parts add up, as they do."""
    ages = [_row(draw, "age_band", name) for name in ("13 to 17", "18 to 34", "35 to 64")]
    whole = _added("", "", ages)
    first = _split(draw, whole)
    out = {step.key: draw(st.sampled_from((0, 0, 3, 12, 40))) for step in FUH.steps}
    lines = {"sent_twice": draw(st.integers(0, 30)), "taken_back": 0, "superseded": 4, "standing": 900}
    return Counted(
        measure=FUH,
        year=2025,
        lines={"read": sum(lines.values()), **lines},
        candidates=sum(out.values()) + int(whole.denominator),
        out=out,
        rows=(whole, *ages, *first),
    )


def _row(draw: st.DrawFn, stratum: str, value: str) -> Row:
    seven, more, rest = (draw(st.sampled_from((0, 2, 8, 11, 25, 90))) for _ in range(3))
    return _made(stratum, value, seven, more, rest)


def _made(stratum: str, value: str, seven: int, more: int, rest: int) -> Row:
    of = seven + more + rest
    counts = {"within_7": seven, "within_30": seven + more}
    return Row(stratum=stratum, value=value, people=of, denominator=of, counts=counts, errors={})


def _parts(row: Row) -> tuple[int, int, int]:
    seven, thirty = row.counts["within_7"], row.counts["within_30"]
    return seven, thirty - seven, int(row.denominator) - thirty


def _added(stratum: str, value: str, rows: list[Row]) -> Row:
    return _made(stratum, value, *(sum(some) for some in zip(*map(_parts, rows), strict=True)))


def _split(draw: st.DrawFn, whole: Row) -> list[Row]:
    one = [draw(st.integers(0, part)) for part in _parts(whole)]
    other = [part - some for part, some in zip(_parts(whole), one, strict=True)]
    return [_made("gender", "female", *one), _made("gender", "male", *other)]


@FIXED
@given(counted())
def test_no_subtraction_on_a_page_gives_a_small_count(made: Counted) -> None:
    """By hand, the ways a reader would try: neighbours in a row, a stratum against the whole, step against
    step."""
    told = publish(made, largest_hidden=10)
    assert not [n for n in counts_of([*told.attrition, *told.results]) if 1 <= n <= 10]
    for row in told.results:
        seven, thirty = (row["numerators"][key]["count"] for key in ("within_7", "within_30"))
        for more, less in ((thirty, seven), (row["denominator"], thirty), (row["denominator"], seven)):
            assert more is None or less is None or not 1 <= more - less <= 10
    for stratum in ("age_band", "gender"):
        for cell in (lambda row: row["denominator"], lambda row: row["numerators"]["within_30"]["count"]):
            parts = [cell(row) for row in told.results if row["stratum"] == stratum]
            total = cell(told.results[0])
            known = sum(part for part in parts if part is not None)
            assert total is None or None not in parts or not 1 <= total - known <= 10
    left = [row["left"] for row in told.attrition if row["left"] is not None]
    assert not [more - less for more, less in zip(left, left[1:], strict=False) if 1 <= more - less <= 10]
