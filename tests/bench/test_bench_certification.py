"""The certification section of the page of benchmarks, beside the section that `make bench` writes."""

from pathlib import Path

from bench.certification import BEGIN, END, publish


def test_the_section_is_written_once_and_what_stands_around_it_stays(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\n<!-- figures: end -->\n", encoding="utf-8")
    publish(["| first |"], page)
    publish(["| second |"], page)
    page.write_text(page.read_text(encoding="utf-8") + "\nBelow.\n", encoding="utf-8")
    publish(["| third |"], page)
    text = page.read_text(encoding="utf-8")
    assert (text.count(BEGIN), text.count(END)) == (1, 1)
    assert text.startswith("# Benchmarks\n\n<!-- figures: end -->\n")
    assert text.endswith("\nBelow.\n")
    assert "| third |" in text
    assert "| second |" not in text
    assert "Python" in text
