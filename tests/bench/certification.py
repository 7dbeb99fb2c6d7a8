"""How fast the certification rules answer: `make bench-certification`.

Prints how long all jurisdictions take to load at start (aim: less than 300 ms), how many assessments a second
one process makes of one credential and of all, and how long the explorer's pages take through the WSGI
application, without a server or a network in between. `--publish` writes it into docs/look-up/benchmarks.md.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from importlib import import_module
from typing import Any

import click
import django
from django.core.management import call_command
from django.test import RequestFactory

from beenthere.certification.api import Record, assess, credentials, plan
from beenthere.certification.rules.record import ExamEntry, HourEntry, Studies
from beenthere.certification.rules.vocabulary import Mode, Schooling, Work
from bench.measure import percentile
from bench.page import put_section
from bench.report import machine

LOAD_AIM_MS = 300
ON = date(2026, 11, 22)
LOAD = """
import time
began = time.perf_counter()
from beenthere.certification.jurisdictions.loader import credentials
imported = time.perf_counter()
credentials()
print(imported - began, time.perf_counter() - imported, time.process_time())
"""
OHIO = "/certification/need/oh/prs/"
THIRTY = {
    "q-training": "30",
    "q-training-on-e-academy": "6",
    "q-stated-three-years-experience": "no",
    "go": "answer",
}
GETS = {
    "map and table": "/certification/",
    "state page (Ohio)": "/certification/in/oh/",
    "state page (Texas, two credentials)": "/certification/in/tx/",
    "four compared": "/certification/compare/?with=OH/PRS&with=TX/MHPS&with=KY/RADPSS&with=ICRC/PR",
    "first step of the wizard": OHIO,
}


def loads(times: int) -> list[list[float]]:
    """Milliseconds, each time in a fresh process: to import the rules, to load all jurisdictions, and of
    processor time from the start of the process until then.
    """
    asked = [sys.executable, "-c", LOAD]
    told = [
        subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split() for _ in range(times)
    ]
    return [[float(value) * 1e3 for value in one] for one in told]


def record() -> Record:
    """Forty entries of three years: courses on four domains, jobs, supervision, continuing education."""
    domains = ("advocacy", "mentoring", "recovery", "ethics")
    entries = [
        HourEntry(
            id=str(number),
            spent_on=list(Work)[number % 4],
            hours=Fraction(12 + number),
            first=ON - timedelta(days=1000 - 20 * number),
            last=ON - timedelta(days=990 - 20 * number),
            domain=domains[number // 4 % 4],
            mode=list(Mode)[number % 3],
        )
        for number in range(40)
    ]
    return Record(
        hours=tuple(entries),
        exams=(ExamEntry(exam="icrc-pr", passed_on=ON),),
        education=(Studies(level=Schooling.HIGH_SCHOOL),),
        birth_date=date(1990, 1, 1),
        recovery_since=date(2020, 1, 1),
        references=3,
        background_check_passed=True,
    )


def rate(work: Callable[[], object], seconds: float) -> float:
    """Times a second, the median of five stretches."""
    work()
    told = []
    for _ in range(5):
        done, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds / 5:
            work()
            done += 1
        told.append(done / (time.perf_counter() - began))
    return statistics.median(told)


def rates(seconds: float) -> Mapping[str, float]:
    whole, own = record(), credentials()
    goals = [own[key] for key in ("OH/PRS", "ICRC/PR", "CA/CMPSS")]
    return {
        "assessments of one credential (OH/PRS)": rate(lambda: assess(whole, own["OH/PRS"], ON), seconds),
        f"times all {len(own)} credentials are assessed": rate(
            lambda: [assess(whole, one, ON) for one in own.values()], seconds
        ),
        "plans for three goals": rate(lambda: plan(whole, goals, ON), seconds),
    }


class Pages:
    """The WSGI application as a server calls it. The explorer asks no database, so none is there."""

    def __init__(self) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beenthere.config.settings")
        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)
        # Not at the top of the file: it is built on import, by the environment that `bench` has set by now.
        self.application = import_module("beenthere.config.wsgi").application

    def ask(self, path: str, form: Mapping[str, str] | None = None, cookie: str = "") -> tuple[str, str, str]:
        """Status, cookie set and page."""
        factory = RequestFactory(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en", HTTP_COOKIE=cookie)
        request = factory.get(path) if form is None else factory.post(path, form)
        told: list[Any] = []
        body = b"".join(self.application(request.environ, lambda *answer: told.extend(answer)))
        headers = dict(told[1])
        return told[0], headers.get("Set-Cookie", "").partition(";")[0], body.decode()

    def answer(self) -> Callable[[], str]:
        """Thirty hours in Ohio, sent with the token of the page before."""
        _status, cookie, page = self.ask(OHIO)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, "the wizard's first step has no form"
        form = {**THIRTY, "csrfmiddlewaretoken": token[1]}
        return lambda: self.ask(OHIO, form, cookie)[0]


def waits(times: int) -> Iterator[tuple[str, list[float]]]:
    pages = Pages()
    asks = {name: lambda path=path: pages.ask(path)[0] for name, path in GETS.items()}  # type: ignore[misc]
    for name, ask in {**asks, "answer of the wizard (Ohio, 30 hours)": pages.answer()}.items():
        told = [_timed(ask) for _ in range(times + 5)][5:]
        yield name, sorted(told)


def _timed(ask: Callable[[], str]) -> float:
    began = time.perf_counter()
    status = ask()
    took = (time.perf_counter() - began) * 1e3
    if not status.startswith("200"):
        raise click.ClickException(f"a page answered {status}")
    return took


def lines(seconds: float, times: int) -> Iterator[str]:
    told = loads(9)
    imported, loaded, processor = (statistics.median(one) for one in zip(*told, strict=True))
    whole = statistics.median(one + two for one, two, _ in told)
    yield f"| At start, median of {len(told)} fresh processes | ms |"
    yield "| --- | ---: |"
    yield f"| import the rules | {imported:.0f} |"
    yield f"| load all jurisdictions | {loaded:.0f} |"
    yield f"| both; aim < {LOAD_AIM_MS}: {'met' if whole < LOAD_AIM_MS else 'MISSED'} | {whole:.0f} |"
    yield f"| processor time, the start of Python included | {processor:.0f} |"
    yield from ("", "| One process, a record of 40 entries | a second |", "| --- | ---: |")
    yield from (f"| {name} | {value:,.0f} |" for name, value in rates(seconds).items())
    yield from ("", f"| Page, {times} times, ms | median | p95 |", "| --- | ---: | ---: |")
    for name, waited in waits(times):
        yield f"| {name} | {statistics.median(waited):.1f} | {percentile(waited, 95):.1f} |"


@click.command()
@click.option(
    "--seconds", default=5.0, type=click.FloatRange(min=0.5), help="How long each rate is measured."
)
@click.option("--times", default=200, type=click.IntRange(min=20), help="How often each page is asked for.")
@click.option("--publish", "published", is_flag=True, help="Write docs/look-up/benchmarks.md.")
def bench(seconds: float, times: int, published: bool) -> None:
    """Measure the certification rules on this machine."""
    with tempfile.TemporaryDirectory() as state:
        os.environ.setdefault("BEENTHERE_STATE", state)
        figures = []
        for line in lines(seconds, times):
            click.echo(line)
            figures.append(line)
    if published:
        put_section("certification", "Certification rules", machine(), figures)


if __name__ == "__main__":
    bench(prog_name="make bench-certification")
