"""What every table of an organization has: an owner, a client-made id, and links that stay at home."""

from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.utils.encoding import force_str

from beenthere.foundation.classes import FieldClass
from beenthere.kernel.ids import uuid7


class TenantModel(models.Model):
    """A row that belongs to one organization.

    Django takes `id` for the primary key; in PostgreSQL the key is (organization_id, id), see `walls`, so the
    same id made by clients of two organizations is two rows and never a collision that tells on either.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        "trust.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    classes: ClassVar[dict[str, FieldClass]]

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: "models.Field[Any, Any]") -> Any:  # noqa: N802 - Django's name
        """As Django's, which copies all choices for each word: a tenth of what the page of a person cost."""
        value = getattr(self, field.attname)
        return force_str(_words(field).get(value, value), strings_only=True)


@cache
def _words(field: "models.Field[Any, Any]") -> dict[Any, Any]:
    """The choices of a field; lazy words stay lazy, each reader has a language."""
    return dict(field.flatchoices)


class TenantForeignKey(models.ForeignKey):
    """A link to a row of the same organization.

    Row security does not look at foreign keys: a bare id of another organization's row passes it. The
    database therefore checks the pair (organization_id, parent_id); `walls` makes that constraint, so
    Django's own single-column one is off.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs.setdefault("related_name", "+")
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


UNSCOPED: dict[str, str] = {}


def belongs_to_an_organization(model: type[models.Model]) -> bool:
    """True for every table that row security must wall in."""
    fields = {field.name for field in model._meta.local_fields}
    return "organization" in fields and model._meta.db_table not in UNSCOPED


def unscoped(reason: str) -> Any:
    """Class decorator: this table is read before an organization is known, for the stated reason."""

    def mark(model: type[models.Model]) -> type[models.Model]:
        UNSCOPED[model._meta.db_table] = reason
        return model

    return mark
