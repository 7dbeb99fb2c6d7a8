"""Rules and kernel run without Django and without the network. A fresh interpreter imports them all."""

import subprocess
import sys
from pathlib import Path

import beenthere

ROOT = Path(beenthere.__file__).parent
MODULES = [
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
    for folder in (ROOT / "kernel", ROOT / "funding" / "payers", *ROOT.glob("*/rules"))
    for path in sorted(folder.glob("*.py"))
    if path.name != "__init__.py"
]
BANNED = ("django", "psycopg", "procrastinate", "socket")


def imported_by(statement: str) -> list[str]:
    asked = f"import sys\n{statement}\nprint([name for name in {BANNED!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return eval(done.stdout)


def test_rules_import_no_django_and_no_network() -> None:
    assert MODULES
    assert imported_by(f"import {', '.join(MODULES)}") == []


def test_the_check_would_notice() -> None:
    assert imported_by("import django") != []
