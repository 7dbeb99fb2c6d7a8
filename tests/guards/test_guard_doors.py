"""Guards 1, 2, 15 and the traps: who imports whom, where the clock is read, what passes the walls by.

The layers themselves are in `pyproject.toml`, held by import-linter.
"""

import ast
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from codebase import CONTEXTS, PACKAGE, REPOSITORY, Source, dotted, imported, sources, without_migrations

Finder = Callable[[Source], Iterable[str]]


# -- across contexts only `api`


OTHER_DOORS = {
    "portal/demo/": "fills the tables themselves, in bulk and as the loader; no api does that",
    "host/evidence.py": "each command imports what it calculates with; one door would load them all",
}


def other_doors(source: Source) -> Iterator[str]:
    if any(source.place.startswith(place) for place in OTHER_DOORS):
        return
    for line, name in imported(source.tree):
        _package, *rest = name.split(".")
        if not name.startswith("beenthere.") or rest[0] not in CONTEXTS or rest[0] == source.context:
            continue
        if len(rest) > 1 and rest[1] != "api" and not _may_mount(source, rest):
            yield f"{source.place}:{line} imports {name}: across contexts only {rest[0]}.api"


def _may_mount(source: Source, rest: list[str]) -> bool:
    return source.context == "portal" and "urls" in rest


# -- imports at the top of the file


HEAVY = {
    "evidence/estimate/difference.py": "one of its designs alone needs pyfixest, half a second to load",
    "evidence/report/printing.py": "WeasyPrint needs Pango of the system, which not every machine has",
}


def late_imports(source: Source) -> Iterator[str]:
    # The command line answers at once and sets Django up only for what needs it; applications find their
    # models only once they are ready.
    if source.place.startswith("host/") or source.place.endswith("/apps.py") or source.place in HEAVY:
        return
    for function in ast.walk(source.tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield f"{source.place}:{node.lineno} imports inside a function: it hides a cycle"


# -- only foundation.clock reads the clock

CLOCKS = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "timezone.localdate"}
    | {"timezone.localtime", "time.time", "time.time_ns", "time.localtime", "time.gmtime"}
)
CLOCK_READERS = {
    "foundation/clock.py": "it is the clock",
    "kernel/ids.py": "an id of version 7 begins with the moment it is made; nobody decides by it",
    "host/": "it runs beside the application, on the machine's own time",
}


def clock_readers(source: Source) -> Iterator[str]:
    if source.place in CLOCK_READERS or source.place.startswith("host/"):
        return
    for node in ast.walk(source.tree):
        name = dotted(node.func) if isinstance(node, ast.Call) else ""
        if name and any(name == clock or name.endswith(f".{clock}") for clock in CLOCKS):
            yield f"{source.place}:{node.lineno} reads the clock by {name}: ask foundation.clock"
    for line, name in imported(source.tree):
        if name in {"django.utils.timezone.now", "django.db.models.functions.Now"}:
            yield f"{source.place}:{line} reads the clock by {name}: ask foundation.clock"


# -- rules are pure

IMPURE = frozenset(
    {"os", "socket", "subprocess", "random", "secrets", "time", "logging", "urllib", "http", "threading"}
)


def impure_rules(source: Source) -> Iterator[str]:
    if "/rules/" not in source.place and not source.place.startswith("kernel/"):
        return
    if source.place in CLOCK_READERS:
        return
    for line, name in imported(source.tree):
        if name.partition(".")[0] in IMPURE | {"django"} or name.startswith("beenthere.foundation"):
            yield f"{source.place}:{line} imports {name}: rules take facts and give answers, nothing else"


# -- what passes the walls by

PAST_THE_WALLS = {
    "callproc": "passes the execute-wrapper by",
    "cursor.stream": "passes the execute-wrapper by",
    "cursor.copy": "passes the execute-wrapper by",
    "psycopg.connect": "is a connection of its own, without the walls in code",
    "StreamingHttpResponse": "runs after its transaction and sees no rows",
    "FileResponse": "runs after its transaction and sees no rows",
    "threading.Thread": "has a connection of its own and nobody acting",
    "ThreadPoolExecutor": "has connections of its own and nobody acting",
    "mark_safe": "puts text into a page unescaped",
}
PASSES = {
    "host/": "connects as the superuser to set up; no request reaches it",
    "trust/endpoint.py": "names streaming responses to refuse them",
    "trust/files_in_parts.py": "opens the acting of its request again, and is cut off when it fails",
    "trust/bulk.py": "copies as the loader role, never behind a request; it checks that",
    "evidence/": "calculates beside the application, from files; import-linter keeps it from our database",
    "foundation/templatetags/": "builds components from escaped parts",
}


