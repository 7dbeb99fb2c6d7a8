"""`beenthere evidence study`: from a protocol and a claims folder to a report."""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beenthere.evidence.claims.files import MEMORY
from beenthere.evidence.claims.opened import STEPS, opened
from beenthere.evidence.measures.command import hashes
from beenthere.evidence.report.page import page
from beenthere.evidence.report.printing import write_pdf
from beenthere.evidence.report.telling import Study, told
from beenthere.evidence.study.analysis import analyse
from beenthere.evidence.study.cohort import cohort
from beenthere.evidence.study.reading import read_protocol
from beenthere.evidence.study.timing import check_time_zero

Progress = Callable[[int, int], None]
ANALYST = "analyst-not-for-release"
#: Of a hundred: reading the claims, the cohort; the rest is estimating.
READ, FOUND, WHOLE = 20, 30, 100


@dataclass(frozen=True, kw_only=True)
class Written:
    """told: what may be shown. no_pdf: why there is none, or empty."""

    told: dict[str, Any]
    files: tuple[Path, ...]
    no_pdf: str


def study_folder(
    protocol: Path,
    *,
    claims: Path,
    out: Path,
    value_sets: Path | None = None,
    largest_hidden: int = 10,
    memory: str = MEMORY,
    progress: Progress | None = None,
) -> Written:
    """Writes study.html, study.pdf and study.json with small cells hidden, and the analyst's full results.

    Raises Unfit before anything is written: for a protocol that does not fit or is refused, for claims that
    do not fit, and where the main question has no answer.
    """
    plan = read_protocol(protocol)
    check_time_zero(plan, where=protocol.name)
    say = _Stages(progress)
    with opened(claims, value_sets=value_sets, memory=memory, told=say.reading) as found:
        people = cohort(found.claims, plan)
        files = hashes(found.files)
    say.at(FOUND)
    analysed = analyse(people.rows, plan, progress=say.estimating)
    study = Study(
        protocol=plan,
        rows=people.rows,
        flow=people.flow,
        analysed=analysed,
        files=files,
        command=_command(protocol, claims, out, value_sets, largest_hidden),
        synthetic=(claims / "synthetic.json").exists(),
    )
    return _write(study, out, largest_hidden)


@dataclass
class _Stages:
    """Turns the stages into one bar of a hundred."""

    progress: Progress | None
    step: int = 0

    def at(self, place: int) -> None:
        if self.progress:
            self.progress(place, WHOLE)

    def reading(self, _words: str) -> None:
        self.step += 1
        self.at(READ * self.step // len(STEPS))

    def estimating(self, done: int, whole: int) -> None:
        self.at(FOUND + (WHOLE - FOUND) * done // whole)


def _command(protocol: Path, claims: Path, out: Path, value_sets: Path | None, largest: int) -> str:
    words = ["beenthere", "evidence", "study", str(protocol), "--claims", str(claims), "--out", str(out)]
    words += ["--value-sets", str(value_sets)] if value_sets else []
    return shlex.join([*words, "--hide-up-to", str(largest)])


def _write(study: Study, out: Path, largest: int) -> Written:
    shown = told(study, largest=largest)
    text = page(shown)
    texts = {
        out / "study.html": text,
        out / "study.json": json.dumps(shown, indent=2, ensure_ascii=False, allow_nan=False) + "\n",
        out / ANALYST / "results.json": json.dumps(_full(study), indent=2, ensure_ascii=False) + "\n",
    }
    (out / ANALYST).mkdir(parents=True, exist_ok=True)
    for file, content in texts.items():
        file.write_text(content, encoding="utf-8")
    no_pdf = write_pdf(text, out / "study.pdf")
    files = (*texts, *(() if no_pdf else (out / "study.pdf",)))
    return Written(told=shown, files=files, no_pdf=no_pdf)


def _full(study: Study) -> dict[str, Any]:
    return {
        "release": "analyst's file, not for release",
        "flow": [{"what": words, "count": count} for words, count in study.flow],
        "results": [
            {
                "question": one.question.words,
                "people": dict(one.people),
                "events": dict(one.events),
                "why_not": one.why_not or None,
                "result": one.result.as_dict() if one.result else None,
            }
            for one in study.analysed
        ],
    }


def as_text(written: Written) -> str:
    """A few lines for the terminal."""
    lines = [written.told["headline"], written.told["numbers"]]
    lines += [f"Warning: {warning}" for warning in written.told["warnings"]]
    lines += [f"  wrote {file}" for file in written.files]
    return "\n".join([*lines, *([written.no_pdf] if written.no_pdf else [])])
