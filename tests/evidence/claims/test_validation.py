"""A folder that does not fit is told whole: file, row, column, rule. A folder that fits is read as it is
meant."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from beenthere.evidence.claims.opened import opened
from beenthere.evidence.errors import Unfit

MEDICAL = "person_id,claim_id,claim_line_number,claim_type,claim_start_date,claim_end_date,diagnosis_code_1"
GOOD = "P1,C1,1,professional,2025-03-01,2025-03-01,F32.9"
ELIGIBILITY = (
    "person_id,birth_date,enrollment_start_date,enrollment_end_date,colour\n"
    "P1,1980-01-01,2024-01-01,2025-12-31,blue\n"
)


def folder(at: Path, *lines: str, head: str = MEDICAL, eligibility: str = ELIGIBILITY) -> Path:
    (at / "medical_claim.csv").write_text("\n".join((head, *lines)) + "\n")
    (at / "eligibility.csv").write_text(eligibility)
    return at


def refusal(at: Path) -> str:
    with pytest.raises(Unfit) as said, opened(at):
        pass
    return str(said.value)


def lines(at: Path) -> list[dict[str, object]]:
    with opened(at) as found:
        return sorted(found.claims.lines.to_pyarrow().to_pylist(), key=lambda row: str(row["claim_id"]))


def test_every_fault_is_told_with_file_row_column_and_count(tmp_path: Path) -> None:
    said = refusal(
        folder(
            tmp_path,
            GOOD,
            ",C2,1,professional,2025-03-01,,F329",
            "P1,C3,one,professional,2025-13-01,,F329",
            "P1,C4,1,hospital,2025-03-02,2025-03-01,F329",
            "   ,C5,1,professional,2025-03-01,,F329",
        )
    )
    assert "nothing was calculated" in said
    assert "person_id: is empty in 2 of 5 rows. First: medical_claim.csv row 3" in said
    assert (
        "claim_line_number: is not a whole number in 1 of 5 rows. First: medical_claim.csv row 4: one" in said
    )
    assert "claim_start_date: is not a date like 2025-01-31 in 1 of 5 rows" in said
    assert "claim_type: is none of institutional" in said
    assert "row 5: hospital" in said
    assert "claim_end_date: lies before claim_start_date in 1 of 5 rows" in said


def test_examples_are_few_and_the_count_is_whole(tmp_path: Path) -> None:
    said = refusal(folder(tmp_path, *[f"P1,C{n},x,professional,2025-03-01,," for n in range(40)]))
    assert "in 40 of 40 rows" in said
    assert said.count("medical_claim.csv row") == 3


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    said = refusal(folder(tmp_path, "P1,C1", head="person_id,claim_id"))
    assert (
        "claim_line_number, claim_type, claim_start_date is missing; there are: person_id, claim_id" in said
    )


def test_a_missing_table_a_ragged_file_and_two_forms_are_refused(tmp_path: Path) -> None:
    assert "no medical_claim.parquet or medical_claim.csv" in refusal(tmp_path)
    ragged = folder(tmp_path, GOOD, GOOD + ",too,many")
    told = refusal(ragged)
    assert "medical_claim.csv: the file cannot be read as CSV: row 3 has" in told
    assert "cells, the header has" in told
    folder(tmp_path, GOOD)
    pq.write_table(pa.table({"person_id": ["P1"]}), tmp_path / "medical_claim.parquet")
    assert "more than one form (medical_claim.parquet, medical_claim.csv)" in refusal(tmp_path)


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """The engine would call the second claim_id_1, and count with the first."""
    twice = folder(tmp_path, GOOD + ",C9", head=f"{MEDICAL},claim_id")
    assert "medical_claim.csv: row 1: the column claim_id is there twice" in refusal(twice)


def test_letters_of_another_encoding_are_told_by_row(tmp_path: Path) -> None:
    folder(tmp_path, GOOD)
    path = tmp_path / "medical_claim.csv"
    path.write_bytes(path.read_bytes().replace(b"P1", "Pé".encode("latin-1")))
    assert "it is not UTF-8 text" in refusal(tmp_path)


def test_a_parquet_file_that_is_none_and_a_column_of_the_wrong_kind(tmp_path: Path) -> None:
    folder(tmp_path, GOOD)
    (tmp_path / "eligibility.csv").unlink()
    (tmp_path / "eligibility.parquet").write_bytes(b"not parquet")
    assert "eligibility.parquet" in refusal(tmp_path)
    told = {"person_id": ["P1"], "birth_date": [1.5], "enrollment_start_date": ["2025-01-01"]}
    pq.write_table(pa.table(told), tmp_path / "eligibility.parquet")
    assert "birth_date holds float64; date is wanted" in refusal(tmp_path)


def test_rows_of_parquet_are_numbered_from_one_and_files_are_named(tmp_path: Path) -> None:
    folder(tmp_path, GOOD)
    (tmp_path / "eligibility.csv").unlink()
    (tmp_path / "eligibility").mkdir()
    for name, start in (("a", "2025-01-01"), ("b", "soon")):
        told = {
            "person_id": ["P1", "P2"],
            "birth_date": ["1980-01-01"] * 2,
            "enrollment_start_date": ["2025-01-01", start],
        }
        pq.write_table(pa.table(told), tmp_path / "eligibility" / f"{name}.parquet")
    said = refusal(tmp_path)
    assert (
        "enrollment_start_date: is not a date like 2025-01-31 in 1 of 4 rows. First: b.parquet row 2: soon"
        in said
    )


@pytest.mark.parametrize("kind", [pa.null(), pa.bool_(), pa.float64(), pa.date32()])
def test_a_column_in_which_nothing_stands_is_empty_whatever_its_type(
    tmp_path: Path, kind: pa.DataType
) -> None:
    """pandas gives a column of nothing the type null, or that of its last filter."""
    at = folder(tmp_path, GOOD)
    table = csv.read_csv(at / "medical_claim.csv")
    for name in ("claim_line_end_date", "admission_date", "paid_amount", "hcpcs_code", "diagnosis_code_2"):
        table = table.append_column(name, pa.nulls(len(table), kind))
    (at / "medical_claim.csv").unlink()
    pq.write_table(table, at / "medical_claim.parquet")
    (found,) = lines(at)
    assert (found["admission_date"], found["paid_amount"], found["hcpcs_code"]) == (None, None, None)
    assert found["diagnosis_code_1"] == "F329"


def test_a_needed_column_in_which_nothing_stands_is_refused(tmp_path: Path) -> None:
    at = folder(tmp_path, GOOD)
    table = csv.read_csv(at / "medical_claim.csv").drop_columns("claim_start_date")
    (at / "medical_claim.csv").unlink()
    pq.write_table(table.append_column("claim_start_date", pa.nulls(1)), at / "medical_claim.parquet")
    assert "claim_start_date: is empty in 1 of 1 rows. First: medical_claim.parquet row 1" in refusal(at)


def test_codes_are_tidied_whatever_the_sender_did(tmp_path: Path) -> None:
    head = MEDICAL + ",revenue_center_code,bill_type_code,place_of_service_code,discharge_disposition_code"
    at = folder(
        tmp_path,
        "P1,C1,1,Professional,2025-03-01,,f32.9,450,0111,1,7",
        "P1,C2,1,institutional,2025-03-01,, F33 ,0450,111,11,",
        head=head,
    )
    first, second = lines(at)
    assert (first["claim_type"], first["diagnosis_code_1"]) == ("professional", "F329")
    assert (first["revenue_center_code"], first["bill_type_code"]) == ("0450", "111")
    assert (first["place_of_service_code"], first["discharge_disposition_code"]) == ("01", "07")
    assert (second["diagnosis_code_1"], second["revenue_center_code"]) == ("F33", "0450")
    assert second["discharge_disposition_code"] is None


def test_numbers_where_text_is_usual_and_compressed_text_are_read(tmp_path: Path) -> None:
    folder(tmp_path, GOOD)
    (tmp_path / "medical_claim.csv").unlink()
    with gzip.open(tmp_path / "medical_claim.csv.gz", "wt") as file:
        file.write("\n".join((MEDICAL, GOOD)))
    assert lines(tmp_path)[0]["claim_id"] == "C1"
    (tmp_path / "medical_claim.csv.gz").unlink()
    told = {
        "person_id": pa.array([7]),
        "claim_id": ["C9"],
        "claim_line_number": ["1"],
        "claim_type": ["professional"],
        "claim_start_date": ["2025-03-01"],
        "revenue_center_code": pa.array([450]),
    }
    pq.write_table(pa.table(told), tmp_path / "medical_claim.parquet")
    found = lines(tmp_path)[0]
    assert (found["person_id"], found["revenue_center_code"]) == ("7", "0450")


def test_another_code_type_warns_and_does_not_stop(tmp_path: Path) -> None:
    at = folder(tmp_path, GOOD + ",icd-9-cm", head=MEDICAL + ",diagnosis_code_type")
    with opened(at) as found:
        assert [str(finding) for finding in found.findings] == [
            "medical_claim, diagnosis_code_type: is not icd-10-cm, so the code lists miss it in 1 of 1 rows"
        ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("peers,hcpcs,H0038", "the columns must be group"),
        ("Peers!,hcpcs,H0038,,,,,mine,mine", "is no group"),
        ("peers,cpt,90832,,,,,mine,mine", "is no system"),
        ("peers,hcpcs,H0040,H0038,,,,mine,mine", "is no range"),
        ("peers,hcpcs,H0038,,,soon,,mine,mine", "is not a date"),
    ],
)
def test_a_value_set_that_does_not_fit_is_told_with_its_row(tmp_path: Path, row: str, said: str) -> None:
    at = folder(tmp_path, GOOD)
    sets = tmp_path / "sets"
    sets.mkdir()
    head = "group,system,first,last,intent,from,to,source,confidence"
    short = "group,system,first" if row.count(",") == 2 else head
    (sets / "ours.csv").write_text(f"{short}\n{row}\n")
    with pytest.raises(Unfit, match=said), opened(at, value_sets=sets):
        pass
