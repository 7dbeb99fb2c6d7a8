"""Makes the pages of docs/look-up that the code itself can tell: `python tests/guards/pages_from_code.py`."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

LOOK_UP = Path(__file__).resolve().parents[2] / "docs" / "look-up"
COMMAND = "python tests/guards/pages_from_code.py"
MADE = f"*This page is made from the code. Do not edit it; run `{COMMAND}`.*"


def command_line() -> str:
    """What each command says about itself."""
    from beenthere.host.cli import beenthere

    opening = (
        f"# The command line\n\n{MADE}\n\nIn a checkout the program is `.venv/bin/beenthere`. Commands beside"
        " a running BeenThere use its database; alone, they start the database and stop it again.\n"
    )
    return opening + "".join(_helped(beenthere, None, "beenthere"))


def _helped(command: click.Command, parent: click.Context | None, name: str) -> Iterator[str]:
    context = click.Context(command, parent=parent, info_name=name, terminal_width=96)
    level = "##" if parent is None or parent.parent is None else "###"
    help_text = "\n".join(f"    {line}".rstrip() for line in command.get_help(context).splitlines())
    yield f"\n{level} {context.command_path}\n\n{help_text}\n"
    if isinstance(command, click.Group):
        for name_below in command.list_commands(context):
            below = command.get_command(context, name_below)
            assert below is not None
            yield from _helped(below, context, name_below)


def roles() -> str:
    """Who may do what: every role, every permission."""
    from django.utils import translation

    with translation.override("en"):
        return "".join(_roles())


def _roles() -> Iterator[str]:
    from beenthere.trust.access import ROLE_DESCRIPTIONS, permits

    declared = sorted(permits().items())
    yield f"# Roles\n\n{MADE}\n\n"
    yield (
        "A role is given in one program or in the whole organization, and counts from the next click."
        " Somebody with several roles may do what the roles allow together. What of a person's record a role"
        " sees is another table: [who sees what](../rulebook/visibility.md).\n"
    )
    for role, description in ROLE_DESCRIPTIONS.items():
        yield f"\n## {description.title}\n\n{description.does}\n\n"
        yield from (f"- {permit.sentence}\n" for _key, permit in declared if role in permit.roles)
    titles = [str(description.title) for description in ROLE_DESCRIPTIONS.values()]
    yield "\n## All of them\n\nThe keys are stored in the database and never change.\n\n"
    yield f"| permission | {' | '.join(titles)} |\n|---|{':-:|' * len(titles)}\n"
    for key, permit in declared:
        marks = ("yes" if role in permit.roles else "" for role in ROLE_DESCRIPTIONS)
        yield f"| `{key}` | {' | '.join(marks)} |\n"


PAGES: dict[str, Callable[[], str]] = {"command-line.md": command_line, "roles.md": roles}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beenthere.config.settings")
    os.environ.setdefault("BEENTHERE_SECRET_KEY", "only to read the code; nothing is signed with it")
    import django

    django.setup()
    for name, page in PAGES.items():
        (LOOK_UP / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"wrote docs/look-up/{name}\n")


if __name__ == "__main__":
    main()
