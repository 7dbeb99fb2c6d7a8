from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.trust.sealing.leaf import Event, canonical

moments = st.datetimes(timezones=st.just(UTC))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
values = (
    st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.uuids()
    | moments
    | st.lists(json_values, max_size=3)
    | st.dictionaries(st.text(max_size=3), json_values, max_size=3)
)
rows = st.dictionaries(st.text(max_size=4), values, max_size=4)


def exact(value: Any) -> Any:
    """Python calls True, 1 and 1.0 equal; the log does not."""
    if isinstance(value, dict):
        return {name: exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    return (type(value).__name__, value)


@given(rows, rows)
def test_different_rows_have_different_bytes(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (canonical(one) == canonical(other)) == (exact(one) == exact(other))


@given(rows)
def test_the_order_of_columns_is_irrelevant(row: dict[str, Any]) -> None:
    assert canonical(dict(reversed(row.items()))) == canonical(row)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": "bc"}, {"ab": "c"}),
        ({"a": "1"}, {"a": 1}),
        ({"a": True}, {"a": 1}),
        ({"a": ""}, {"a": None}),
        ({"a": {}}, {"a": []}),
        ({"a": "{}"}, {"a": {}}),
        ({"a": str(UUID(int=1))}, {"a": UUID(int=1)}),
        ({"a": "x", "b": "y"}, {"a": "y", "b": "x"}),
    ],
)
def test_near_misses_differ(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert canonical(one) != canonical(other)


def test_the_same_moment_is_the_same_bytes_in_any_zone_and_microseconds_count() -> None:
    moment = datetime(2026, 11, 22, 12, 0, 0, 1, tzinfo=UTC)
    assert canonical({"at": moment}) == canonical({"at": moment.astimezone(timezone(timedelta(hours=-8)))})
    assert canonical({"at": moment}) != canonical({"at": moment + timedelta(microseconds=1)})


def test_a_column_added_later_and_null_in_old_rows_leaves_their_bytes() -> None:
    assert canonical({"id": 1}) == canonical({"id": 1, "added": None})
    assert canonical({"id": 1}) != canonical({"id": 1, "added": ""})


@pytest.mark.parametrize("value", [datetime(2026, 11, 22), 1.5, b"bytes", object()])  # noqa: DTZ001
def test_what_has_no_one_way_to_be_written_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="audit column odd"):
        canonical({"odd": value})


def test_the_bytes_of_version_one_are_frozen() -> None:
    """These bytes are sealed in logs that exist. A change here needs a new version beside the old one."""
    row = {
        "id": 7,
        "at": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
        "organization_id": UUID(int=10),
        "verb": "né",
        "consent_id": None,
        "open": False,
        "detail": {"b": [1, True, None], "a": "é"},
    }
    assert canonical(row) == (
        b"beenthere.audit.1\x00"
        b"\x00\x00\x00\x02at" b"t" b"\x00\x00\x00\x071000000"
        b"\x00\x00\x00\x06detail" b"j" b"\x00\x00\x00\x20" b'{"a":"\\u00e9","b":[1,true,null]}'
        b"\x00\x00\x00\x02id" b"i" b"\x00\x00\x00\x017"
        b"\x00\x00\x00\x04open" b"b" b"\x00\x00\x00\x010"
        b"\x00\x00\x00\x0forganization_id" b"u" b"\x00\x00\x00\x10" + bytes(15) + b"\x0a"
        b"\x00\x00\x00\x04verb" b"s" b"\x00\x00\x00\x03n\xc3\xa9"
    )  # fmt: skip
    event = Event.of({**row, "txid": 1001})
    assert event.leaf() == sha256(b"\x00" + canonical({**row, "txid": 1001})).digest()
