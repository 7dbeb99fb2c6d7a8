"""The wizard's questions: what is asked, and that an answer counts for exactly what it says."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.certification.api import (
    Credential,
    Hours,
    Outcome,
    Status,
    Work,
    asked,
    assess,
    credentials,
    leaves,
)
from beenthere.certification.rules.counting import counted_entries
from beenthere.certification.rules.questions import Answer, Question, questions, record_of, too_many
from beenthere.certification.rules.record import Record
from beenthere.certification.rules.wording import Asked

ON = date(2026, 11, 22)
OFFERED = [one for one in credentials().values() if one.offered and one.version_on(ON)]


def asked_of(credential: Credential) -> tuple[Question, ...]:
    version = credential.version_on(ON)
    assert version is not None
    return questions(version.requirements)


def hour_rules(credential: Credential) -> list[Hours]:
    version = credential.version_on(ON)
    assert version is not None
    return [leaf for one in version.requirements for leaf in leaves(one.rule) if isinstance(leaf, Hours)]


def outcomes(credential: Credential, answers: dict[str, Any]) -> dict[str, Outcome]:
    told = assess(record_of(asked_of(credential), answers, ON), credential, ON)
    return {one.key: one.outcome for one in told.findings}


def test_ohio_asks_five_questions_and_thirty_hours_are_not_enough() -> None:
    ohio = credentials()["OH/PRS"]
    assert [one.name for one in asked_of(ohio)] == [
        "training", "training-on-e-academy", "stated-three-years-experience", "exam-OH/PRS-0",
        "background-check",
    ]  # fmt: skip
    answers = {"training": Fraction(30), "training-on-e-academy": Fraction(16)}
    found = outcomes(ohio, {**answers, "stated-three-years-experience": False})
    assert found["training"] is Outcome.MISSING
    assert found["training-academy"] is Outcome.MET
    assert found["background-check"] is Outcome.UNKNOWN


def test_three_years_of_experience_stand_in_for_the_forty_hours() -> None:
    answers = {"training": Fraction(16), "training-on-e-academy": Fraction(16)}
    ohio = credentials()["OH/PRS"]
    assert outcomes(ohio, answers)["training"] is Outcome.UNKNOWN
    assert outcomes(ohio, {**answers, "stated-three-years-experience": True})["training"] is Outcome.MET


def test_no_is_not_the_same_as_nothing_said() -> None:
    ohio = credentials()["OH/PRS"]
    assert outcomes(ohio, {"background-check": False})["background-check"] is Outcome.MISSING
    assert outcomes(ohio, {})["background-check"] is Outcome.UNKNOWN


@pytest.mark.parametrize("credential", OFFERED, ids=lambda one: one.key)
def test_whoever_answers_everything_with_yes_and_plenty_meets_what_is_known(credential: Credential) -> None:
    told = assess(record_of(asked_of(credential), plenty(asked_of(credential)), ON), credential, ON)
    assert told.status in (Status.MEETS_KNOWN, Status.CANNOT_KNOW), told.words
    assert Outcome.MISSING not in {one.outcome for one in told.findings}


def plenty(all_asked: tuple[Question, ...]) -> dict[str, Any]:
    """Each total is large enough to hold its parts."""
    one_of = {
        Answer.YES_NO: True,
        Answer.COUNT: 20,
        Answer.SCHOOLING: "bachelor",
        Answer.DAY: date(1970, 1, 1),
    }
    told = {one.name: one_of.get(one.answer, Fraction(60_000)) for one in all_asked}
    return told | {
        one.name: Fraction(3_000) for one in all_asked if one.part_of and "-lately-" not in one.name
    }


@pytest.mark.parametrize("credential", OFFERED, ids=lambda one: one.key)
def test_an_empty_answer_makes_an_empty_record(credential: Credential) -> None:
    assert record_of(asked_of(credential), {}, ON) == Record()


@given(data=st.data(), credential=st.sampled_from([one for one in OFFERED if hour_rules(one)]))
def test_hours_count_for_what_was_said_of_them(data: st.DataObject, credential: Credential) -> None:
    """Whatever else was answered: in all, on each domain, in each mode, and lately."""
    all_asked = asked_of(credential)
    hours = st.integers(min_value=0, max_value=400).map(Fraction)
    answers: dict[str, Any] = {one.name: data.draw(hours) for one in all_asked if one.answer is Answer.HOURS}
    for one in all_asked:
        if one.name in too_many(all_asked, answers):
            answers |= {one.part_of: answers[one.part_of] + answers[one.name]}
    while left := too_many(all_asked, answers):
        answers[left[0]] = Fraction(0)
    record = record_of(all_asked, answers, ON)
    for rule in hour_rules(credential):
        counted = sum((one.hours for one in counted_entries(rule, record.hours, ON)), Fraction())
        assert counted == said_of(rule, all_asked, answers), rule


def said_of(rule: Hours, all_asked: tuple[Question, ...], answers: dict[str, Any]) -> Fraction:
    names = [f"{rule.spent_on}-on-{domain}" for domain in rule.domains]
    names += [f"{rule.spent_on}-by-{mode}" for mode in rule.modes]
    lately = f"{rule.spent_on}-lately-{rule.within_months}"
    if not names and lately in answers:
        names = [lately]
    return sum((answers[name] for name in names or [rule.spent_on.value]), Fraction())


def test_more_in_a_part_than_in_all_is_noticed() -> None:
    maryland = asked_of(credentials()["MD/CPRS"])
    part, other, lately = "training-on-ethics", "training-on-advocacy", "training-lately-120"
    whole = {Work.TRAINING.value: Fraction(46)}
    assert too_many(maryland, whole | {part: Fraction(46), lately: Fraction(46)}) == ()
    assert too_many(maryland, whole | {part: Fraction(30), other: Fraction(20)}) == (other, part)
    assert too_many(maryland, whole | {lately: Fraction(47)}) == (lately,)


def test_what_is_asked_is_said_before_anybody_answers() -> None:
    version = credentials()["OH/PRS"].version_on(ON)
    assert version is not None
    told = asked(version.requirements[0].rule)
    assert [part.words.params.get("hours") for part in told.parts] == ["56", None]
    assert told.parts[1].parts[0].quoted
    assert _depth(told) == 3


def _depth(told: Asked) -> int:
    return 1 + max((_depth(part) for part in told.parts), default=0)
