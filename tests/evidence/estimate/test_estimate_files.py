"""What stands in the file is what is calculated with: no value slides into another column."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from example_tables import ask, people
from test_estimate_command import GOOD, run
from test_estimate_unfit import WEIGH

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.table import read_table


def written(folder: Path, text: str | bytes, name: str = "people.csv") -> Path:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder / name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2,9\n3,4,8\n", "does not match length of data"),
        ("a,b\n1,2\n3,4,8\n", "Expected 2 fields in line 3"),
        ("a,b,a\n1,2,3\n", "two columns are called 'a'"),
        ("a;b\n1;2\n", "separated by ';'"),
        ("a\tb\n1\t2\n", "separated by '\\t'"),
        ("caf\xe9,b\n1,2\n".encode("latin-1"), "can't decode"),
        (b"a,b\n1,\x002\n\xff", "can't decode"),
    ],
)
def test_a_file_that_could_be_misread_is_refused(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(Unfit) as said:
        read_table(written(tmp_path, text))
    assert words in str(said.value)


def test_a_comma_at_the_end_of_each_line_moves_nothing(tmp_path: Path) -> None:
    frame, _sha = read_table(written(tmp_path, "a,b\n1,2,\n3,4,\n"))
    assert frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}


def test_a_mark_of_its_encoding_is_no_part_of_a_name(tmp_path: Path) -> None:
    frame, _sha = read_table(written(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n", "people.CSV"))
    assert list(frame) == ["a", "b"]


def test_none_is_a_word_and_na_a_gap(tmp_path: Path) -> None:
    frame, _sha = read_table(written(tmp_path, "cover,age\nNone,30\nMedicaid,NA\n,31\n"))
    assert frame["cover"].isna().tolist() == [False, False, True]
    assert frame["age"].isna().tolist() == [False, True, False]


def test_decimals_and_named_row_labels_of_parquet_are_columns_of_numbers(tmp_path: Path) -> None:
    plain = people()[["person", "supported", "readmitted", "age"]]
    exact = plain.assign(age=[Decimal(int(age)) for age in plain.age]).set_index("person")
    plain.to_csv(tmp_path / "people.csv", index=False)
    exact.to_parquet(tmp_path / "people.parquet")
    design = GOOD.replace("[columns]", '[columns]\nid = "person"')
    told: list[dict[str, Any]] = []
    for name in ("people.csv", "people.parquet"):
        ran = run(tmp_path, tmp_path / name, design)
        assert ran.exit_code == 0, ran.output
        told.append(json.loads((tmp_path / "out" / "result.json").read_text()))
    assert told[0]["estimate"] == pytest.approx(told[1]["estimate"], abs=1e-12)
    assert told[0]["terms"].keys() == told[1]["terms"].keys()


def test_words_among_numbers_are_no_categories() -> None:
    rows = people().assign(age=people().age.astype(str).where(people().index > 5, "unknown"))
    with pytest.raises(Unfit, match="in 6 rows words such as 'unknown'"):
        ask(rows, **WEIGH)
    grouped = {**WEIGH, "model": {"covariates": ["site"], "factors": ["site"]}}
    assert ask(rows, **grouped).n == len(rows)


def test_a_factor_of_one_level_is_said_to_adjust_for_nothing() -> None:
    with_one = ask(people().assign(site="north"), **{**WEIGH, "model": {"covariates": ["age", "site"]}})
    without = ask(people(), **{**WEIGH, "model": {"covariates": ["age"]}})
    assert with_one.value == without.value
    assert any("site has the same value in every row" in one for one in with_one.warnings)
