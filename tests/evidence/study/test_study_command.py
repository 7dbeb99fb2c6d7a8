"""From a claims folder to a report: the cohort finds what was planted, and no small count is shown."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from beenthere.evidence.claims.opened import opened
from beenthere.evidence.claims.people import DAYS_A_MONTH
from beenthere.evidence.claims.synth import make_claims
from beenthere.evidence.report.page import estimands_of, result_line
from beenthere.evidence.study.analysis import analyse
from beenthere.evidence.study.cohort import Cohort, cohort
from beenthere.evidence.study.reading import parse_protocol, read_protocol
from beenthere.host.evidence import evidence

STUDY = """
title = "Peer support within 14 days of a psychiatric discharge"
[eligibility]
index = "psychiatric discharge"
from = 2024-07-01
to = 2024-12-31
washout = 180
[strategies]
exposure = "peer_support"
fixed = "within"
days = 14
[[outcomes]]
key = "back"
kind = "psychiatric readmission"
words = "return to a psychiatric hospital"
margin = 0.02
planned_too = true
[[outcomes]]
key = "injury"
kind = "diagnosis"
codes = ["S", "T14"]
words = "injury"
negative_control = true
[covariates]
facts = ["age", "gender", "prior_stays"]
groups = ["substance_use"]
diagnoses = { unstable_housing = ["Z59"] }
[analysis]
replicates = 39
close = 7
subgroups = ["gender"]
"""
TOTALS = """
title = "A referral on the day of discharge"
[eligibility]
index = "psychiatric discharge"
from = 2024-07-01
to = 2024-12-31
washout = 0
[strategies]
exposure = "event:peer_referral"
fixed = "before"
days = 1
[[outcomes]]
key = "cost"
kind = "cost"
words = "cost"
[[outcomes]]
key = "days"
kind = "hospital days"
words = "days in hospital"
[[outcomes]]
key = "visits"
kind = "emergency visits"
words = "emergency visits"
[[outcomes]]
key = "arrest"
kind = "event"
event = "re_arrest"
words = "re-arrest"
[[outcomes]]
key = "seen"
kind = "follow-up visit"
words = "a follow-up visit"
better = "higher"
[[outcomes]]
key = "er"
kind = "emergency visit"
words = "an emergency visit"
[follow_up]
month_0 = "both"
[covariates]
facts = ["age", "gender", "race", "prior_stays", "prior_emergency_visits", "prior_cost", "index_days"]
[analysis]
estimators = ["ipw", "weighted_survival"]
"""


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "claims"
    make_claims(folder, people=6000, seed=4)
    return folder


def found(claims: Path, text: str, tmp_path: Path) -> Cohort:
    file = tmp_path / "STUDY.toml"
    file.write_text(text, encoding="utf-8")
    with opened(claims) as one:
        return cohort(one.claims, read_protocol(file))


def test_the_cohort_is_the_planted_one(claims: Path, tmp_path: Path) -> None:
    planted = json.loads((claims / "synthetic.json").read_text())
    one = found(claims, STUDY, tmp_path)
    wanted = planted["cohort"]["index_discharges"]
    assert abs(len(one.rows) - wanted) <= 0.02 * wanted
    assert (
        sum(count for words, count in one.flow if words.startswith("left out")) + len(one.rows)
        == one.flow[0][1]
    )
    ever, risk = one.rows["start"].notna(), planted["trap"]
    back = one.rows["back_event"] == 1
    # A few are lost: who leaves the plan, and lines taken back.
    assert back[ever].mean() == pytest.approx(risk["return_within_180_days_with_contact"], abs=0.03)
    assert back[~ever].mean() == pytest.approx(risk["return_within_180_days_without"], abs=0.03)


def test_row_order_of_the_claims_is_irrelevant(claims: Path, tmp_path: Path) -> None:
    turned = tmp_path / "turned"
    for table in ("medical_claim", "eligibility", "pharmacy_claim", "events"):
        (turned / table).mkdir(parents=True)
        rows = pq.read_table(claims / table)
        order = np.arange(rows.num_rows)[::-1]
        pq.write_table(rows.take(order), turned / table / "part.parquet")
    one, other = found(claims, STUDY, tmp_path), found(turned, STUDY, tmp_path)
    pd.testing.assert_frame_equal(one.rows, other.rows)


def test_the_washout_takes_out_who_was_exposed_before(claims: Path, tmp_path: Path) -> None:
    washed = dict(found(claims, STUDY, tmp_path).flow)
    open_to_all = dict(found(claims, STUDY.replace("washout = 180", "washout = 0"), tmp_path).flow)
    assert washed["left out: exposed in the 180 days before (washout)"] > 0
    assert open_to_all["left out: exposed in the 0 days before (washout)"] == 0


def test_totals_and_events_of_an_exposure_known_at_time_zero(claims: Path, tmp_path: Path) -> None:
    one = found(claims, TOTALS, tmp_path)
    assert (one.rows["cost"] >= one.rows["cost_without_month_0"]).all()
    assert one.rows["cost_months"].max() == pytest.approx(180 / DAYS_A_MONTH)
    results = analyse(one.rows, parse_toml(TOTALS))
    assert {(row.question.outcome.key, row.question.window is None) for row in results} == {
        ("cost", False),
        ("days", False),
        ("visits", False),
        ("arrest", True),
        ("seen", True),
        ("er", True),
    }
    assert all(row.result is not None for row in results), [row.why_not for row in results]


def parse_toml(text: str) -> Any:
    import tomllib

    return parse_protocol(tomllib.loads(text))


def run(claims: Path, text: str, tmp_path: Path, *more: str) -> tuple[int, str, Path]:
    file, out = tmp_path / "STUDY.toml", tmp_path / "out"
    file.write_text(text, encoding="utf-8")
    arguments = ["study", str(file), "--claims", str(claims), "--out", str(out), *more]
    done = CliRunner().invoke(evidence, arguments)
    return done.exit_code, done.output, out


def test_the_report_shows_no_small_count_and_names_what_it_estimates(claims: Path, tmp_path: Path) -> None:
    code, output, out = run(claims, STUDY, tmp_path, "--hide-up-to", "60")
    assert code == 0, output
    told = json.loads((out / "study.json").read_text())
    counts = [row["count"] for row in told["flow"]] + list(told["starts"].values())
    counts += [
        count for row in told["results"] for part in ("people", "events") for count in row[part].values()
    ]
    counts += [count for row in told["at_risk"] for count in row["count"]]
    assert None in counts
    assert not [count for count in counts if count is not None and 1 <= count <= 60]
    hidden = [row for row in told["results"] if None in row["events"].values()]
    assert hidden
    assert all(row["estimate"] is None for row in hidden)
    page = (out / "study.html").read_text()
    for words in (
        "Invented data",
        "The protocol",
        "Make it again",
        "beenthere evidence study",
    ):
        assert words in page
    shown = [row for row in told["results"] if row["estimate"] is not None]
    assert ("What is estimated, by the number" in page) is bool(shown)
    assert not re.search(r"\bprove[dns]?\b", page)
    assert page.count("<svg") == page.count('role="img"') >= 2
    assert ("People still followed without it" in page) == (len(told["curves"]) == 2)
    assert bool(told["weights"]) is bool(told["balance"]) is (told["verdict"] != "too few")
    assert page.count("<table") >= page.count("<svg")
    assert (out / "analyst-not-for-release" / "results.json").exists()


def test_ever_exposed_is_refused_and_nothing_is_written(claims: Path, tmp_path: Path) -> None:
    code, output, out = run(claims, STUDY.replace('fixed = "within"', 'fixed = "ever"'), tmp_path)
    assert code == 2
    assert "immortal time" in output
    assert "clone_censor_weight" in output
    assert not out.exists()


def test_every_estimate_in_the_table_says_by_number_what_it_is_of() -> None:
    def row(estimand: str, estimate: float | None = 0.1) -> dict[str, Any]:
        ends = {"estimate": estimate, "ci_low": 0.0, "ci_high": 0.2, "verdict": "cannot tell"}
        return {"question": "q", "kind": "main", "estimator": "m", "estimand": estimand, **ends}

    rows = [row("of all"), row("of those at a landmark"), row("of all"), row("", None)]
    estimands = estimands_of({"results": rows})
    assert estimands == ["of all", "of those at a landmark"]
    assert [result_line(one, estimands)[2] for one in rows] == ["1", "2", "1", "hidden"]


def test_nobody_eligible_is_a_sentence(claims: Path, tmp_path: Path) -> None:
    code, output, _out = run(
        claims, STUDY.replace("washout = 180", "washout = 180\nages = [119, 120]"), tmp_path
    )
    assert code == 2
    assert "nobody is eligible" in output
