"""One action, one transaction, one audit event."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar, overload

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")


class WriteOutsideAction(RuntimeError):
    """A tenant table was written by something that is not an action."""


class AuditMissing(RuntimeError):
    """An action ended without exactly one audit event; it was undone."""


@dataclass
class OpenAction:
    name: str
    quiet: str
    events: list[str] = field(default_factory=list)


_open: ContextVar[OpenAction | None] = ContextVar("open_action", default=None)


def action_is_open() -> bool:
    return _open.get() is not None


def note_event(verb: str) -> None:
    opened = _open.get()
    if opened is not None:
        opened.events.append(verb)


@contextmanager
def opened(name: str, *, quiet: str = "") -> Iterator[OpenAction]:
    """A transaction that must leave one audit event; `quiet` gives the reason why it may leave none."""
    if action_is_open():
        raise RuntimeError(f"{name} was called inside an action: compose steps, not actions")
    ledger = OpenAction(name=name, quiet=quiet)
    token = _open.set(ledger)
    try:
        with transaction.atomic():
            yield ledger
            count = len(ledger.events)
            if count > 1 or (count == 0 and not quiet):
                raise AuditMissing(f"{name} left {count} audit events; an action leaves exactly one")
    finally:
        _open.reset(token)


@overload
def action(function: Callable[P, R]) -> Callable[P, R]: ...
@overload
def action(*, quiet: str) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def action(function: Callable[..., Any] | None = None, *, quiet: str = "") -> Any:
    """Mark a keyword-only function as an action. See `opened`."""

    def decorate(inner: Callable[P, R]) -> Callable[P, R]:
        @wraps(inner)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{inner.__name__} takes keyword arguments only")
            with opened(f"{inner.__module__}.{inner.__name__}", quiet=quiet):
                return inner(**kwargs)  # type: ignore[call-arg]

        run.is_action = True  # type: ignore[attr-defined]
        return run

    return decorate(function) if function else decorate


def step(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a write that is part of another context's action: it needs one open and leaves no event itself."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if not action_is_open():
            raise WriteOutsideAction(f"{function.__name__} is a step: call it from an action")
        return function(*args, **kwargs)

    run.is_step = True  # type: ignore[attr-defined]
    return run
