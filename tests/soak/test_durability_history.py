"""The checker of the durability drill finds what it is there to find: each fault is planted once."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from soak.history import ACKNOWLEDGED, SAVE, SIGN, UNKNOWN, Attempt, History, Kept, check, read

NOTE, OTHER = "01a20000-0000-7000-8000-000000000001", "01a20000-0000-7000-8000-000000000002"


def attempt(operation: str, note: str = NOTE, *, outcome: str = ACKNOWLEDGED) -> Attempt:
    return Attempt(
        client=1,
        operation=operation,
        note=note,
        words=f"We walked. {note}",
        began=1.0,
        ended=1.2,
        outcome=outcome,
    )


def kept(note: str = NOTE) -> Kept:
    return Kept(note=note, words=f"We walked. {note}", signed=True, begun_events=1, signed_events=1, hours=1)


TOLD = [attempt(SAVE), attempt(SIGN)]


def kinds(attempts: Sequence[Attempt], there: Sequence[Kept]) -> set[str]:
    return {finding.kind for finding in check(attempts, there)}


def test_what_was_acknowledged_and_is_there_once_is_right() -> None:
    assert check([*TOLD, attempt(SAVE, OTHER), attempt(SIGN, OTHER)], [kept(), kept(OTHER)]) == []


def test_an_attempt_of_unknown_outcome_may_have_happened_or_not() -> None:
    cut_off = [*TOLD, attempt(SAVE, OTHER, outcome=UNKNOWN)]
    draft = replace(kept(OTHER), signed=False, signed_events=0, hours=0)
    assert check(cut_off, [kept()]) == []
    assert check(cut_off, [kept(), draft]) == []


@pytest.mark.parametrize("operation", [SAVE, SIGN])
def test_a_lost_acknowledgement(operation: str) -> None:
    assert kinds([attempt(operation)], []) == {"lost"}


def test_a_signature_that_is_gone() -> None:
    assert kinds(TOLD, [replace(kept(), signed=False, signed_events=0, hours=0)]) == {"unsigned"}


def test_a_signature_that_nobody_asked_for() -> None:
    assert kinds([attempt(SAVE)], [kept()]) == {"signed unasked"}


def test_other_words() -> None:
    assert kinds(TOLD, [replace(kept(), words="We walk")]) == {"changed"}


def test_the_same_id_twice() -> None:
    assert kinds(TOLD, [kept(), kept()]) == {"duplicate"}


def test_the_same_words_under_an_id_of_the_server() -> None:
    found = check(TOLD, [kept(), replace(kept(), note=OTHER)])
    assert {finding.note for finding in found if finding.kind == "duplicate"} == {NOTE, OTHER}


@pytest.mark.parametrize("effect", ["begun_events", "signed_events", "hours"])
@pytest.mark.parametrize("times", [0, 2])
def test_an_effect_missing_or_recorded_twice(effect: str, times: int) -> None:
    assert kinds(TOLD, [replace(kept(), **{effect: times})]) == {"effects"}


def test_a_history_survives_on_disk_line_by_line(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl")
    for one in TOLD:
        history.add(one)
        assert list(read(history.file))[-1] == one
    assert history.acknowledged == 2
    history.close()
