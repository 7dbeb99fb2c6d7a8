"""Bring the Spanish catalogue up to date: `make messages`.

Extracts every sentence that a reader may see, merges what is new into the catalogue, drops what is gone, and
compiles. No tool of the system is needed (few machines have xgettext): Babel reads the Python code, and reads
templates after Django's own `templatize` has turned them into something Python-like.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import template as django_templates

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = REPOSITORY / "src" / "beenthere"
LOCALE = PACKAGE / "foundation" / "locale"
PO = LOCALE / "es" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")

# Which argument is what: None is a plain message, (1, 2) has a plural, ((1, "c"), 2) has a context.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Sentences that live in data: file, and the keys whose values are shown.
DATA = {
    "support/rules/wording.toml": ("why", "suggestion"),
    "consent/texts/part2.toml": ("title",),
    "funding/payers/*/payer.toml": ("title", "notice"),
    "certification/jurisdictions/*/*.toml": ("words",),
}
# Where a sentence of the data comes from: titles of publications, which keep their language.
SOURCES = ("source", "sources")
# Names of pages, as `@endpoint(page="...")` gives them to the audit, stand in the catalogue in this context.
PAGE = "page"
# What a named person has to read before it is used with participants: the parts of `reviewed.toml`, and where
# their sentences stand. Such an entry carries `reviewed-by:`, empty until somebody has read it.
TO_BE_REVIEWED = {
    "consent": ("consent/",),
    "crisis": (
        "foundation/templates/components/crisis-strip",
        "foundation/templates/foundation/plain",
        "portal/templates/portal/help",
        "support/templates/support/_contact",
    ),
}
REVIEW_MARK = "reviewed-by:"
# The dates stand still: the same messages always give the same files.
HEADER = """\
# Spanish for BeenThere, for readers in the United States.
# Made with the help of a machine. Entries marked `reviewed-by:` are about consent or a crisis: a named person
# has to read each before it is used with participants. See docs/do/translate.md.
msgid ""
msgstr ""
"Project-Id-Version: BeenThere\\n"
"POT-Creation-Date: 2026-11-22 00:00+0000\\n"
"PO-Revision-Date: 2026-11-22 00:00+0000\\n"
"Last-Translator: machine help, not yet reviewed by a person\\n"
"Language: es\\n"
"Language-Team: es\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

Words = str | tuple[str, ...]


def extracted() -> Catalog:
    """Every message of the code, the templates and the data, in the order of the files."""
    catalog = Catalog(locale="es", fuzzy=False)
    for place, words, context in sorted(_found(), key=lambda found: found[0]):
        mark = [REVIEW_MARK] if review_part(place) else []
        catalog.add(words, locations=[(place, None)], context=context, user_comments=mark)
    return catalog


def review_part(place: str) -> str:
    """The part of `reviewed.toml` that the file at `place` belongs to, or nothing."""
    return next((part for part, places in TO_BE_REVIEWED.items() if place.startswith(places)), "")


def _found() -> Iterator[tuple[str, Words, str | None]]:
    for file in PACKAGE.rglob("*.py"):
        if "migrations" not in file.parts:
            yield from _messages(file, file.read_bytes())
            yield from ((_place(file), name, PAGE) for name in _page_names(file.read_text()))
    for pattern in ("*.html", "*.txt"):
        for file in PACKAGE.rglob(f"templates/**/{pattern}"):
            yield from _messages(file, _python_like(file.read_text()))
    for pattern, keys in DATA.items():
        for file in PACKAGE.glob(pattern):
            yield from (
                (_place(file), words, None) for words in _shown(tomllib.loads(file.read_text()), keys)
            )


def _place(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def _page_names(code: str) -> Iterator[str]:
    if "@endpoint(" in code:
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "endpoint":
                yield from (k.value.value for k in node.keywords if k.arg == "page" and _is_text(k.value))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _python_like(text: str) -> bytes:
    """What `templatize` makes, without its indentation, which would be an error in Python."""
    lines = django_templates.templatize(text).splitlines()
    return "\n".join(line.strip() for line in lines).encode()


def _messages(file: Path, content: bytes) -> Iterator[tuple[str, Words, str | None]]:
    for _line, function, found, _comments in extract_python(BytesIO(content), KEYWORDS, (), {}):
        arguments = found if isinstance(found, tuple) else (found,)
        context = arguments[0] if function.startswith(("pgettext", "npgettext")) else None
        said = arguments[1:] if context else arguments
        plural = function.startswith(("ngettext", "npgettext"))
        if said and said[0]:
            yield _place(file), tuple(said[:2]) if plural else said[0], context


def _shown(data: object, keys: tuple[str, ...]) -> Iterator[str]:
    """The texts under `keys`, wherever they stand."""
    if isinstance(data, list):
        for value in data:
            yield from _shown(value, keys)
    elif isinstance(data, dict):
        yield from (value for key, value in data.items() if key in keys and isinstance(value, str))
        for key, value in data.items():
            if key not in SOURCES:
                yield from _shown(value, keys)


def committed() -> Catalog:
    """The catalogue as it stands."""
    with PO.open("rb") as file:
        return read_po(file, locale="es")


def merged(now: Catalog, before: Catalog) -> Catalog:
    """`now` with the Spanish of `before`. Nothing is guessed: a sentence that changed has none yet."""
    catalog = Catalog(locale="es", fuzzy=False)
    for message in real(now):
        known = before.get(singular(message), message.context)
        same = known is not None and bool(known.pluralizable) == bool(message.pluralizable)
        catalog.add(
            message.id,
            known.string if same else None,
            locations=message.locations,
            context=message.context,
            user_comments=_review(message, known),
        )
    return catalog


def real(catalog: Catalog) -> list[Message]:
    """The messages of a catalogue; its first entry is only a header."""
    return [message for message in catalog if message.id]


def singular(message: Message) -> str:
    return message.id[0] if message.pluralizable else message.id


def spanish(message: Message) -> tuple[str, ...]:
    """What the message says in Spanish, once or once per plural form; empty texts where nothing is said."""
    return message.string if isinstance(message.string, tuple) else (message.string or "",)


def untranslated(catalog: Catalog) -> list[str]:
    return [singular(message) for message in real(catalog) if not all(spanish(message))]


def _review(message: Message, known: Message | None) -> list[str]:
    """A review that was written down stays; a new sentence of that kind asks for one."""
    written = [line for line in known.user_comments if line.startswith(REVIEW_MARK)] if known else []
    return written if written and message.user_comments else message.user_comments


def po_text(catalog: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalog, width=0, omit_header=True, ignore_obsolete=True)
    return HEADER.encode() + out.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main() -> None:
    catalog = merged(extracted(), committed())
    PO.write_bytes(po_text(catalog))
    MO.write_bytes(mo_bytes(committed()))
    missing = untranslated(catalog)
    print(f"{len(real(catalog))} messages, {len(missing)} without Spanish")  # noqa: T201
    for words in missing:
        print(f"  {words}")  # noqa: T201
    sys.exit(bool(missing))


if __name__ == "__main__":
    main()
