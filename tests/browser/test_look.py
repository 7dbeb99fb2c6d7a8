"""The look: contrast, one place for colours, small files, and a register that agrees with the templates."""

import gzip
import importlib.util
import re
from pathlib import Path

import pytest

from beenthere import foundation
from beenthere.foundation.components import REGISTER
from beenthere.foundation.drawn import drawing

HOUSE = Path(foundation.__file__).parent
STATIC = HOUSE / "static" / "foundation"
TEMPLATES = HOUSE / "templates"
REPOSITORY = Path(__file__).parents[2]

Tokens = dict[str, str]


def tokens_of(selector: str) -> Tokens:
    """The custom properties of the first block that begins with `selector`."""
    css = (STATIC / "tokens.css").read_text()
    block = css[css.index(selector) :].split("{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


LIGHT = tokens_of(":root {")
DARK = {**LIGHT, **tokens_of(':root[data-theme="dark"]')}
GROUNDS = ("paper", "surface", "sunken")
TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-soft", "primary", "accent") for ground in GROUNDS),
    *((ink, "primary-soft") for ink in ("ink", "ink-soft", "primary", "primary-strong")),
    ("ink", "accent-soft"),
    ("ink-soft", "sunken"),
    ("on-primary", "primary"),
    ("on-primary", "primary-strong"),
    ("on-danger", "danger"),
    ("on-danger", "danger-strong"),
    *((tone, f"{tone}-soft") for tone in ("info", "success", "warning", "danger")),
    *(("ink", f"{tone}-soft") for tone in ("info", "success", "warning", "danger")),
    ("danger", "paper"),
    ("danger", "surface"),
    *((f"on-tint-{n}", f"tint-{n}") for n in range(1, 5)),
]
EDGE_PAIRS = [
    *(("edge", ground) for ground in GROUNDS),
    *(("focus", ground) for ground in (*GROUNDS, "primary-soft", "danger-soft", "info-soft")),
    ("primary", "surface"),
]


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def too_weak(theme: Tokens, pairs: list[tuple[str, str]], least: float) -> list[str]:
    found = ((ink, ground, contrast(theme[ink], theme[ground])) for ink, ground in pairs)
    return [
        f"{ink} on {ground} is {ratio:.2f}, needs {least}" for ink, ground, ratio in found if ratio < least
    ]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_and_edges_can_be_seen(theme: Tokens) -> None:
    assert too_weak(theme, TEXT_PAIRS, 4.5) == []
    assert too_weak(theme, EDGE_PAIRS, 3.0) == []


def test_the_contrast_check_bites() -> None:
    assert too_weak({"ink": "#999999", "paper": "#ffffff"}, [("ink", "paper")], 4.5) != []
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_dark_by_choice_and_dark_by_device_are_the_same() -> None:
    assert tokens_of(":root:not([data-theme])") == tokens_of(':root[data-theme="dark"]')


def test_only_the_tokens_name_a_colour() -> None:
    for sheet in ("base.css", "theme.css", "components.css"):
        found = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,)\s}])", (STATIC / sheet).read_text())
        assert found == [], f"{sheet} names {found}; put the colour into tokens.css"


def test_every_token_that_is_used_exists() -> None:
    known = set(LIGHT) | {"tone", "tone-soft", "tint", "on-tint"}
    for sheet in STATIC.glob("*.css"):
        used = set(re.findall(r"var\(--([\w-]+)", sheet.read_text()))
        assert used <= known, f"{sheet.name} uses {used - known}, which tokens.css does not have"


def test_what_a_phone_loads_is_small() -> None:
    def weight(files: list[Path]) -> int:
        return sum(len(gzip.compress(one.read_bytes(), 9)) for one in files)

    assert weight(list(STATIC.glob("*.css"))) <= 30_000
    assert weight([*STATIC.glob("vendor/htmx/*.js"), *STATIC.glob("elements/*.js")]) <= 40_000


def test_no_template_carries_a_style_or_an_inline_script() -> None:
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:", text), template
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), template


def test_elements_write_no_html_and_run_no_text() -> None:
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|\.style\b"
    for element in STATIC.glob("elements/*.js"):
        assert not re.search(unsafe, element.read_text()), element


def test_every_component_has_its_template_or_drawing_and_its_example() -> None:
    known = {one.name for one in REGISTER}
    templates = {path.stem for path in TEMPLATES.glob("components/*.html") if not path.name.startswith("_")}
    shown = {path.stem for path in TEMPLATES.glob("components/examples/*.html")}
    assert templates == {name for name in known if drawing(name) is None}
    assert shown == known


def test_the_component_list_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("readme", REPOSITORY / "design" / "components_readme.py")
    assert spec
    assert spec.loader
    readme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(readme)
    assert readme.TARGET.read_text() == readme.text(), "run: python design/components_readme.py"


def test_the_lock_file_names_no_host() -> None:
    assert "://" not in (REPOSITORY / "design" / "package-lock.json").read_text()


def test_every_class_a_page_names_is_drawn() -> None:
    sheets = "".join(one.read_text() for one in HOUSE.parent.rglob("static/**/*.css"))
    drawn = set(re.findall(r"\.((?:bt|usa)-[\w-]+)", sheets))
    plain = {"bt-button--primary", "bt-note__section", "bt-timeline__text"}
    for template in set(HOUSE.parent.rglob("templates/**/*.html")) - set(TEMPLATES.rglob("*.html")):
        named = set(re.findall(r"(?<=[\"\s])((?:bt|usa)-[\w-]+)(?=[\"\s])", template.read_text()))
        assert named <= drawn | plain, f"{template} names {named - drawn - plain}, which no style sheet has"
