"""The code as data, for guards. A guard takes a `Source`, so that a violation can be planted."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import models

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PACKAGE = REPOSITORY / "src" / "beenthere"
GUARDS = Path(__file__).resolve().parent

# From the bottom up; contexts on one line are mutually blind.
STACK: tuple[tuple[str, ...], ...] = (
    ("kernel",),
    ("foundation",),
    ("trust",),
    ("people",),
    ("consent",),
    ("workforce",),
    ("training", "resources"),
    ("certification",),
    ("support",),
    ("outcomes", "supervision"),
    ("funding",),
    ("evidence", "interop"),
    ("portal",),
    ("config",),
    ("host",),
)
HEIGHT = {name: height for height, names in enumerate(STACK) for name in names}
CONTEXTS = frozenset(HEIGHT) - {"kernel", "foundation", "config", "host"}


@dataclass(frozen=True)
class Source:
    """One Python file: `place` is its path inside the package, as in `support/actions.py`."""

    place: str
    text: str

    @property
    def context(self) -> str:
        return self.place.partition("/")[0]

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def sources() -> tuple[Source, ...]:
    files = sorted(PACKAGE.rglob("*.py"))
    return tuple(Source(str(file.relative_to(PACKAGE)), file.read_text()) for file in files)


@cache
def without_migrations() -> tuple[Source, ...]:
    return tuple(source for source in sources() if "/migrations/" not in source.place)


@cache
def templates() -> tuple[tuple[str, str], ...]:
    """(name as Django finds it, text) of every template."""
    found = (file for pattern in ("*.html", "*.txt") for file in PACKAGE.rglob(f"templates/**/{pattern}"))
    return tuple(sorted((str(f).split("/templates/", 1)[1], f.read_text()) for f in found))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything imported: `from a.b import c` gives `a.b.c`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute or name; empty for anything else."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("beenthere.")]


def table(name: str) -> dict[str, str]:
    """A two-column list kept beside the guards: `key; reason`. Lines that begin with # are comments."""
    lines = (GUARDS / name).read_text().splitlines()
    pairs = (line.partition(";") for line in lines if line.strip() and not line.startswith("#"))
    return {key.strip(): reason.strip() for key, _semicolon, reason in pairs}
