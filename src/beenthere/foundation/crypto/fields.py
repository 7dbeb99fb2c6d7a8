"""`EncryptedTextField`: text that is sealed in the database and opens only on its own row.

What an attribute gives:
- text that opened: a `str` (an `OpenedText`, which remembers its seal, so that saving an untouched row writes
  the very same bytes);
- empty: `""`. Nothing and the empty text are one thing, stored as NULL: an envelope around nothing would only
  say that somebody cleared the field;
- text whose key is missing or whose bytes were changed: a `CannotShow`, a `str` that reads "cannot be shown
  now". The page loads, the row can be saved, the sealed bytes stay as they are, and assigning other text is
  refused: a form that posts the replacement sentence back must not destroy what a restored key would open.

`.values()` and `.values_list()` give `Sealed`, which shows nothing. Searching in encrypted text is refused;
`isnull` works. Use `blind.blind_index` to find by phone or e-mail.
"""

import logging
from typing import Any, NoReturn, Self
from uuid import UUID

from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from beenthere.foundation.crypto.envelope import CannotOpen, Context, kid_of, open_, seal
from beenthere.foundation.crypto.keys import keyring

_ORGANIZATION = "organization_id"
_log = logging.getLogger(__name__)


class CannotOverwrite(ValidationError):
    """Somebody tried to replace text that cannot be opened. In a form it becomes a form error."""

    def __init__(self, label: str) -> None:
        super().__init__(
            _("“%(label)s” cannot be shown now, so it cannot be changed. Nothing was lost. Ask for help."),
            code="sealed",
            params={"label": label},
        )


class Sealed:
    """The envelope of one value. It shows nothing of it."""

    __slots__ = ("envelope",)

    def __init__(self, envelope: bytes) -> None:
        self.envelope = envelope

    @property
    def kid(self) -> UUID:
        """Raises `Tampered` when the bytes are no envelope."""
        return kid_of(self.envelope)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.envelope == other.envelope

    def __hash__(self) -> int:
        return hash(self.envelope)

    def __str__(self) -> str:
        return "[sealed]"

    __repr__ = __str__


class _FromSeal(str):
    """Text that remembers the seal it came from. A pickle or a copy holds the seal, never the text."""

    __slots__ = ("context", "sealed")
    sealed: Sealed
    context: Context

    @classmethod
    def of(cls, text: str, sealed: Sealed, context: Context) -> Self:
        value = cls(text)
        value.sealed, value.context = sealed, context
        return value

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: Any) -> tuple[type[Sealed], tuple[bytes]]:
        return Sealed, (self.sealed.envelope,)


class OpenedText(_FromSeal):
    """Text that was opened, or sealed, under its own row's context."""

    __slots__ = ()


class CannotShow(_FromSeal):
    """Stands for text that cannot be opened now. Check with `isinstance` before using it as content."""

    __slots__ = ()


class _LazyText(DeferredAttribute):
    """Opens at the first look, with the row's id and organization, and keeps what it found."""

    field: "EncryptedTextField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = super().__get__(instance, cls)
        if isinstance(held, Sealed):
            held = instance.__dict__[self.field.attname] = self.field.opened(instance, held)
        return "" if held is None else held

    def __set__(self, instance: models.Model, value: Any) -> None:
        name = self.field.attname
        if not isinstance(value, str | Sealed | None):
            raise TypeError(f"{self.field} takes text, not {type(value).__name__}")
        if not isinstance(value, _FromSeal) and self._is_deferred(instance):
            instance.__dict__[name] = self._stored(instance)
        if name in instance.__dict__:
            value = self._replacement(instance, value)
        instance.__dict__[name] = value

    def _is_deferred(self, instance: models.Model) -> bool:
        """Left out by `only` or `defer`: what the database holds must still be guarded."""
        return self.field.attname not in instance.__dict__ and not instance._state.adding

    def _stored(self, instance: models.Model) -> Sealed | None:
        row = type(instance)._base_manager.db_manager(instance._state.db).filter(pk=instance.pk)
        stored: Sealed | None = row.values_list(self.field.attname, flat=True).first()
        return stored

    def _replacement(self, instance: models.Model, value: Any) -> Any:
        """What to hold when a row that has a value is given another one."""
        if isinstance(value, Sealed):
            raise TypeError(f"{self.field} takes text; a sealed value belongs to the row it was read from")
        if not isinstance(instance.__dict__[self.field.attname], Sealed | _FromSeal):
            return value
        if isinstance(value, _FromSeal) and value.context == self.field.context(instance):
            return value  # Django's refresh_from_db hands over what it read afresh
        present = self.__get__(instance)
        if isinstance(present, CannotShow) or isinstance(value, CannotShow):
            raise CannotOverwrite(str(self.field.verbose_name))
        return present if present == (value or "") else value


