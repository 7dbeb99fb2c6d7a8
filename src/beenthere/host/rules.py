"""`beenthere rules`: the certification rules at the command line. No database, no Django, nothing kept."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from beenthere.certification.api import (
    YEARS,
    Credential,
    Record,
    RecordError,
    assess,
    assessment_json,
    assessment_text,
    credential_json,
    credential_row,
    credential_text,
    credentials,
    plan_json,
    plan_text,
    read_record,
    reciprocity_json,
    reciprocity_text,
    renewal,
    renewal_json,
    renewal_text,
)
from beenthere.certification.api import (
    plan as plan_goals,
)
from beenthere.certification.api import (
    reciprocity as reciprocity_between,
)


class RecordFile(click.ParamType):
    """A JSON file, or - for standard input. One that does not fit ends the command with 2."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Record:
        if isinstance(value, Record):
            return value
        try:
            told = sys.stdin.buffer.read() if value == "-" else Path(value).read_bytes()
            return read_record(told.decode("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as fault:
            self.fail(f"{value}: cannot be read: {fault}", param, ctx)
        except RecordError as fault:
            told = "\n".join(f"{value}: {line}" for line in str(fault).splitlines())
            self.fail(f"the record does not fit:\n{told}", param, ctx)


class CredentialKey(click.ParamType):
    """A credential such as OH/PRS."""

    name = "credential"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Credential:
        if isinstance(value, Credential):
            return value
        found = credentials().get(str(value).upper())
        if found is None:
            self.fail(f"{value!r} is no credential we know; `beenthere rules list` names them", param, ctx)
        return found


class Day(click.DateTime):
    """A day of the years that a record may speak of too."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        day: datetime = super().convert(value, param, ctx)
        least, most = YEARS
        if not least <= day.year <= most:
            self.fail(f"{value}: must be a day of the years {least} to {most}", param, ctx)
        return day


Command = Callable[..., None]
KEY = CredentialKey()
as_json = click.option("--json", "as_json", is_flag=True, help="Answer as JSON of a stable shape.")
with_record = click.option("--record", required=True, type=RecordFile(), help="JSON file, or - for stdin.")
on_day = click.option(
    "--on",
    type=Day(["%Y-%m-%d"]),
    default=lambda: datetime.now().astimezone().strftime("%Y-%m-%d"),
    help="The day to answer for, such as 2026-11-22. Today when left out.",
)


@click.group()
def rules() -> None:
    """Peer support certification, state by state: what is asked for, and how far a record is.

    \b
    beenthere rules list
    beenthere rules show OH --on 2026-11-22
    beenthere rules certify --credential OH/PRS --record mine.json --on 2026-11-22

    Information, not the issuer's decision. Exit codes: 0 answered, 2 bad input.
    """


@rules.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Name every credential."""
    rows = [credential_row(one) for one in credentials().values()]
    answer = {"status": "listed", "credentials": rows}
    _say(answer, (f"{row['credential']:<16} {row['title']}" for row in rows), as_json)


@rules.command()
@click.argument("place")
@on_day
@as_json
def show(place: str, on: datetime, as_json: bool) -> None:
    """Show what a place (OH) or one credential (OH/PRS) asks for."""
    found = [one for one in credentials().values() if place.upper() in (one.jurisdiction, one.key)]
    if not found:
        raise click.BadParameter(f"{place!r} is no place or credential we know", param_hint="PLACE")
    day = on.date()
    answer = {"status": "shown", "credentials": [credential_json(one, day) for one in found]}
    lines = (line for one in found for line in ["", *credential_text(one, day)])
    _say(answer, lines, as_json)


@rules.command()
@click.option("--credential", required=True, type=KEY)
@with_record
@on_day
@as_json
def certify(credential: Credential, record: Record, on: datetime, as_json: bool) -> None:
    """Hold a record against a credential, requirement by requirement."""
    told = assess(record, credential, on.date())
    _say(assessment_json(told), assessment_text(told), as_json)


@rules.command()
@click.option("--credential", required=True, type=KEY)
@with_record
@on_day
@as_json
def renew(credential: Credential, record: Record, on: datetime, as_json: bool) -> None:
    """Say when a credential ends, and what its renewal still asks for."""
    told = renewal(record, credential, on.date())
    _say(renewal_json(told), renewal_text(told), as_json)


@rules.command()
@click.option("--to", required=True, type=KEY)
@click.option("--from", "from_", type=KEY, help="Needed when the record holds several credentials.")
@with_record
@on_day
@as_json
def reciprocity(
    to: Credential, from_: Credential | None, record: Record, on: datetime, as_json: bool
) -> None:
    """Say what a credential held elsewhere is worth in another place."""
    held = from_ or _only_one(record)
    if held is to:
        raise click.BadParameter(f"{to.key} is where you go, too: name another one", param_hint="--from")
    told = reciprocity_between(record, held, to, on.date())
    _say(reciprocity_json(told), reciprocity_text(told), as_json)


@rules.command()
@click.option("--goal", "goals", required=True, multiple=True, type=KEY)
@with_record
@on_day
@as_json
def plan(goals: tuple[Credential, ...], record: Record, on: datetime, as_json: bool) -> None:
    """Say what is still needed for several credentials at once."""
    told = plan_goals(record, goals, on.date())
    _say(plan_json(told), plan_text(told), as_json)


def _only_one(record: Record) -> Credential:
    """The one credential of the record."""
    held = {one.credential.upper() for one in record.credentials}
    if len(held) != 1:
        named = ", ".join(sorted(held)) or "no credential"
        raise click.BadParameter(f"the record holds {named}: say which one with --from", param_hint="--from")
    return KEY.convert(held.pop(), None, click.get_current_context())


def _say(answer: Mapping[str, Any], lines: Iterable[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(lines))