def past_the_walls(source: Source) -> Iterator[str]:
    if any(source.place.startswith(place) for place in PASSES):
        return
    for node in ast.walk(source.tree):
        name = dotted(node) if isinstance(node, ast.Attribute | ast.Name) else ""
        for way, why in PAST_THE_WALLS.items():
            if name == way or name.endswith(f".{way}"):
                yield f"{source.place}:{node.lineno} uses {way}: it {why}"


# -- querysets of a class outlive the request


def class_querysets(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for line in node.body:
            value = getattr(line, "value", None)
            if value is not None and any(
                isinstance(part, ast.Attribute) and part.attr in {"objects", "_default_manager"}
                for part in ast.walk(value)
            ):
                yield f"{source.place}:{line.lineno} keeps a queryset on a class: it outlives its request"


# -- jobs are declared in one way


def undeclared_jobs(source: Source) -> Iterator[str]:
    if source.place == "foundation/jobs.py":
        return
    for line, name in imported(source.tree):
        if name.startswith("procrastinate"):
            yield f"{source.place}:{line} imports {name}: foundation.jobs.job says as whom a job acts"


# -- a day that is typed is one in a lifetime


def days_without_bounds(source: Source) -> Iterator[str]:
    if source.place == "foundation/forms.py":
        return
    for node in ast.walk(source.tree):
        name = dotted(node) if isinstance(node, ast.Attribute) else ""
        if name in {"forms.DateField", "forms.DateTimeField", "forms.SplitDateTimeField"}:
            yield f"{source.place}:{node.lineno} uses {name}: take DayField, which asks about the year 1"


GUARDED: dict[Finder, tuple[str, str, str]] = {
    other_doors: ("support/planted.py", "from beenthere.people.models import Person", "only people.api"),
    late_imports: (
        "support/planted.py",
        "def f():\n    from beenthere.people import api",
        "inside a function",
    ),
    clock_readers: ("support/planted.py", "at = timezone.now()", "reads the clock by timezone.now"),
    impure_rules: ("support/rules/planted.py", "import django.db", "imports django.db"),
    days_without_bounds: ("support/planted.py", "day = forms.DateField()", "take DayField"),
    past_the_walls: ("support/planted.py", "cursor.callproc('f')", "uses callproc"),
    class_querysets: (
        "support/planted.py",
        "class V:\n    rows = Person.objects.all()",
        "queryset on a class",
    ),
    undeclared_jobs: ("support/planted.py", "from procrastinate.contrib.django import app", "as whom"),
}


@pytest.mark.parametrize("finder", GUARDED, ids=lambda finder: finder.__name__)
def test_the_code_keeps_it(finder: Finder) -> None:
    among = sources() if finder is class_querysets else without_migrations()
    assert [said for source in among for said in finder(source)] == []


@pytest.mark.parametrize("finder", GUARDED, ids=lambda finder: finder.__name__)
def test_a_planted_violation_is_found(finder: Finder) -> None:
    place, text, said = GUARDED[finder]
    (found,) = finder(Source(place, text))
    assert said in found


def test_the_clock_is_found_under_each_of_its_names() -> None:
    for text in ("datetime.now(UTC)", "datetime.datetime.now()", "date.today()", "time.time()"):
        assert list(clock_readers(Source("support/planted.py", text))), text


# -- the stack, by import-linter


def lint_imports(source_folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config"]
    return subprocess.run(
        [*command, str(REPOSITORY / "pyproject.toml")],
        cwd=source_folder,
        env={"PYTHONPATH": str(source_folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's Python files alone, where something can be planted."""
    folder = tmp_path_factory.mktemp("planted")
    only_python = shutil.ignore_patterns("static", "templates", "__pycache__", "locale", "migrations")
    shutil.copytree(PACKAGE, folder / "beenthere", ignore=only_python)
    return folder


PLANTED = {
    "Higher may import lower": ("people/planted.py", "import beenthere.support.api"),
    "Nothing imports config": ("host/planted.py", "import beenthere.config.settings"),
    "The kernel is pure": ("kernel/planted.py", "import django"),
    "Rules are pure": ("funding/rules/planted.py", "import beenthere.funding.models"),
}


def test_layers_and_pure_parts_hold_and_each_contract_bites(copy: Path) -> None:
    whole = lint_imports(copy)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    for place, text in PLANTED.values():
        (copy / "beenthere" / place).write_text(text)
    (copy / "beenthere" / "newcomer.py").write_text("")
    broken = lint_imports(copy)
    assert "newcomer" in broken.stdout + broken.stderr
    (copy / "beenthere" / "newcomer.py").unlink()
    broken = lint_imports(copy)
    assert [name for name in PLANTED if f"{name} BROKEN" not in broken.stdout] == []
