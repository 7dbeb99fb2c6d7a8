from datetime import date

import pytest

from beenthere.kernel.months import first_of_month

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-10", date(2026, 10, 1)),
        ("2026-13", date(2026, 11, 1)),
        ("October", date(2026, 11, 1)),
        ("", date(2026, 11, 1)),
        (None, date(2026, 11, 1)),
        ("0001-01", date(2026, 11, 1)),
        ("9999-12", date(2026, 11, 1)),
    ],
)
def test_a_month_in_an_address(text: str | None, first: date) -> None:
    assert first_of_month(text, otherwise=TODAY) == first