class EncryptedTextField(models.TextField):
    """Text sealed under the organization's key and bound to its table, column, row and organization.

    The model needs a UUID primary key and an `organization_id`. The column is `bytea` and always nullable.
    `sealed_as="table.column"` keeps the former name in the binding after a table or column is renamed:
    without it a rename would leave every row unopenable.
    """

    description = _("Encrypted text")
    descriptor_class = _LazyText

    def __init__(self, *args: Any, sealed_as: str | None = None, **kwargs: Any) -> None:
        if sealed_as is not None and sealed_as.count(".") != 1:
            raise ValueError("sealed_as is written table.column")
        if kwargs.get("unique") or kwargs.get("primary_key") or kwargs.get("db_index"):
            raise ValueError("sealed bytes differ at each sealing: they cannot be unique, a key or indexed")
        self.sealed_as = sealed_as
        kwargs["null"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("null", None)
        if self.sealed_as is not None:
            kwargs["sealed_as"] = self.sealed_as
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return [*super().check(**kwargs), *self._check_row_can_be_named()]

    def _check_row_can_be_named(self) -> list[CheckMessage]:
        options = self.model._meta
        names = {field.attname for field in options.concrete_fields}
        key: Any = options.pk
        key = key.target_field if key.is_relation else key
        if _ORGANIZATION in names and isinstance(key, models.UUIDField):
            return []
        hint = f"Give {options.label} a UUID primary key and an {_ORGANIZATION}."
        return [Error("Encrypted text is bound to a row and an organization.", hint, self, "crypto.E001")]

    def context(self, instance: models.Model) -> Context:
        """Where this row's value belongs. Raises `ValueError` without a UUID id and an organization."""
        row, organization = instance.pk, getattr(instance, _ORGANIZATION, None)
        if not isinstance(row, UUID) or not isinstance(organization, UUID):
            raise ValueError(
                f"{self} is sealed for one row of one organization: set the row's UUID id and its "
                f"{_ORGANIZATION} (a UUID) before reading or saving it."
            )
        place = self.sealed_as or f"{self.model._meta.db_table}.{self.column}"
        table, _dot, column = place.rpartition(".")
        return Context(table=table, column=column, row=row, organization=organization)

    def opened(self, instance: models.Model, sealed: Sealed) -> OpenedText | CannotShow:
        context = self.context(instance)
        try:
            key = keyring().find(context.organization, sealed.kid)
            text = open_(key, sealed.envelope, aad=context).decode()
        except CannotOpen as error:
            _log.error("%s of row %s cannot be shown: %s", self, context.row, error)
            return CannotShow.of(gettext("cannot be shown now"), sealed, context)
        return OpenedText.of(text, sealed, context)

    def sealed(self, instance: models.Model, text: str) -> OpenedText:
        context = self.context(instance)
        kid, key = keyring().current(context.organization)
        envelope = seal(key, kid, text.encode(), aad=context)
        return OpenedText.of(str(text), Sealed(envelope), context)

    def reseal(self, instance: models.Model) -> bool:
        """Seal the present text under the organization's current key, for the caller to save.

        False, and nothing changed, when there is no text or it is under that key already.
        Raises `CannotOverwrite` when it cannot be opened.
        """
        present = getattr(instance, self.attname)
        if isinstance(present, CannotShow):
            raise CannotOverwrite(str(self.verbose_name))
        kid, _key = keyring().current(self.context(instance).organization)
        if not present or (isinstance(present, OpenedText) and present.sealed.kid == kid):
            return False
        instance.__dict__[self.attname] = self.sealed(instance, present)
        return True

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        """The bytes to store. An untouched value keeps its own; a copied row (a new id) is sealed anew."""
        held = model_instance.__dict__.get(self.attname)
        if isinstance(held, Sealed) and not add:
            return held
        present = getattr(model_instance, self.attname)
        if present == "":
            return None
        if not isinstance(present, _FromSeal) or present.context != self.context(model_instance):
            present = self._sealed_anew(model_instance, present)
        if add and isinstance(present, CannotShow):
            raise CannotOverwrite(str(self.verbose_name))
        sealed: Sealed = present.sealed
        return sealed

    def _sealed_anew(self, instance: models.Model, present: str) -> OpenedText:
        if isinstance(present, CannotShow):
            raise CannotOverwrite(str(self.verbose_name))
        fresh = instance.__dict__[self.attname] = self.sealed(instance, present)
        return fresh

    def get_prep_value(self, value: Any) -> bytes | None:
        if isinstance(value, Sealed):
            return value.envelope
        if value is not None and value != "":
            self._refuse(
                "Encrypted text is sealed row by row: save the instance (or bulk_create). "
                "It cannot be searched, written by update() or bulk_update(), or loaded from a fixture."
            )
        return None

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        envelope = value if prepared else self.get_prep_value(value)
        return None if envelope is None else connection.Database.Binary(envelope)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in ("exact", "isnull"):
            self._refuse(f"Encrypted text cannot be searched with “{lookup_name}”; only isnull works.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> NoReturn:
        self._refuse(f"Encrypted text cannot be searched with “{lookup_name}”; only isnull works.")

    def _refuse(self, reason: str) -> NoReturn:
        raise FieldError(f"{self}: {reason}")

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Text that cannot be shown cannot be judged either: it stays."""
        return value if isinstance(value, CannotShow) else super().clean(value, model_instance)

    def value_to_string(self, obj: models.Model) -> str:
        """A serialised row (dumpdata) never carries the text."""
        return "[sealed]"
