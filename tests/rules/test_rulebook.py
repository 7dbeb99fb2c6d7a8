from rulebook import COMMAND, PAGE, page


def test_the_page_on_units_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"docs/rulebook/units.md is stale: run `{COMMAND}`"
