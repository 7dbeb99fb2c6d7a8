"""Guards 7, 8, 9, 10: writes are actions, permissions lead somewhere, jobs say as whom, stored keys stay."""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from types import ModuleType

from codebase import GUARDS, PACKAGE, REPOSITORY, Source, imported, our_models, sources, without_migrations
from procrastinate.contrib.django import app

from beenthere.foundation.jobs import jobs
from beenthere.trust.access import ROLE_DESCRIPTIONS, Permit, Role, permits
from beenthere.trust.audit import event_types
from beenthere.trust.checks import patterns

# -- every public function of an actions module is an action or a step

OTHERS = {
    "beenthere.trust.actions.create_organization": "acts for the organization it begins",
    "beenthere.support.encounters.actions.mend_note": "two actions in one transaction, both or neither",
    "beenthere.support.intake.actions.locked_enrolment": "fetches for an action and writes nothing",
}


def other_functions(module: ModuleType) -> Iterator[str]:
    for name, function in vars(module).items():
        if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != module.__name__:
            continue
        marked = hasattr(function, "is_action") or hasattr(function, "is_step")
        acts = "acting" in inspect.signature(function).parameters
        if acts and not marked and f"{module.__name__}.{name}" not in OTHERS:
            yield f"{module.__name__}.{name} is neither @action nor @step"


def action_modules() -> list[ModuleType]:
    places = [s.place for s in sources() if s.place.endswith("/actions.py") or "/actions/" in s.place]
    return [import_module(f"beenthere.{place.removesuffix('.py').replace('/', '.')}") for place in places]


def test_what_stands_in_actions_is_an_action_or_a_step() -> None:
    assert [said for module in action_modules() for said in other_functions(module)] == []


def test_a_planted_write_is_found() -> None:
    planted = ModuleType("beenthere.planted.actions")
    exec("def save_all(*, acting): ...", vars(planted))
    planted.save_all.__module__ = planted.__name__
    assert list(other_functions(planted)) == [
        "beenthere.planted.actions.save_all is neither @action nor @step"
    ]


WRITES = frozenset({"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"})
WRITERS = (
    "actions",
    "people/names.py",  # called by the steps that make and change a person
    "trust/",
    "host/",
    "portal/demo/",
    "foundation/",
    "/migrations/",
)


