"""The page of benchmarks has a section for each command that measures."""

from pathlib import Path

from bench.evidence import table
from bench.page import put_section


def test_a_section_is_written_once_and_what_stands_around_it_stays(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\n<!-- figures: end -->\n", encoding="utf-8")
    put_section("certification", "Rules", {"memory": "1 GB"}, ["| first |"], page)
    put_section("certification", "Rules", {"memory": "1 GB"}, ["| second |"], page)
    put_section("evidence", "Claims", {"memory": "2 GB"}, ["| other |"], page)
    page.write_text(page.read_text(encoding="utf-8") + "\nBelow.\n", encoding="utf-8")
    put_section("certification", "Rules", {"memory": "3 GB"}, ["| third |"], page)
    text = page.read_text(encoding="utf-8")
    assert text.count("<!-- certification: begin") == text.count("<!-- certification: end -->") == 1
    assert text.startswith("# Benchmarks\n\n<!-- figures: end -->\n")
    assert text.endswith("\nBelow.\n")
    assert "- memory: 3 GB" in text
    assert "- memory: 2 GB" in text
    assert "| third |" in text
    assert "| other |" in text
    assert "| second |" not in text


def test_the_table_tells_what_grew_how_much() -> None:
    def run(seconds: float) -> dict[str, object]:
        return {"seconds": seconds, "again": seconds, "processor": 3.0, "gigabytes": 0.5, "counts": [1]}

    found = {1.0: {"ours": run(0.5)}, 10.0: {"ours": run(2.0)}}
    assert table(found)[-1] == "| ours | 0.50 | 2.00 | 4.0 | 2.00 | 3.00 | 0.50 |"
    assert table({1.0: found[1.0]})[-1] == "| ours | 0.50 | 0.50 | 3.00 | 0.50 |"
