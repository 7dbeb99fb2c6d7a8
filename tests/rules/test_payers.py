from datetime import date
from pathlib import Path

import pytest

from beenthere.funding.payers import PAYERS
from beenthere.funding.payers.loader import FOLDER, PayerFileError, parse_payer, payers, unit_rule
from beenthere.funding.rules.units import Rounding
from beenthere.kernel.decision import Confidence

DEMO = (FOLDER / "demo-midpoint" / "payer.toml").read_text(encoding="utf-8")
EVERY_RULE = [shipped for payer in payers().values() for shipped in payer.rules]


def fault(text: str) -> str:
    with pytest.raises(PayerFileError) as told:
        parse_payer("demo", text, named="payers/demo/payer.toml")
    return str(told.value)


def test_every_folder_is_registered() -> None:
    assert tuple(payers()) == PAYERS


@pytest.mark.parametrize("shipped", EVERY_RULE, ids=lambda shipped: shipped.rule.key)
def test_every_rule_has_a_source_with_a_date(shipped: object) -> None:
    source = shipped.rule.source  # type: ignore[attr-defined]
    assert source.title
    assert source.locator
    assert source.retrieved is not None


@pytest.mark.parametrize("payer", payers().values(), ids=lambda payer: payer.key)
def test_a_demonstration_rule_says_so_and_a_payers_rule_has_a_payers_text(payer: object) -> None:
    for shipped in payer.rules:  # type: ignore[attr-defined]
        if payer.demonstration:  # type: ignore[attr-defined]
            assert "not a payer's" in shipped.rule.title
            assert shipped.rule.source.confidence is Confidence.LOCAL
        else:
            assert shipped.rule.source.confidence in {Confidence.PRIMARY, Confidence.PAYER}


def test_a_sourced_rule_does_not_outlive_its_source() -> None:
    assert all(
        shipped.rule.effective.end is not None
        for payer in payers().values()
        for shipped in payer.rules
        if not payer.demonstration
    )
    assert unit_rule("texas-medicaid-2016", on=date(2026, 11, 22)) is None
    texas = unit_rule("texas-medicaid-2016", on=date(2016, 12, 31))
    assert texas is not None
    assert texas.rounding is Rounding.UNBROKEN_FLOOR


def test_a_rule_nobody_wrote_is_not_established() -> None:
    assert unit_rule("atlantis", on=date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('rounding = "midpoint"', 'rounding = "nearest"', "unit_rules[0].rounding: 'nearest' is none of"),
        ("unit_minutes = 15", 'unit_minutes = "15"', "unit_rules[0].unit_minutes: must be a int, not '15'"),
        ("unit_minutes = 15", "unit_minutes = true", "unit_rules[0].unit_minutes: must be a int, not True"),
        ("unit_minutes = 15", "", "unit_rules[0].unit_minutes: is missing"),
        ("unit_minutes = 15", "unit_minutes = 15\nrate = 5", "unit_rules[0].rate: is not a key we know"),
        ("daily_cap_units = 16", "", "daily_cap_units: give it, or list it under unknown"),
        ("unknown = []", 'unknown = ["codes"]', "unknown: codes is given, or can never be unknown"),
        ("unverified = []", 'unverified = ["rates"]', "unverified: rates is not given"),
        ('confidence = "local"', 'confidence = "sure"', "source.confidence: 'sure' is none of"),
        ("unit_minutes = 15", "unit_minutes = 0", "a unit is at least 1 minute"),
        ("[[unit_rules]]", "[[unit_rules", "not readable as TOML"),
    ],
)
def test_a_fault_is_told_with_file_key_and_reason(before: str, after: str, told: str) -> None:
    assert before in DEMO
    sentence = fault(DEMO.replace(before, after, 1))
    assert sentence.startswith("payers/demo/payer.toml: ")
    assert told in sentence


def test_all_faults_of_a_file_are_told_at_once() -> None:
    sentence = fault(DEMO.replace("unit_minutes = 15", "", 1).replace('"midpoint"', '"nearest"', 1))
    assert len(sentence.splitlines()) == 2


def test_the_data_names_no_code_outside_its_folders() -> None:
    rules = Path(FOLDER).parent / "rules"
    assert not [path.name for path in rules.glob("*.py") if "H0038" in path.read_text(encoding="utf-8")]
