"""A few words kept in a file of the state directory, for `beenthere status`, which asks no database.

Nothing depends on them: a file that was left empty or half-written counts as no memory, and a full disk stops
neither a mail nor a backup.
"""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Kind = TypeVar("Kind")
log = logging.getLogger(__name__)


def remembered(file: Path, kind: Callable[..., Kind]) -> Kind:
    """What was kept last, as `kind(**words)`; `kind()` where nothing was, or nothing that can be read."""
    try:
        return _read(file.read_text(), kind)
    except FileNotFoundError:
        pass
    except OSError as problem:
        log.error("%s cannot be read: %s", file, problem)
    except (ValueError, TypeError):
        _set_aside(file)
    return kind()


def remember(file: Path, **words: str) -> None:
    """On disk before it takes its name, so that what was kept before is never replaced by less."""
    new = file.with_suffix(".new")
    try:
        with new.open("w") as out:
            json.dump(words, out)
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
    except OSError as problem:
        log.error("%s cannot be written, so `status` tells of an earlier time: %s", file, problem)


def _read(text: str, kind: Callable[..., Kind]) -> Kind:
    words = json.loads(text)
    if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
        raise ValueError("not a set of words")
    return kind(**words)


def _set_aside(file: Path) -> None:
    """Out of the way, or the log would tell the same with every mail."""
    aside = file.with_suffix(".unreadable")
    try:
        file.replace(aside)
    except OSError as problem:
        log.error("%s is not whole, counts as nothing and cannot be set aside: %s", file, problem)
    else:
        log.error("%s was not whole and counts as nothing; it is %s now.", file, aside.name)
