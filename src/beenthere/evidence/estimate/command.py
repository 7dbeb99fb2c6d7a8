"""From files to result.json, which appears whole or not at all."""

import os
from pathlib import Path

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.bootstrap import Progress
from beenthere.evidence.estimate.design import read_design
from beenthere.evidence.estimate.register import ESTIMATORS
from beenthere.evidence.estimate.result import Result
from beenthere.evidence.estimate.run import estimate
from beenthere.evidence.estimate.table import read_table


def estimate_files(*, data: Path, design: Path, out: Path, progress: Progress | None = None) -> Result:
    """Writes out/result.json. Raises Unfit, and then no result.json of an earlier run is left to be
    mistaken for one."""
    target = out / "result.json"
    _clear(target)
    plan = read_design(design, ESTIMATORS)
    frame, sha256 = read_table(data)
    result = estimate(frame, plan, data_sha256=sha256, where=data.name, progress=progress)
    write(result, target)
    return result


def _clear(target: Path) -> None:
    try:
        target.unlink(missing_ok=True)
    except OSError as fault:
        raise Unfit(
            f"an earlier result stands there and cannot be removed: {fault}", where=str(target)
        ) from fault


def write(result: Result, target: Path) -> None:
    text = result.as_json()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_suffix(".json.new")
        beside.write_text(text + "\n", encoding="utf-8")
        os.replace(beside, target)
    except OSError as fault:
        raise Unfit(f"the result cannot be written: {fault}", where=str(target)) from fault
