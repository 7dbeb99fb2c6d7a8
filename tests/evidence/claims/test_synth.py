"""Invented claims: the same seed the same people, and what was planted is there to be found."""

import hashlib
import json
from pathlib import Path

import pytest

from beenthere.evidence.claims.opened import Opened, opened
from beenthere.evidence.claims.synth import make_claims
from beenthere.evidence.errors import Unfit

PEOPLE = 12_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    at = tmp_path_factory.mktemp("synthetic") / "claims"
    make_claims(at, people=PEOPLE, seed=5)
    return at


def fingerprint(at: Path) -> dict[str, str]:
    return {
        str(file.relative_to(at)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in at.rglob("*.*")
        if file.is_file()
    }


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_claims(tmp_path / name, people=300, seed=3)
    make_claims(tmp_path / "other", people=300, seed=4)
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "two")
    assert fingerprint(tmp_path / "one") != fingerprint(tmp_path / "other")


def test_one_person_is_enough_and_a_full_folder_is_refused(tmp_path: Path) -> None:
    assert make_claims(tmp_path / "one", people=1, seed=1)["people"] == 1
    with pytest.raises(Unfit, match="not empty"):
        make_claims(tmp_path / "one", people=1, seed=1)


def test_the_folder_fits_and_says_that_nobody_is_in_it(folder: Path) -> None:
    with opened(folder, value_sets=folder / "value_sets") as found:
        assert found.findings == ()
        assert found.rows["medical_claim"] > 10 * PEOPLE
        assert found.resolved.sent_twice > 0
        assert found.resolved.taken_back > 0
    story = json.loads((folder / "synthetic.json").read_text())
    assert story["synthetic"].startswith("Every person, claim and event in this folder is invented")


def index_rows(found: Opened, window: list[str]) -> list[dict[str, object]]:
    """First psychiatric discharge in the window, days to the next such stay, and to the first contact."""
    stays = found.claims.stays("acute")
    mine = (
        stays.filter(stays.psychiatric).select("person_id", "admission", "discharge").to_pyarrow().to_pylist()
    )
    contacts = found.claims.peer_lines.select("person_id", "day").to_pyarrow().to_pylist()
    by_person: dict[str, list[dict[str, object]]] = {}
    for stay in sorted(mine, key=lambda stay: stay["admission"]):
        by_person.setdefault(stay["person_id"], []).append(stay)
    days: dict[str, list[object]] = {}
    for contact in contacts:
        days.setdefault(contact["person_id"], []).append(contact["day"])
    rows = []
    for person, own in by_person.items():
        index = next((s for s in own if window[0] <= s["discharge"].isoformat() <= window[1]), None)
        if index is None:
            continue
        later = [
            (s["admission"] - index["discharge"]).days for s in own if s["admission"] > index["discharge"]
        ]
        before = [
            (index["discharge"] - s["discharge"]).days for s in own if s["discharge"] < index["discharge"]
        ]
        seen = [(day - index["discharge"]).days for day in days.get(person, ())]
        rows.append(
            {
                "back": min(later, default=9999),
                "prior": any(0 < apart <= 365 for apart in before),
                "start": min((apart for apart in seen if apart > 0), default=9999),
            }
        )
    return rows


def share(rows: list[dict[str, object]], most: int) -> float:
    return sum(row["back"] <= most for row in rows) / len(rows)


def test_what_was_planted_is_in_the_claims(folder: Path) -> None:
    """Who was ill before comes back more and begins peer support more: confounded, as planted. Who never
    began tells the planted risk of nobody beginning only among those alike. Bounds are five standard errors
    wide or wider."""
    story = json.loads((folder / "synthetic.json").read_text())
    with opened(folder) as found:
        rows = index_rows(found, story["cohort"]["window"])
    # A few index stays are lost, because their accommodation line was taken back for good.
    assert 0.98 <= len(rows) / story["cohort"]["index_discharges"] <= 1
    prior, others = ([row for row in rows if row["prior"] is told] for told in (True, False))
    assert share(prior, 180) > share(others, 180) + 0.05
    began = [sum(row["start"] <= 30 for row in some) / len(some) for some in (prior, others)]
    assert began[0] > began[1] + 0.05
    truth = story["truth"]["180_days"]
    assert truth["risk_difference_within_14_days_v_not"] < -0.02
    low, high = truth["risk_if_all_began_within_14_days"], truth["risk_if_nobody_ever_began"]
    assert low - 0.09 < share(rows, 180) < high + 0.09
    trap = story["trap"]
    assert trap["return_within_180_days_with_contact"] < trap["return_within_180_days_without"]
