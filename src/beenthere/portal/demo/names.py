"""Made-up names for made-up people, as mixed as the people peer support meets."""

from importlib import resources
from typing import Final


def _lines(name: str) -> tuple[str, ...]:
    return tuple(resources.files(__package__).joinpath(name).read_text(encoding="utf-8").split())


GIVEN: Final = _lines("given.txt")
FAMILY: Final = _lines("family.txt")
PRONOUNS: Final = ("she/her", "he/him", "they/them", "she/her", "he/him", "", "")
