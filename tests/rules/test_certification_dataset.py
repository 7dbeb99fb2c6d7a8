"""The whole collection as files: nothing lost, every line with its source, unknown as plain as known."""

import csv
import io
import json

from beenthere.certification.api import Version, credentials, dataset_csv, dataset_json
from beenthere.certification.dataset import COLUMNS


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(dataset_csv().decode())))


def beside(version: Version) -> int:
    told: tuple[tuple[object, ...], ...] = (version.fees, version.scholarships, version.times, version.keeps)
    told += (version.certificates, version.stages, version.reciprocity)
    return sum(map(len, told)) + (version.renewal is not None)


def test_every_topic_of_every_version_has_its_line() -> None:
    told = [(row["credential"], row["says"]) for row in rows()]
    for one in credentials().values():
        for version in one.versions:
            assert told.count((one.key, "asked")) >= len(version.requirements)
            assert told.count((one.key, "not known")) >= len(version.unknown)
            assert told.count((one.key, "nothing asked")) >= len(version.none)
    assert len(told) == sum(
        len(v.requirements) + len(v.unknown) + len(v.none) + beside(v)
        for one in credentials().values()
        for v in one.versions
    )


def test_what_is_asked_names_a_source_and_its_day() -> None:
    asked = [row for row in rows() if row["says"] == "asked"]
    assert [row for row in asked if not (row["in_words"] and row["confidence"])] == []
    sourced = [row for row in rows() if row["says"] != "not known"]
    assert [row for row in sourced if not (row["sources"] and row["collected"])] == []
    assert tuple(rows()[0]) == COLUMNS


def test_the_json_points_at_its_sources() -> None:
    whole = json.loads(dataset_json())
    assert {one["key"] for one in whole["credentials"]} == set(credentials())
    ohio = next(one for one in whole["credentials"] if one["key"] == "OH/PRS")
    training = ohio["versions"][0]["requirements"][0]
    assert ohio["sources"][training["sources"][0]]["locator"] == "mha.ohio.gov"
    assert training["rule"]["kind"] == "any_of"
    assert training["rule"]["ways"][0]["hours"] == 56
    assert "information" in whole["notice"]
