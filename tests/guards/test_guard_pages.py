"""Guard 13 and our words: templates used and without inline code; text that names people first."""

import ast
import re
from collections.abc import Iterable, Iterator

import pytest
from codebase import PACKAGE, Source, sources, templates, without_migrations

# -- none unused

FOUND_BY_NAME = {
    "400.html": "Django",
    "403.html": "Django",
    "404.html": "Django",
    "500.html": "Django",
    "403_csrf.html": "Django",
    "429.html": "allauth",
    "account/": "allauth",
    "mfa/": "allauth",
    "components/": "the component tag, by the component's name",
    "foundation/forms/": "the form renderer",
    "django/forms/": "the form renderer",
}
_QUOTED = re.compile(r"""["']([\w./-]+\.(?:html|txt))["']""")


def mentioned(texts: Iterable[str]) -> set[str]:
    return {name for text in texts for name in _QUOTED.findall(text)}


def unused(names: Iterable[str], used: set[str]) -> list[str]:
    return [
        f"{name} is used by nothing"
        for name in names
        if name not in used and not any(name.startswith(known) for known in FOUND_BY_NAME)
    ]


def test_no_template_is_unused() -> None:
    used = mentioned([source.text for source in sources()]) | mentioned([text for _name, text in templates()])
    assert unused([name for name, _text in templates()], used) == []


def test_an_unused_template_is_found() -> None:
    used = mentioned(
        ['return render(request, "support/person.html", {})', "{% include 'support/_line.html' %}"]
    )
    assert unused(["support/person.html", "support/_line.html", "planted.html"], used) == [
        "planted.html is used by nothing"
    ]


def test_templates_that_are_named_are_there() -> None:
    there = {name for name, _text in templates()}
    ours = {name for name in mentioned([s.text for s in without_migrations()]) if "/" in name}
    theirs = re.compile(r"(admin|django|allauth|account|mfa|components)/")
    assert sorted(name for name in ours - there if not theirs.match(name) and "{" not in name) == []


# -- each component has an example


def without_example(names: Iterable[str]) -> list[str]:
    names = set(names)
    components = {
        n.removeprefix("components/") for n in names if re.fullmatch(r"components/[a-z-]+\.html", n)
    }
    return [
        f"{name} has no example" for name in sorted(components) if f"components/examples/{name}" not in names
    ]


def test_each_component_has_an_example() -> None:
    assert without_example(name for name, _text in templates()) == []


def test_a_component_without_an_example_is_found() -> None:
    assert without_example(["components/planted.html", "components/_part.html"]) == [
        "planted.html has no example"
    ]


# -- nothing inline: the content policy would refuse it, and the page would break in silence

INLINE = {
    r"<[a-z][^>]*\sstyle\s*=": "an inline style",
    r"<style[\s>]": "an inline style sheet",
    r"<[a-z][^>]*\son[a-z]+\s*=": "an inline event handler",
    r"<script(?![^>]*\ssrc\s*=)(?![^>]*type=.application/json)": "an inline script",
    r"href\s*=\s*[\"']javascript:": "a javascript: link",
    r"\|\s*safe\b": "the filter safe",
    r"\{%\s*autoescape off": "unescaped text",
    r"https?://(?!localhost)(?!www\.w3\.org/)[^\"'\s]*\.(?:js|css|woff2?)": "a file of another site",
}


def inline(name: str, text: str) -> Iterator[str]:
    plain = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.S)
    for pattern, what in INLINE.items():
        if re.search(pattern, plain, re.IGNORECASE):
            yield f"{name} has {what}"


def test_templates_hold_nothing_inline() -> None:
    pages = [(name, text) for name, text in templates() if name.endswith(".html")]
    assert [said for name, text in pages for said in inline(name, text)] == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        '<a onclick="go()">',
        "<script>go()</script>",
        '<a href="javascript:go()">',
        "{{ words|safe }}",
        '<script src="https://cdn.example.com/x.js">',
    ],
)
def test_something_inline_is_found(planted: str) -> None:
    assert len(list(inline("planted.html", planted))) >= 1


def unguarded_forms(name: str, text: str) -> Iterator[str]:
    for form in re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, re.IGNORECASE | re.S):
        if "csrf_token" not in form:
            yield f"{name} has a form that posts without csrf_token"


def test_forms_that_post_carry_the_token() -> None:
    assert [said for name, text in templates() for said in unguarded_forms(name, text)] == []
    assert len(list(unguarded_forms("planted.html", '<form method="post"></form>'))) == 1


# -- our words

NEVER = {
    "addict": "a person who uses",
    "addicts": "people who use",
    "abuser": "a person who uses",
    "substance abuse": "substance use",
    "drug abuse": "drug use",
    "alcoholic": "a person with alcohol use disorder",
    "junkie": "a person who uses",
    "clean and sober": "in recovery",
    "stay clean": "in recovery",
    "clean time": "time in recovery",
    "dirty": "positive (of a test)",
    "non-compliant": "say what happened",
    "noncompliant": "say what happened",
    "committed suicide": "died by suicide",
    "schizophrenic": "a person with schizophrenia",
    "mentally ill": "a person with a mental health condition",
    "frequent flyer": "say what happened",
    "client failed": "say what happened",
    "no-show": "missed visit",
    "manipulative": "say what happened",
    "suffers from": "has",
    "medication-assisted": "medication for",
}
_WORDS = {term: re.compile(rf"(?<![\w-]){re.escape(term)}(?![\w-])", re.IGNORECASE) for term in NEVER}


def stigma(place: str, text: str) -> Iterator[str]:
    for term, pattern in _WORDS.items():
        if pattern.search(text):
            yield f"{place} says “{term}”: {NEVER[term]}"


def shown_words(source: Source) -> Iterator[str]:
    """Every text in the code that a person may read: docstrings and comments are ours."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(source.tree):
        words = node.value if isinstance(node, ast.Constant) else None
        if isinstance(words, str) and " " in words and id(node) not in docstrings:
            yield words


def visible_words(text: str) -> str:
    """A template without comments, tags of the template language and attributes of elements."""
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.S)
    quoted = " ".join(re.findall(r"\{%\s*(?:block)?trans(?:late)?\s+[\"'](.*?)[\"']", text))
    return quoted + " " + re.sub(r"\{%.*?%\}|<[^>]*>", " ", text, flags=re.S)


def test_templates_name_people_first() -> None:
    assert [said for name, text in templates() for said in stigma(name, visible_words(text))] == []


def test_messages_name_people_first() -> None:
    found = [
        said
        for source in without_migrations()
        if not source.place.startswith("support/rules/")
        for words in shown_words(source)
        for said in stigma(source.place, words)
    ]
    assert found == []


def test_a_word_that_wounds_is_found() -> None:
    assert len(list(stigma("planted", "She is a former addict."))) == 1
    assert list(stigma("planted", "addiction medicine")) == []
    assert len(list(stigma("planted", visible_words('{% translate "Non-compliant" %}')))) == 1


def test_no_word_of_the_workplace_is_in_the_code() -> None:
    """The project explains itself; it does not tell how it was made."""
    told = re.compile(r"\b(TODO|FIXME|XXX|lorem ipsum)\b")
    files = [(s.place, s.text) for s in sources()] + list(templates())
    assert [name for name, text in files if told.search(text)] == []
    assert told.search("# TODO: later")
    assert PACKAGE.is_dir()
