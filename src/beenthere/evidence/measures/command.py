"""`beenthere evidence measure`: from a claims folder to files."""

import hashlib
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from beenthere.evidence.claims.files import MEMORY
from beenthere.evidence.claims.opened import STEPS, Opened, opened
from beenthere.evidence.errors import Unfit
from beenthere.evidence.measures import reading_out
from beenthere.evidence.measures.counting import count
from beenthere.evidence.measures.measure import Measure
from beenthere.evidence.measures.publishing import Published, publish
from beenthere.evidence.measures.register import MEASURES, measure_named
from beenthere.evidence.report.page import INVENTED

Progress = Callable[[int, int], None]
EVERY = "all"


@dataclass(frozen=True, kw_only=True)
class Written:
    """One measure's files, and what may be shown of it."""

    told: dict[str, Any]
    files: tuple[Path, ...]


def measure_folder(
    name: str,
    *,
    claims: Path,
    year: int,
    out: Path,
    value_sets: Path | None = None,
    largest_hidden: int = 10,
    memory: str = MEMORY,
    progress: Progress | None = None,
) -> tuple[Written, ...]:
    """Calculate a measure, or all of them, and write JSON, CSV and HTML with small cells hidden, and an
    analyst's JSON.

    Raises Unfit before anything is written.
    """
    wanted = list(MEASURES.values()) if name == EVERY else [measure_named(name)]
    if largest_hidden < 0:
        raise Unfit("the largest hidden count cannot be below zero")
    step = _stepping(progress, len(STEPS) + len(wanted) + 1)
    with opened(claims, value_sets=value_sets, memory=memory, told=step) as found:
        counted = []
        for measure in wanted:
            step(measure.key)
            counted.append(count(measure, found, year))
        made = partial(_told, found=found, claims=claims, out=out, value_sets=value_sets)
        told = [made(publish(one, largest_hidden=largest_hidden)) for one in counted]
        full = [made(publish(one, largest_hidden=0)) for one in counted]
    step("")
    out.mkdir(parents=True, exist_ok=True)
    return tuple(_write(m, shown, all_, out) for m, shown, all_ in zip(wanted, told, full, strict=True))


def _stepping(progress: Progress | None, steps: int) -> Callable[[str], None]:
    done = iter(range(steps))

    def step(_words: str) -> None:
        if progress:
            progress(next(done), steps - 1)

    return step


def _told(
    published: Published, *, found: Opened, claims: Path, out: Path, value_sets: Path | None
) -> dict[str, Any]:
    words = ["beenthere", "evidence", "measure", published.counted.measure.key]
    words += ["--year", str(published.counted.year), "--claims", str(claims), "--out", str(out)]
    words += ["--value-sets", str(value_sets)] if value_sets else []
    words += ["--hide-up-to", str(published.largest_hidden)] if published.largest_hidden else []
    return reading_out.as_dict(
        published,
        codes=found.claims.codes,
        findings=found.findings,
        files=hashes(found.files),
        synthetic=(claims / "synthetic.json").exists(),
        command=shlex.join(words),
    )


@cache
def hashes(files: tuple[Path, ...]) -> dict[str, str]:
    """SHA-256 of what was read, by folder and name."""
    found = {}
    for file in files:
        with file.open("rb") as opened_file:
            found[f"{file.parent.name}/{file.name}"] = hashlib.file_digest(opened_file, "sha256").hexdigest()
    return found


def _write(measure: Measure, shown: dict[str, Any], full: dict[str, Any], out: Path) -> Written:
    name = f"{measure.key}-{shown['measurement_year']}"
    words = {numerator.key: numerator.words for numerator in measure.numerators}
    texts = {
        out / f"{name}.json": reading_out.as_json(shown) + "\n",
        out / f"{name}.csv": reading_out.as_csv(shown),
        out / f"{name}.html": reading_out.as_html(shown, words),
        out / "analyst-not-for-release" / f"{name}.json": reading_out.as_json(full) + "\n",
    }
    for file, text in texts.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return Written(told=shown, files=tuple(texts))


def as_text(written: Written) -> str:
    """A few lines for the terminal."""
    told = written.told
    lines = [f"{told['title']}, {told['measurement_year']}"]
    lines += [INVENTED] if told["synthetic"] else []
    for key, numbers in told["results"][0]["numerators"].items():
        lines.append(f"  {key}: {_said(numbers)}")
    lines += [f"  What is estimated: {told['estimand']}.", f"  Method: {told['method']}"]
    return "\n".join([*lines, *(f"  wrote {file}" for file in written.files)])


def _said(numbers: dict[str, Any]) -> str:
    if numbers["count"] is None:
        return "hidden (a small count is in it)"
    if numbers["estimate"] is None:
        return "cannot tell: nobody is in the denominator"
    return f"{numbers['estimate']:.4f} (95 % interval {numbers['ci_low']:.4f} to {numbers['ci_high']:.4f})"