def stray_writes(source: Source) -> Iterator[str]:
    """The walls refuse them when they run; this finds them before."""
    if any(place in source.place for place in WRITERS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            on = node.func.value
            if isinstance(on, ast.Attribute) and on.attr in {"objects", "_default_manager"}:
                yield f"{source.place}:{node.lineno} writes outside an action: .{node.func.attr}"


def test_rows_are_made_in_actions_only() -> None:
    assert [said for source in sources() for said in stray_writes(source)] == []


def test_a_planted_stray_write_is_found() -> None:
    planted = Source("support/views/planted.py", "Goal.objects.create(words='x')")
    assert len(list(stray_writes(planted))) == 1


# -- permissions


def idle_permissions(declared: dict[str, Permit], opened: Iterable[str]) -> Iterator[str]:
    opened = set(opened)
    for permission, permit in declared.items():
        if not permit.roles:
            yield f"{permission} belongs to no role"
        if permission not in opened:
            yield f"{permission} opens no endpoint"
        if not str(permit.sentence).strip():
            yield f"{permission} has no sentence for those who grant roles"


def opened_permissions() -> set[str]:
    return {pattern.callback.access.may for _route, pattern in patterns()} | set(_asked_in_code())


def _asked_in_code() -> Iterator[str]:
    """A permission asked inside a page that another permission opens: narrower, not idle."""
    asked = {
        node.attr
        for source in without_migrations()
        if not source.place.endswith("access.py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id.endswith("May")
    }
    yield from (key for key in permits() if key.partition(".")[2].upper() in asked)


def test_every_permission_belongs_to_a_role_and_opens_something() -> None:
    assert list(idle_permissions(permits(), opened_permissions())) == []


def test_an_idle_permission_is_found() -> None:
    planted = {"planted.idle": Permit(roles=frozenset(), sentence="")}
    assert len(list(idle_permissions(planted, set()))) == 3


def test_every_role_is_described_to_those_who_grant_it() -> None:
    assert set(ROLE_DESCRIPTIONS) == set(Role)
    assert all(str(d.title) and str(d.does).endswith(".") for d in ROLE_DESCRIPTIONS.values())


# -- stored keys are frozen


def stored_keys() -> set[str]:
    patterns()  # pages declare events too, where they stand
    return (
        {f"role {role.value}" for role in Role}
        | {f"permission {key}" for key in permits()}
        | {f"event {verb}" for verb in event_types()}
        | {f"job {name}" for name in jobs()}
        | {f"table {model._meta.db_table}" for model in our_models()}
    )


def changed_keys(frozen: set[str], present: set[str]) -> list[str]:
    gone = [
        f"{key} is stored in databases: it is never renamed or removed" for key in sorted(frozen - present)
    ]
    new = [f"{key} is new: add the line to tests/guards/frozen_keys.txt" for key in sorted(present - frozen)]
    return gone + new


def test_stored_keys_stay_what_they_are() -> None:
    frozen = set((GUARDS / "frozen_keys.txt").read_text().splitlines())
    assert changed_keys(frozen, stored_keys()) == []


def test_a_renamed_key_is_found() -> None:
    assert len(changed_keys({"role helper"}, {"role aide"})) == 2


# -- jobs


def unsaid_jobs(tasks: Iterable[str], declared: Iterable[str]) -> list[str]:
    ours = {name for name in tasks if not name.startswith(("builtin:", "procrastinate."))}
    return [
        f"{name} does not say as whom it acts: use foundation.jobs.job"
        for name in sorted(ours - set(declared))
    ]


def test_every_job_says_as_whom_it_acts() -> None:
    assert unsaid_jobs(app.tasks, jobs()) == []
    assert all(job.as_whom.words for job in jobs().values())


def test_the_schedule_and_the_jobs_match() -> None:
    scheduled = {name: task.cron for (name, _id), task in app.periodic_registry.periodic_tasks.items()}
    assert scheduled == {job.name: job.cron for job in jobs().values() if job.cron}


def test_every_jobs_module_is_imported_when_the_application_is_ready() -> None:
    modules = [s.place for s in sources() if s.place.endswith("/jobs.py") and s.context != "foundation"]
    names = [f"beenthere.{place.removesuffix('.py').replace('/', '.')}" for place in modules]
    assert [f"{name}: import it in apps.py" for name in names if name not in sys.modules] == []


def test_a_planted_job_is_found() -> None:
    assert unsaid_jobs(["planted.job", "builtin:procrastinate.builtin_tasks.remove_old_jobs"], []) == [
        "planted.job does not say as whom it acts: use foundation.jobs.job"
    ]


# -- rules have tests, instances are registered


def untested_rules(rules: Iterable[str], tested: set[str]) -> list[str]:
    return [f"{name} has no test" for name in rules if not any(t.startswith(name) for t in tested)]


def _tested() -> set[str]:
    files = [*REPOSITORY.glob("tests/rules/*.py"), *REPOSITORY.glob("tests/contexts/**/*.py")]
    return {name for file in files for _line, name in imported(ast.parse(file.read_text()))}


def rule_modules() -> list[str]:
    places = [s.place for s in sources() if "/rules/" in s.place and not s.place.endswith("__init__.py")]
    return [f"beenthere.{place.removesuffix('.py').replace('/', '.')}" for place in places]


def test_every_rule_has_its_test() -> None:
    assert untested_rules(rule_modules(), _tested()) == []


def test_a_rule_without_a_test_is_found() -> None:
    assert untested_rules(["beenthere.planted.rules.luck"], {"beenthere.funding.rules.units.Contact"}) == [
        "beenthere.planted.rules.luck has no test"
    ]


def unregistered(folder_names: Iterable[str], register: Iterable[str]) -> list[str]:
    return [f"{name} is not registered" for name in sorted(set(folder_names) ^ set(register))]


def test_every_payer_folder_is_registered() -> None:
    folders = [file.parent.name for file in (PACKAGE / "funding" / "payers").glob("*/payer.toml")]
    assert unregistered(folders, import_module("beenthere.funding.payers").PAYERS) == []
    assert unregistered(["planted"], []) == ["planted is not registered"]


def test_actions_are_called_with_names() -> None:
    for module in action_modules():
        for name, function in vars(module).items():
            if hasattr(function, "is_action"):
                kinds = {p.kind for p in inspect.signature(function).parameters.values()}
                assert kinds <= {inspect.Parameter.KEYWORD_ONLY}, f"{module.__name__}.{name}"
