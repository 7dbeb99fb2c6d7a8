"""Work for later, queued in the same database. A job says as whom it acts and takes ids only.

    @job(name="funding.count_units", as_whom=as_organization("billing"))
    def count_units(organization_id: UUID, encounter_id: UUID) -> None: ...

    count_units.later(organization_id=..., encounter_id=...)

It is enqueued in the transaction that is open: a job of a write that was undone never runs. Names are
stored in the queue, so they are frozen. A context imports its `jobs` in its `apps.py`.
"""

import inspect
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.tasks import Task

from beenthere.foundation import clock

Ids = Mapping[str, UUID]


@dataclass(frozen=True, kw_only=True)
class AsWhom:
    """As whom a job acts: in words, how it is opened, and the ids it takes for that."""

    words: str
    opened: Callable[[Ids], AbstractContextManager[Any]]
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Job:
    name: str
    as_whom: AsWhom
    takes: frozenset[str]
    cron: str
    function: Callable[..., None]
    task: Task

    def later(self, **ids: UUID) -> int:
        """Enqueue it. Returns the number of the queued job."""
        self._check(ids)
        return self.task.defer(**{name: str(id_) for name, id_ in ids.items()})

    def now(self, **ids: UUID) -> None:
        """Do it at once, as whom it acts."""
        self._check(ids)
        with self.as_whom.opened(ids):
            self.function(**ids)

    def _check(self, ids: Ids) -> None:
        if set(ids) != self.takes or not all(isinstance(id_, UUID) for id_ in ids.values()):
            raise TypeError(f"{self.name} takes the ids {sorted(self.takes)} and nothing else")


# Of a job that took its worker with it each time, such as one that needs more memory than there is.
MOST_ENDS_IN_THE_MIDDLE = 3
log = logging.getLogger(__name__)
_jobs: dict[str, Job] = {}


def jobs() -> dict[str, Job]:
    return dict(_jobs)


def job(
    *, name: str, as_whom: AsWhom, cron: str = "", attempts: int = 5
) -> Callable[[Callable[..., None]], Job]:
    """Declare a job, tried up to `attempts` times.

    `cron` repeats it (a sixth field counts seconds). Such a job takes no ids, is not tried again when it
    fails, since its next turn comes, and never waits twice in the queue.
    """

    def decorate(function: Callable[..., None]) -> Job:
        takes = _ids_of(name, function)
        if not as_whom.needs <= takes:
            raise TypeError(f"{name} acts as {as_whom.words} and must take {sorted(as_whom.needs)}")
        if cron and takes:
            raise TypeError(f"{name} repeats by the clock, which knows no ids")
        _jobs[name] = Job(
            name=name,
            as_whom=as_whom,
            takes=takes,
            cron=cron,
            function=function,
            task=_task(name, cron, attempts),
        )
        return _jobs[name]

    return decorate


def retry_stalled() -> int:
    """Put jobs back whose worker was killed in the middle. Returns how many.

    What such a job had done was rolled back with its connection, so it begins anew. A living worker says so
    every ten seconds; after thirty without a word it counts as dead.
    """
    manager = app.job_manager
    stalled = list(async_to_sync(manager.get_stalled_jobs)())
    for one in stalled:
        if one.attempts < MOST_ENDS_IN_THE_MIDDLE:
            async_to_sync(manager.retry_job)(one, retry_at=clock.now())
        else:
            async_to_sync(manager.finish_job)(one, Status.FAILED, delete_job=False)
            log.error("%s (job %s) ended its worker %s times; given up.", one.task_name, one.id, one.attempts)
    return len(stalled)


def _ids_of(name: str, function: Callable[..., None]) -> frozenset[str]:
    parameters = inspect.signature(function).parameters.values()
    others = [p.name for p in parameters if p.annotation is not UUID]
    if others:
        raise TypeError(f"{name}: {', '.join(others)} must be an id (UUID): the queue keeps ids, never words")
    return frozenset(p.name for p in parameters)


def _task(name: str, cron: str, attempts: int) -> Task:
    def run(**arguments: Any) -> None:
        arguments.pop("timestamp", None)  # the clock's, for jobs that repeat
        _jobs[name].now(**{key: UUID(value) for key, value in arguments.items()})

    if not cron:
        retry = RetryStrategy(max_attempts=attempts, exponential_wait=4)
        return app.task(name=name, retry=retry)(run)
    task = app.task(name=name, queueing_lock=name)(run)
    return app.periodic(cron=cron, periodic_id=name)(task)  # type: ignore[arg-type]
