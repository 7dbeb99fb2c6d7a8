"""Guards 3, 4, 5, 11, 12: what tables hold, where they point, how they are changed."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from codebase import CONTEXTS, HEIGHT, Source, our_models, sources, table
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Combinable

from beenthere.foundation.classes import FieldClass
from beenthere.foundation.crypto.fields import EncryptedTextField
from beenthere.trust.tenancy import UNSCOPED, TenantForeignKey, TenantModel, belongs_to_an_organization

# -- links point down the stack


@dataclass(frozen=True, kw_only=True)
class LinkFacts:
    name: str
    source: str
    target: str
    related_name: str
    to_tenant: bool
    checks_pair: bool


def links() -> Iterator[LinkFacts]:
    for model in our_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey):
                target = field.remote_field.model
                yield LinkFacts(
                    name=f"{model.__name__}.{field.name}",
                    source=model._meta.app_label,
                    target=target._meta.app_label,
                    related_name=field.remote_field.related_name or "",
                    to_tenant=issubclass(target, TenantModel),
                    checks_pair=isinstance(field, TenantForeignKey),
                )


def judged_links(facts: Iterable[LinkFacts]) -> Iterator[str]:
    for link in facts:
        across = link.source != link.target
        if across and HEIGHT[link.target] >= HEIGHT[link.source]:
            yield f"{link.name} points up, from {link.source} to {link.target}"
        if across and not link.related_name.endswith("+"):
            yield f'{link.name}: across contexts related_name="+", or the lower one grows an accessor'
        if link.to_tenant and not link.checks_pair:
            yield f"{link.name} is a bare ForeignKey: TenantForeignKey checks the organization too"


def test_links_point_down_the_stack() -> None:
    assert list(judged_links(links())) == []


def test_a_planted_link_is_found() -> None:
    sound = LinkFacts(
        name="Planted.link",
        source="support",
        target="people",
        related_name="+",
        to_tenant=True,
        checks_pair=True,
    )
    assert list(judged_links([sound])) == []
    for change in ({"target": "funding"}, {"related_name": "planted"}, {"checks_pair": False}):
        assert len(list(judged_links([replace(sound, **change)]))) == 1


# -- walled, or exempt with a reason


def unwalled(model: type[models.Model], exempt: dict[str, str]) -> bool:
    return not belongs_to_an_organization(model) and not exempt.get(model._meta.db_table)


def test_every_model_is_walled_or_exempt_with_a_reason() -> None:
    assert [model.__name__ for model in our_models() if unwalled(model, UNSCOPED)] == []
    assert all(len(reason.split()) > 4 for reason in UNSCOPED.values())


def test_an_exemption_without_a_reason_is_found() -> None:
    user = apps.get_model("trust", "User")
    assert unwalled(user, {})
    assert unwalled(user, {"trust_user": ""})


def test_managers_are_plain() -> None:
    """A manager that filters hides nothing from links and turns saving a hidden row into an insert."""
    known = {"User.objects": "makes accounts, filters nothing"}
    found = {
        f"{model.__name__}.{manager.name}"
        for model in our_models()
        for manager in model._meta.managers
        if type(manager) is not models.Manager
    }
    assert found == set(known)


# -- every field is classed; what a person could be known by is sealed, or readable for a stated reason

GUARDED = frozenset({FieldClass.IDENTITY, FieldClass.HEALTH, FieldClass.PART2, FieldClass.SECRET})


def unclassed(model: str, fields: set[str], classes: dict[str, FieldClass]) -> Iterator[str]:
    for name in sorted(fields - set(classes)):
        yield f"{model}.{name} has no class: name it in `classes = classify(...)`"
    for name in sorted(set(classes) - fields):
        yield f"{model}.{name} is classed and not there"


def is_free_text(field: models.Field) -> bool:
    if isinstance(field, EncryptedTextField) or field.choices:
        return False
    return isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField)


def readable(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.local_fields:
        if model.classes.get(field.name) in GUARDED and is_free_text(field):
            yield f"{model.__name__}.{field.name}"


def test_every_field_is_classed() -> None:
    found = [
        said
        for model in our_models()
        for said in unclassed(
            model.__name__, {field.name for field in model._meta.local_fields}, getattr(model, "classes", {})
        )
    ]
    assert found == []


def test_readable_text_about_people_is_sealed_or_listed_with_its_reason() -> None:
    listed = table("readable_text.csv")
    found = {name for model in our_models() for name in readable(model)}
    assert found == set(listed), (
        "seal it (EncryptedTextField), or list it in readable_text.csv with the reason"
    )
    assert all(listed.values())


def test_an_unclassed_or_readable_field_is_found() -> None:
    assert list(unclassed("Planted", {"id", "words"}, {"id": FieldClass.PLAIN})) == [
        "Planted.words has no class: name it in `classes = classify(...)`"
    ]
    assert is_free_text(models.TextField())
    assert not is_free_text(EncryptedTextField())
    assert not is_free_text(models.CharField(max_length=3, choices=[("a", "A")]))


# -- who and when go together, in the database too


def unpaired(model: str, fields: set[str], together: Iterable[set[str]]) -> Iterator[str]:
    together = list(together)
    for name in sorted(fields):
        stem = name.removesuffix("_at")
        by = next((f for f in (f"{stem}_by_id", f"{stem}_by") if f in fields), None)
        if name.endswith("_at") and by and not any({name, by} <= names for names in together):
            yield f"{model}: no constraint says that {name} and {by} go together"


def constrained(model: type[models.Model]) -> Iterator[set[str]]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            yield {name.partition("__")[0] for name in _names(constraint.condition)}


def _names(condition: models.Q | Combinable | tuple) -> Iterator[str]:
    for child in getattr(condition, "children", []):
        if isinstance(child, tuple):
            yield child[0]
        else:
            yield from _names(child)


def nullable(model: type[models.Model]) -> set[str]:
    """Two that are always there need no constraint."""
    fields = {field.attname: field for field in model._meta.local_fields}
    return {name for name, field in fields.items() if field.null or name.endswith(("_by_id", "_by"))}


def test_paired_fields_have_their_constraint() -> None:
    found = [said for m in our_models() for said in unpaired(m.__name__, nullable(m), constrained(m))]
    assert found == []


def test_an_unpaired_field_is_found() -> None:
    fields = {"signed_at", "signed_by_id"}
    assert len(list(unpaired("Planted", fields, []))) == 1
    assert list(unpaired("Planted", fields, [{"signed_at", "signed_by_id"}])) == []


# -- migrations


def missing_migrations(state: ProjectState) -> dict:
    loader = MigrationLoader(None)
    changes = MigrationAutodetector(loader.project_state(), state).changes(graph=loader.graph)
    return {app: changes[app] for app in changes if app in CONTEXTS}


def test_no_migration_is_missing() -> None:
    found = missing_migrations(ProjectState.from_apps(apps))
    assert {app: [m.operations for m in made] for app, made in found.items()} == {}


def test_a_missing_migration_is_found() -> None:
    state = ProjectState.from_apps(apps)
    state.add_field("trust", "site", "planted", models.BooleanField(default=False), preserve_default=True)
    assert set(missing_migrations(state)) == {"trust"}


DESTROY = {
    operation.__name__
    for operation in (
        migrations.RemoveField,
        migrations.DeleteModel,
        migrations.RenameField,
        migrations.RenameModel,
        migrations.AlterModelTable,
    )
}


def destructive(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in DESTROY:
            yield f"{source.place}: {node.attr} breaks the release that still runs"


def test_migrations_destroy_nothing() -> None:
    listed = table("destructive_migrations.csv")
    found = {s.place: list(destructive(s)) for s in sources() if "/migrations/" in s.place}
    assert [said for place, lines in found.items() for said in lines if place not in listed] == []


def test_a_destructive_migration_is_found() -> None:
    planted = Source(
        "support/migrations/0009_planted.py", "operations = [migrations.RemoveField('goal', 'words')]"
    )
    assert len(list(destructive(planted))) == 1
