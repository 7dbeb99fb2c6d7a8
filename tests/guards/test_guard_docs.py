"""The documentation is held to what is there: links, paths, words, commands, settings, numbers."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pages_from_code
from codebase import CONTEXTS, PACKAGE, REPOSITORY, sources

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"```.*?```", re.DOTALL)
TICKED = re.compile(r"`((?:src|tests|docs|deploy|requirements|\.ci)/[^`*<>\s…]+)`")
# Folders of somebody's machine. What a server is told to use is below /opt, /etc, /var and /run.
MACHINE = re.compile(r"(?<![\w.~/-])/(?:home|Users|work|tmp|root/(?!beenthere\.dump))[\w/]")
INDEX = re.compile(r"pypi\.org|pythonhosted|--(?:extra-)?index-url|--find-links")
VARIABLE = re.compile(r"\b(?:BEENTHERE_[A-Z_]+[A-Z]|DATABASE_(?:[A-Z]+_)?URL)\b")


def pages() -> dict[str, str]:
    """Every Markdown page that is kept, by its path from the root."""
    inside = (
        file for folder in ("docs", "src", "tests", "deploy") for file in (REPOSITORY / folder).rglob("*.md")
    )
    theirs = {"vendor", "node_modules"}
    found = (file for file in (*REPOSITORY.glob("*.md"), *inside) if not theirs & set(file.parts))
    return {str(file.relative_to(REPOSITORY)): file.read_text() for file in sorted(found)}


def broken_links(name: str, text: str) -> Iterator[str]:
    for target in LINK.findall(FENCED.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = unquote(target).partition("#")
        found = (REPOSITORY / name).parent / path if path else REPOSITORY / name
        if not found.exists():
            yield f"{name}: {target} leads nowhere"
        elif anchor and anchor not in anchors(found.read_text()):
            yield f"{name}: {target} has no such heading"


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", FENCED.sub("", text), re.MULTILINE)
    named = set(re.findall(r'<a id="([\w-]+)"></a>', text))
    return named | {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def missing_paths(name: str, text: str) -> Iterator[str]:
    for path in TICKED.findall(text):
        if not (REPOSITORY / path.rstrip("/")).exists():
            yield f"{name}: there is no {path}"


def unfit(name: str, text: str) -> Iterator[str]:
    if MACHINE.search(text):
        yield f"{name}: names a folder of one machine ({MACHINE.search(text)})"
    if INDEX.search(text):
        yield f"{name}: names a package index; whoever has a mirror sets it for pip"


def test_links_lead_somewhere() -> None:
    assert [said for name, text in pages().items() for said in broken_links(name, text)] == []


def test_paths_are_there() -> None:
    assert [said for name, text in pages().items() for said in missing_paths(name, text)] == []


def test_no_page_names_one_machine_or_an_index() -> None:
    locks = {
        str(p.relative_to(REPOSITORY)): p.read_text() for p in (REPOSITORY / "requirements").glob("*.txt")
    }
    assert [said for name, text in {**pages(), **locks}.items() for said in unfit(name, text)] == []


def test_planted_faults_are_found() -> None:
    text = "[a](nowhere.md) [b](README.md#no-such-heading) `src/beenthere/nothing.py`"
    assert len(list(broken_links("README.md", text))) == 2
    assert len(list(missing_paths("README.md", text))) == 1
    for planted in ("see /home/kim/x", "--index-url elsewhere"):
        assert len(list(unfit("README.md", planted))) == 1
    assert list(unfit("README.md", "in /var/lib/beenthere and /opt/beenthere")) == []


def repeated(names: list[str]) -> set[str]:
    numbers = [name[:4] for name in names]
    return {number for number in numbers if numbers.count(number) > 1 or not number.isdecimal()}


def test_decisions_are_numbered_once_headed_so_and_listed() -> None:
    records = sorted((REPOSITORY / "docs" / "decisions").glob("[!R]*.md"))
    index = (REPOSITORY / "docs" / "decisions" / "README.md").read_text()
    assert repeated([record.name for record in records]) == set()
    assert [r.name for r in records if not r.read_text().startswith(f"# {r.name[:4]}. ")] == []
    assert [r.name for r in records if f"({r.name})" not in index] == []
    assert repeated(["0001-one.md", "0001-other.md", "new.md"]) == {"0001", "new."}


def test_each_part_of_the_house_explains_itself() -> None:
    parts = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").is_file()}
    assert [name for name in sorted(parts) if not (PACKAGE / name / "README.md").is_file()] == []
    assert parts & CONTEXTS, "the guard looks at the right folder"
    house = (REPOSITORY / "README.md").read_text()
    assert [name for name in sorted(parts) if f"  {name}/" not in house] == []


def unknown_words(text: str) -> Iterator[str]:
    for dotted in re.findall(r"\| `([\w.]+)` \|$", text, re.MULTILINE):
        if not is_there(f"beenthere.{dotted}"):
            yield dotted


def is_there(dotted: str) -> bool:
    """A module, or something in one."""
    module, _dot, name = dotted.rpartition(".")
    try:
        importlib.import_module(dotted)
    except ModuleNotFoundError:
        if not module or module == "beenthere":
            return False
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError:
            return is_there_inside(module, name)
        return hasattr(found, name)
    return True


def is_there_inside(holder: str, name: str) -> bool:
    """`holder` is a class: its module, its name."""
    module, _dot, class_name = holder.rpartition(".")
    return hasattr(getattr(importlib.import_module(module), class_name, None), name)


def test_the_glossary_says_where_its_words_live() -> None:
    text = (REPOSITORY / "GLOSSARY.md").read_text()
    assert text.count("| `") > 50
    assert list(unknown_words(text)) == []
    assert list(unknown_words("| x | y | `support.models.Nothing` |\n")) == ["support.models.Nothing"]


def test_the_glossary_has_one_entry_for_a_word() -> None:
    words = re.findall(r"^\| ([^|]+) \|", (REPOSITORY / "GLOSSARY.md").read_text(), re.MULTILINE)
    entries = [word for word in words if word not in {"Word", "---"}]
    assert sorted(set(entries)) == sorted(entries)


def test_pages_made_from_code_are_current() -> None:
    for name, page in pages_from_code.PAGES.items():
        stale = f"docs/look-up/{name} is stale: run {pages_from_code.COMMAND}"
        assert (pages_from_code.LOOK_UP / name).read_text() == page(), stale


def test_every_setting_is_listed_and_every_listed_one_is_read() -> None:
    listed = set(VARIABLE.findall((REPOSITORY / "docs" / "look-up" / "settings.md").read_text()))
    ours = {name for source in sources() for name in VARIABLE.findall(source.text)}
    read_in_tests = {
        name
        for file in Path(REPOSITORY / "tests").rglob("*.py")
        for name in VARIABLE.findall(file.read_text())
    }
    assert sorted(ours - listed) == []
    assert sorted(listed - ours - read_in_tests) == []
