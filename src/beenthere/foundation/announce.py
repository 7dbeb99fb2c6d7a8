"""What happened in a lower context, told upward without importing upward.

A lower context announces a frozen event inside its action; higher contexts listen from their `apps.py`.
Listeners run at once and in the same transaction: if one fails, everything is undone together.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

_listeners: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def listen(event_type: type, listener: Callable[[Any], None]) -> None:
    if listener not in _listeners[event_type]:
        _listeners[event_type].append(listener)


def announce(event: object) -> None:
    for listener in _listeners[type(event)]:
        listener(event)
