from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.consent.rules.consent import (
    COUNSELING_NOTES,
    Consent,
    Kind,
    Purpose,
    Request,
    Signature,
    Status,
    missing_elements,
    permits,
    permitted_segments,
    status,
)

HERE, THERE, ELSEWHERE = (UUID(int=i) for i in (1, 2, 3))
FIRST = date(2026, 3, 1)
SEGMENTS = ("goals", "notes", "attendance")


def moment(days: int, minutes: int = 0) -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=days, minutes=minutes)


def day(days: int) -> date:
    return FIRST + timedelta(days=days)


def consent(**changes: object) -> Consent:
    plain = Consent(
        id=UUID(int=10),
        kind=Kind.SPECIFIC,
        person_name="Ana Ruiz",
        from_program_id=HERE,
        to_program_id=THERE,
        segments=frozenset(SEGMENTS),
        purpose="to find a place to live together",
        told_how_to_revoke=True,
        expires_on=day(30),
        signature=Signature.SCREEN,
        signed_name="Ana Ruiz",
        signed_on=FIRST,
        recorded_at=moment(0),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def tpo(**changes: object) -> Consent:
    plain = consent(
        kind=Kind.TPO,
        to_program_id=None,
        purpose="treatment, payment and health care operations",
        redisclosure_statement=True,
        expires_on=None,
        no_expiry=True,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def request(*segments: str, **changes: object) -> Request:
    plain = Request(
        from_program_id=HERE, to_program_id=THERE, segments=frozenset(segments), purpose=Purpose.OTHER
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


# --- What a consent needs (42 CFR 2.31)


def missing(incomplete: Consent) -> list[str]:
    return [reason.code for reason in missing_elements(incomplete)]


def test_whole_consents_can_be_used() -> None:
    apart = consent(kind=Kind.COUNSELING_NOTES, segments=frozenset({COUNSELING_NOTES}))
    assert [missing_elements(one) for one in (consent(), tpo(), apart)] == [(), (), ()]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person_name": " "}, "name"),
        ({"from_program_id": None}, "discloser"),
        ({"segments": frozenset()}, "what"),
        ({"to_program_id": None}, "recipient"),
        ({"to_program_id": None, "to_whom": " - "}, "recipient"),
        ({"intermediary": True}, "intermediary_participants"),
        ({"purpose": ""}, "purpose"),
        ({"told_how_to_revoke": False}, "right_to_revoke"),
        ({"expires_on": None}, "expiry"),
        ({"expires_on": None, "no_expiry": True}, "expiry"),
        ({"signature": None}, "signature"),
        ({"signature": Signature.SPOKEN}, "signature"),
        ({"signed_name": ""}, "signature"),
        ({"signed_on": None}, "date"),
        ({"segments": frozenset({"goals", COUNSELING_NOTES})}, "counseling_notes_apart"),
        ({"segments": frozenset({COUNSELING_NOTES})}, "counseling_notes_apart"),
        ({"kind": Kind.COUNSELING_NOTES}, "counseling_notes_apart"),
        ({"kind": Kind.COUNSELING_NOTES, "segments": frozenset({"goals", COUNSELING_NOTES})},
         "counseling_notes_apart"),
    ],
)  # fmt: skip
def test_each_missing_element_keeps_it_a_draft(changes: dict, code: str) -> None:
    incomplete = consent(**changes)
    assert missing(incomplete) == [code]
    assert status(incomplete, day(1)) is Status.DRAFT


def test_a_single_consent_for_treatment_needs_the_redisclosure_statement() -> None:
    assert missing(tpo(redisclosure_statement=False)) == ["redisclosure_statement"]


def test_everything_missing_is_told_at_once_with_its_source() -> None:
    empty = consent(
        person_name="", from_program_id=None, to_program_id=None, segments=frozenset(), purpose="",
        told_how_to_revoke=False, expires_on=None, signature=None, signed_on=None,
    )  # fmt: skip
    told = missing_elements(empty)
    assert len(told) == 9
    assert all(reason.source and reason.source.locator.startswith("42 CFR 2.31") for reason in told)


# --- How it stands on a day


@pytest.mark.parametrize(
    ("changes", "on", "standing"),
    [
        ({}, -1, Status.DRAFT),
        ({}, 0, Status.ACTIVE),
        ({}, 30, Status.ACTIVE),
        ({}, 31, Status.EXPIRED),
        ({"expires_on": None, "expires_when": "when I leave the program"}, 900, Status.ACTIVE),
        ({"expires_when": "when I leave the program", "event_on": day(5)}, 4, Status.ACTIVE),
        ({"expires_when": "when I leave the program", "event_on": day(5)}, 5, Status.EXPIRED),
        ({"revoked_at": moment(5), "revoked_on": day(5)}, 4, Status.ACTIVE),
        ({"revoked_at": moment(5), "revoked_on": day(5)}, 5, Status.REVOKED),
        ({"revoked_at": moment(5), "revoked_on": day(5)}, 900, Status.REVOKED),
        ({"revoked_at": moment(5), "revoked_on": day(5), "signature": None}, 5, Status.REVOKED),
    ],
)
def test_status_on_a_day(changes: dict, on: int, standing: Status) -> None:
    assert status(consent(**changes), day(on)) is standing


def test_a_revocation_has_moment_and_day() -> None:
    with pytest.raises(ValueError, match="both its moment and its day"):
        consent(revoked_at=moment(1))


# --- What it permits


def test_what_was_agreed_is_permitted_and_carries_its_purpose() -> None:
    told = permits([consent()], request("goals", "notes"), day(1))
    assert told
    assert told.reasons[0].about == "to find a place to live together"


@pytest.mark.parametrize(
    ("changes", "asked", "code"),
    [
        ({}, {"segments": frozenset({"money"})}, "no_consent"),
        ({}, {"to_program_id": ELSEWHERE}, "no_consent"),
        ({}, {"from_program_id": ELSEWHERE}, "no_consent"),
        ({}, {"purpose": Purpose.LEGAL}, "no_consent"),
        ({"kind": Kind.LEGAL}, {}, "no_consent"),
        ({"expires_on": day(0)}, {}, "expired"),
        ({"signature": Signature.SPOKEN}, {}, "not_complete"),
        ({"revoked_at": moment(0, 1), "revoked_on": day(0)}, {}, "revoked"),
        ({}, {"segments": frozenset()}, "nothing_asked"),
        (
            {"to_program_id": None, "to_whom": "Mercy Clinic"},
            {"to_program_id": None, "to_whom": ""},
            "no_consent",
        ),
    ],
)
def test_what_is_refused_and_why(changes: dict, asked: dict, code: str) -> None:
    assert permits([consent(**changes)], request("goals", **asked), day(1)).codes == (code,)


def test_a_recipient_outside_is_known_by_name_however_it_is_typed() -> None:
    clinic = consent(to_program_id=None, to_whom="Clínica  de la Mercy")
    assert permits([clinic], request("goals", to_program_id=None, to_whom="clinica de la mercy"), day(1))


def test_consent_for_treatment_serves_any_treating_recipient_and_never_opens_counseling_notes() -> None:
    asked = request("goals", to_program_id=None, to_whom="any clinic", purpose=Purpose.TPO)
    assert permits([tpo()], asked, day(1))
    sneaky = tpo(segments=frozenset({"goals", COUNSELING_NOTES}))
    assert not permits([sneaky], replace(asked, segments=frozenset({COUNSELING_NOTES})), day(1))
    assert not permits([tpo()], replace(asked, purpose=Purpose.OTHER), day(1))


def test_a_court_needs_a_consent_of_its_own() -> None:
    legal = consent(kind=Kind.LEGAL)
    assert permits([legal], request("goals", purpose=Purpose.LEGAL), day(1))
    assert not permits([consent(), tpo()], request("goals", purpose=Purpose.LEGAL), day(1))


def test_each_segment_refused_is_named() -> None:
    told = permits([consent(segments=frozenset({"goals"}))], request("goals", "notes", "money"), day(1))
    assert [reason.about for reason in told.reasons] == ["money", "notes"]


def test_two_consents_together_permit_what_neither_does_alone() -> None:
    goals, notes = (
        consent(segments=frozenset({"goals"})),
        consent(id=UUID(int=11), segments=frozenset({"notes"})),
    )
    assert permits([goals, notes], request("goals", "notes"), day(1))


def test_an_older_form_does_not_undo_a_revocation() -> None:
    forgotten = consent(id=UUID(int=9), recorded_at=moment(-2), signed_on=day(-2))
    revoked = consent(revoked_at=moment(3), revoked_on=day(3))
    assert permits([forgotten, revoked], request("goals"), day(2))
    assert permits([forgotten, revoked], request("goals"), day(3)).codes == ("revoked",)


def test_paper_signed_before_a_revocation_and_typed_in_after_it_does_not_undo_it() -> None:
    revoked = consent(revoked_at=moment(3), revoked_on=day(3))
    late_paper = consent(id=UUID(int=11), signed_on=day(2), recorded_at=moment(5))
    assert not permits([revoked, late_paper], request("goals"), day(6))


def test_a_form_of_the_same_morning_does_not_undo_a_revocation_at_noon() -> None:
    revoked = consent(revoked_at=moment(3), revoked_on=day(3))
    morning = consent(id=UUID(int=11), signed_on=day(3), recorded_at=moment(3, -90))
    assert not permits([revoked, morning], request("goals"), day(3))


def test_the_person_can_say_yes_again_on_the_same_day() -> None:
    revoked = consent(revoked_at=moment(3), revoked_on=day(3))
    again = consent(id=UUID(int=11), signed_on=day(3), recorded_at=moment(3, 30))
    assert permits([revoked, again], request("goals"), day(3))


# --- Properties


@st.composite
def histories(draw: st.DrawFn) -> list[Consent]:
    made = []
    for i in range(draw(st.integers(0, 5))):
        signed = draw(st.integers(0, 10))
        revoked = draw(st.none() | st.integers(signed, 14))
        kind = draw(st.sampled_from([Kind.SPECIFIC, Kind.TPO]))
        plain = tpo if kind is Kind.TPO else consent
        made.append(
            plain(
                id=UUID(int=100 + i),
                segments=frozenset(draw(st.sets(st.sampled_from(SEGMENTS), min_size=1))),
                signed_on=day(signed),
                recorded_at=moment(signed + draw(st.integers(0, 2))),
                expires_on=draw(st.none() | st.integers(signed, 20).map(day)) or day(20),
                revoked_at=None if revoked is None else moment(revoked, draw(st.integers(0, 30))),
                revoked_on=None if revoked is None else day(revoked),
            )
        )
    return made


requests = st.builds(
    lambda segments, purpose: request(*segments, purpose=purpose),
    st.sets(st.sampled_from(SEGMENTS), min_size=1),
    st.sampled_from([Purpose.TPO, Purpose.OTHER]),
)
days_asked = st.integers(0, 25).map(day)


@given(histories(), requests, days_asked)
def test_permission_is_exactly_all_segments_permitted(some: list[Consent], asked: Request, on: date) -> None:
    permitted = permitted_segments(some, asked, on)
    told = permits(some, asked, on)
    assert told.allowed is (permitted == asked.segments)
    if not told:
        assert {reason.about for reason in told.reasons} == asked.segments - permitted


@given(histories(), requests, days_asked)
def test_the_order_of_consents_is_irrelevant(some: list[Consent], asked: Request, on: date) -> None:
    assert permits(some[::-1], asked, on) == permits(some, asked, on)


@given(histories(), requests, days_asked, st.data())
def test_an_older_grant_never_undoes_a_revocation(
    some: list[Consent], asked: Request, on: date, data: st.DataObject
) -> None:
    """Signed before the revocation, whenever it is typed in, a grant opens nothing that was closed."""
    stop = consent(id=UUID(int=50), revoked_at=moment(8), revoked_on=day(8), segments=asked.segments)
    signed = data.draw(st.integers(-5, 7))
    recorded = data.draw(st.integers(signed, 20))
    older = consent(id=UUID(int=51), signed_on=day(signed), recorded_at=moment(recorded))
    if on >= day(8):
        before = permitted_segments([*some, stop], asked, on)
        assert permitted_segments([*some, stop, older], asked, on) == before


@given(histories(), requests, days_asked, st.data())
def test_when_consent_shrinks_what_is_disclosed_only_shrinks(
    some: list[Consent], asked: Request, on: date, data: st.DataObject
) -> None:
    standing = [i for i, one in enumerate(some) if one.revoked_on is None]
    if not standing:
        return
    i = data.draw(st.sampled_from(standing))
    one = some[i]
    smaller = data.draw(
        st.sampled_from(
            [
                [],
                [replace(one, revoked_at=moment(9), revoked_on=day(9))],
                [replace(one, segments=frozenset(sorted(one.segments)[1:]))],
                [replace(one, expires_on=min(day(5), one.expires_on or day(5)))],
                [replace(one, event_on=day(4))],
                [replace(one, signature=Signature.SPOKEN)],
            ]
        )
    )
    shrunk = [*some[:i], *smaller, *some[i + 1 :]]
    assert permitted_segments(shrunk, asked, on) <= permitted_segments(some, asked, on)


@given(histories(), requests, days_asked)
def test_nothing_flows_without_an_active_consent(some: list[Consent], asked: Request, on: date) -> None:
    active = [one for one in some if status(one, on) is Status.ACTIVE]
    open_segments = frozenset(segment for one in active for segment in one.segments)
    assert permitted_segments(some, asked, on) <= open_segments


@given(histories(), requests, st.integers(0, 25))
def test_taking_everything_back_closes_everything_at_once(
    some: list[Consent], asked: Request, on: int
) -> None:
    taken_back = [replace(one, revoked_at=moment(on), revoked_on=day(on)) for one in some]
    assert permitted_segments(taken_back, asked, day(on)) == frozenset()
