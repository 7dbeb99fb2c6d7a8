"""Four of the hundred kills, in every run of the tests; `make soak` does the rest."""

from pathlib import Path

import pytest

from soak.drill import drill, in_words


@pytest.mark.host
@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_web_server_and_database_are_killed(tmp_path: Path) -> None:
    said: list[str] = []
    outcome = drill(kills=4, people=24, seed=5, history_file=tmp_path / "history.jsonl", say=said.append)
    assert outcome.right, in_words(outcome)
    assert outcome.acknowledged > 0
    assert len(outcome.recoveries) == 4, said
