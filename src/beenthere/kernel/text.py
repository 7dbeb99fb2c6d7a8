"""Names as people type them, made comparable: for search tokens and for order in a list.

The database has no ICU and a trigram index is not used under row security, so both are stored ready made
and compared bytewise (collation "C").
"""

import re
import unicodedata
from typing import Final

APOSTROPHES: Final = "'’‘ʼ`´ʻ＇"
PARTICLES: Final = frozenset(
    "al d da das de del della der di do dos du el la las le los mac mc o san santa st van von".split()  # noqa: SIM905
)
# Letters with a stroke or a joined form are letters of their own to Unicode: they do not decompose.
_STROKES: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŧ": "t"}
)
_APOSTROPHE: Final = re.compile(f"[{APOSTROPHES}]")


def fold(text: str) -> str:
    """Without case, accents or width; everything that is no letter, digit or apostrophe becomes a space.

    Folding twice changes nothing. ñ folds to n: people search for Munoz and mean Muñoz, and a list in
    which the two stand apart hides one from whoever looks for the other.
    """
    plain = _APOSTROPHE.sub("'", text)
    for _ in range(2):  # a compatibility form may uncover a capital, whose lower case may carry a mark
        plain = unicodedata.normalize("NFKD", plain.casefold())
    kept = "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))
    kept = unicodedata.normalize("NFC", kept).translate(_STROKES)
    spaced = "".join(letter if letter.isalnum() or letter == "'" else " " for letter in kept)
    return " ".join(word for word in spaced.split() if word.strip("'"))


def name_tokens(text: str) -> tuple[str, ...]:
    """Every token under which a name should be found, in order, each once.

    `O'Neil` is found as o, neil and oneil; `García-López` as garcia, lopez and garcialopez; `De la Cruz`
    as de, la, cruz, lacruz and delacruz, because records of one person write it in all these ways.
    """
    tokens: list[str] = []
    for chunk in text.split():
        words = fold(chunk).replace("'", " ").split()
        tokens += [*words, *query_tokens(chunk), "".join(words)] if words else []
    return tuple(dict.fromkeys([*tokens, *_joined_particles(fold(text).replace("'", " ").split())]))


def _joined_particles(words: list[str]) -> list[str]:
    """`de la cruz` -> lacruz, delacruz: each particle glued to what follows it, from the back."""
    glued = list(words)
    joined = []
    for i in reversed(range(len(words) - 1)):
        if words[i] in PARTICLES:
            glued[i] = words[i] + glued[i + 1]
            joined.append(glued[i])
    return joined


def query_tokens(text: str) -> tuple[str, ...]:
    """What a searcher typed, each token to be found as a prefix of some token of the name.

    Apostrophes close up (`o'neil` must find `Oneil`) and hyphens part (`garcia-lopez` must find
    `García López`). `name_tokens` of the same text would ask for all spellings at once and find none.
    """
    return tuple(dict.fromkeys(fold(text).replace("'", "").split()))


def sort_key(family: str, given: str) -> str:
    """Compare bytewise. Word by word within the family name: every García comes before García López.

    The names are parted by two spaces, which sort below any letter and below the single space inside a
    name. Keys of `Muñoz` and `Munoz` are equal; break ties by id.
    """
    return "  ".join(fold(part).replace("'", "") for part in (family, given))
