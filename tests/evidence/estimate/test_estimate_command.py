"""The command: one file of results, one sentence for what cannot be answered."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from example_tables import people

from beenthere.host.evidence import evidence


def run(folder: Path, data: Path, design: str) -> Any:
    (folder / "design.toml").write_text(design)
    words = [
        "estimate",
        "--data",
        str(data),
        "--design",
        str(folder / "design.toml"),
        "--out",
        str(folder / "out"),
    ]
    return CliRunner().invoke(evidence, words)


GOOD = """estimator = "ipw"
[columns]
treatment = "supported"
outcome = "readmitted"
[model]
covariates = ["age"]
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    people().to_csv(tmp_path / "people.csv", index=False)
    return tmp_path / "people.csv"


def test_the_command_writes_one_result(tmp_path: Path, table: Path) -> None:
    ran = run(tmp_path, table, GOOD)
    assert ran.exit_code == 0, ran.output
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["result.json"]
    told = json.loads((tmp_path / "out" / "result.json").read_text())
    assert told["release"] == "analyst's file, not for release"
    assert len(told["data_sha256"]) == 64
    for words in (
        "95 % interval",
        f"What is estimated: {told['estimand_words']}",
        f"Method: {told['method']}",
    ):
        assert words in ran.output


def test_a_design_saved_with_a_mark_of_its_encoding_is_read(tmp_path: Path, table: Path) -> None:
    assert run(tmp_path, table, "\ufeff" + GOOD).exit_code == 0


def test_parquet_and_csv_say_the_same(tmp_path: Path, table: Path) -> None:
    people().to_parquet(tmp_path / "people.parquet")
    run(tmp_path, table, GOOD)
    first = json.loads((tmp_path / "out" / "result.json").read_text())
    run(tmp_path, tmp_path / "people.parquet", GOOD)
    second = json.loads((tmp_path / "out" / "result.json").read_text())
    assert first["estimate"] == pytest.approx(second["estimate"], abs=1e-12)


@pytest.mark.parametrize(
    ("design", "words"),
    [
        ("estimator = ", "is not TOML"),
        (GOOD.replace("age", "nothing"), "there is no column"),
        (GOOD + '[timing]\ntime_zero = "discharge"\nexposure_fixed = "after"\n', "after time zero"),
    ],
)
def test_a_refusal_leaves_no_result(tmp_path: Path, table: Path, design: str, words: str) -> None:
    assert run(tmp_path, table, GOOD).exit_code == 0
    ran = run(tmp_path, table, design)
    assert ran.exit_code == 2
    assert words in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out" / "result.json").exists()


@pytest.mark.parametrize(("name", "content"), [("x.parquet", b"no"), ("x.csv", b""), ("x.csv", b"a,b\n")])
def test_a_file_that_is_no_table(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    ran = run(tmp_path, tmp_path / name, GOOD)
    assert ran.exit_code == 2
    assert name in ran.stderr
