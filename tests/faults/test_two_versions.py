"""F14: the release before this one still serves while the database is already at this one.

For each application: the models as they stood before its newest migration, held against the tables now.
What a migration removes on purpose is in `tests/guards/destructive_migrations.csv`, with its reason.
"""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db.migrations.loader import MigrationLoader

from beenthere.host.start import forget_old_static

OURS = ("trust", "people", "consent", "workforce", "support", "funding", "portal")
ON_PURPOSE = Path(__file__).parents[1] / "guards" / "destructive_migrations.csv"
COLUMNS = """
    SELECT table_name, column_name, is_nullable = 'YES' OR column_default IS NOT NULL
           OR is_identity = 'YES' OR is_generated = 'ALWAYS' AS may_be_left_out
    FROM information_schema.columns WHERE table_schema = 'public'
"""
# No release had what these took away from it, or asked of it.
BEFORE_THE_FIRST_RELEASE = {"consent/migrations/0002_complete_before_active.py"}
Tables = dict[str, dict[str, bool]]


def former(app: str, loader: MigrationLoader) -> dict[str, set[str]]:
    """Table -> columns, as the release before the newest migration of the application knew them."""
    ((_app, newest),) = loader.graph.leaf_nodes(app)
    (parent,) = [key for key in loader.graph.node_map[app, newest].parents if key.key[0] == app] or [None]
    if parent is None:
        return {}
    state = loader.project_state([parent.key])
    models = [m for m in state.apps.get_models() if m._meta.app_label == app and m._meta.managed]
    return {m._meta.db_table: {f.column for f in m._meta.concrete_fields} for m in models}


def gaps(before: dict[str, set[str]], now: Tables) -> Iterator[str]:
    """What the former release would fail on."""
    for table, columns in before.items():
        if table not in now:
            yield f"{table} is gone"
            continue
        yield from (f"{table}.{name} is gone" for name in columns - set(now[table]))
        new = set(now[table]) - columns
        yield from (f"{table}.{name} must be given" for name in new if not now[table][name])


@pytest.fixture
def tables(owner: psycopg.Connection) -> Tables:
    found: Tables = {}
    for row in owner.execute(COLUMNS):
        found.setdefault(row["table_name"], {})[row["column_name"]] = row["may_be_left_out"]
    return found


def on_purpose() -> set[str]:
    with ON_PURPOSE.open() as file:
        return {row[0] for row in csv.reader(file, delimiter=";") if row}


@pytest.mark.parametrize("app", OURS)
def test_the_former_release_reads_and_writes_what_it_knew(app: str, tables: Tables) -> None:
    loader = MigrationLoader(None)
    if not loader.graph.leaf_nodes(app):
        assert app == "portal", "an application of ours without migrations"
        return
    ((_app, newest),) = loader.graph.leaf_nodes(app)
    if f"{app}/migrations/{newest}.py" not in on_purpose() | BEFORE_THE_FIRST_RELEASE:
        assert list(gaps(former(app, loader), tables)) == []


def test_what_the_former_release_would_fail_on_is_found(tables: Tables) -> None:
    before = {"trust_site": set(tables["trust_site"]) - {"name"} | {"planted"}, "planted": {"id"}}
    assert sorted(gaps(before, tables)) == [
        "planted is gone", "trust_site.name must be given", "trust_site.planted is gone",
    ]  # fmt: skip


def test_scripts_of_the_former_release_stay_for_its_open_pages(tmp_path: Path) -> None:
    """And go after thirty days, with their packed copies. What is used stays, however old."""
    month = 30 * 24 * 3600
    manifest = {"paths": {"note.js": "note.new.js"}, "version": "1.1"}
    (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
    old = ("note.js", "note.new.js", "note.new.js.gz", "note.old.js", "note.old.js.br")
    for name in (*old, "note.former.js"):
        (tmp_path / name).touch()
        moment = 0 if name in old else 2 * month
        os.utime(tmp_path / name, (moment, moment))
    forget_old_static(tmp_path, now=2 * month + 1)
    left = sorted(file.name for file in tmp_path.iterdir())
    assert left == ["note.former.js", "note.js", "note.new.js", "note.new.js.gz", "staticfiles.json"]
