"""A publication as JSON, CSV and one HTML page."""

import csv
import html
import io
import json
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from beenthere.evidence.claims.codes import CodeLists
from beenthere.evidence.claims.validation import Finding
from beenthere.evidence.measures.common import STRATA
from beenthere.evidence.measures.publishing import PER, Published, method
from beenthere.evidence.report.drawing import Bar, forest
from beenthere.evidence.report.page import INVENTED

HIDDEN = "hidden"
NAMES = {"age_band": "Age", "gender": "Gender", "race": "Race"}
LIBRARIES = ("beenthere", "duckdb", "ibis-framework")
FULL = "analyst's file, not for release"


def as_dict(
    published: Published,
    *,
    codes: CodeLists,
    findings: Iterable[Finding],
    files: dict[str, str],
    synthetic: bool,
    command: str,
) -> dict[str, Any]:
    """The stable shape; docs/look-up/measures.md describes it. files: name to SHA-256 of what was read.
    command: makes it again."""
    measure, year = published.counted.measure, published.counted.year
    return {
        "measure": measure.key,
        "title": measure.title,
        "synthetic": synthetic,
        "aligned_with": measure.aligned_with or None,
        "measurement_year": year,
        "estimand": measure.estimand,
        "unit": measure.unit,
        "method": method(measure),
        "release": "small cells hidden" if published.largest_hidden else FULL,
        "largest_hidden": published.largest_hidden,
        "cells_hidden": published.suppressed,
        "attrition": list(published.attrition),
        "results": list(published.results),
        "notes": list(measure.notes(year)),
        "code_lists": _lists(codes, measure.groups),
        "warnings": [str(finding) for finding in findings]
        if not published.largest_hidden
        else _warnings(findings),
        "command": command,
        "files_sha256": files,
        "versions": {name: version(name) for name in LIBRARIES},
    }


def _warnings(findings: Iterable[Finding]) -> list[str]:
    """Without counts, which would have to be judged like every other."""
    return [f"{finding.table}, {finding.column}: {finding.sentence} in some rows" for finding in findings]


def _lists(codes: CodeLists, groups: Iterable[str]) -> list[dict[str, Any]]:
    told = []
    for group in groups:
        rows = codes.of(group)
        doubt = sorted({row.confidence for row in rows})
        told.append({"group": group, "rows": len(rows), "confidence": doubt})
    return told


def as_json(told: dict[str, Any]) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False)


def as_csv(told: dict[str, Any]) -> str:
    """One line per stratum and numerator."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            "measure",
            "year",
            "stratum",
            "value",
            "numerator",
            "count",
            "denominator",
            "estimate",
            "ci_low",
            "ci_high",
        ]
    )
    for row in told["results"]:
        for key, numbers in row["numerators"].items():
            values = (
                numbers["count"],
                row["denominator"],
                numbers["estimate"],
                numbers["ci_low"],
                numbers["ci_high"],
            )
            begin = [
                told["measure"],
                told["measurement_year"],
                row["stratum"] or "all",
                row["value"] or "all",
                key,
            ]
            writer.writerow(begin + [HIDDEN if value is None else value for value in values])
    return out.getvalue()


_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:58rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
body{background:#fff}h1{line-height:1.2}caption{text-align:left;font-weight:600}
table{border-collapse:collapse;margin:1rem 0;width:100%}
th,td{padding:.35rem .6rem;border-bottom:1px solid #c6cace;text-align:left;vertical-align:top}
thead th{font-weight:600}tbody th{font-weight:400}td.n,th.n{text-align:right}.quiet{color:#555}
td.n{font-variant-numeric:tabular-nums;white-space:nowrap}.lead{font-size:1.15rem}.wide{overflow-x:auto}
.invented{border:2px solid #c0700a;padding:.4rem .7rem}code,td.long{overflow-wrap:anywhere}
figure{margin:0}svg{display:block;width:100%;max-width:34rem;height:auto}
@media (max-width:34rem){table{font-size:.85rem}th,td{padding:.3rem .25rem}}
@media print{body{margin:0;max-width:none}}
"""


def as_html(told: dict[str, Any], words: dict[str, str]) -> str:
    """One page that needs nothing else. words: numerator key to its words."""
    title = html.escape(f"{told['title']}, {told['measurement_year']}")
    aligned = (
        f"<p>Aligned with {html.escape(told['aligned_with'])}. Not a certified result.</p>"
        if told["aligned_with"]
        else ""
    )
    made_with = ", ".join(f"{name} {number}" for name, number in told["versions"].items())
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in (*told["notes"], *told["warnings"]))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{_STYLE}</style></head><body>
<h1>{title}</h1>
{f"<p class='invented'>{INVENTED}</p>" if told["synthetic"] else ""}
{_lead(told, words)}{_drawn(told, words)}{aligned}
<p>What is estimated: {html.escape(told["estimand"])}.<br>Method: {html.escape(told["method"])}
It describes; it does not say what caused what.</p>
{_results(told, words)}
{_attrition(told)}
<h2>Read this with the numbers</h2><ul>{notes}</ul>
<p class="quiet">{html.escape(_hiding(told))}</p>
{_code_lists(told)}
<h2>Make it again</h2><p><code>{html.escape(told["command"])}</code></p>
<p class="quiet">Made with {html.escape(made_with)}.</p>
{_files(told)}
</body></html>
"""


def _drawn(told: dict[str, Any], words: dict[str, str]) -> str:
    """The widest share in each stratum, beside that of all. Hidden ones say so."""
    key = list(words)[-1]
    rows = [
        Bar(
            name=row["value"],
            estimate=row["numerators"][key]["estimate"],
            low=row["numerators"][key]["ci_low"],
            high=row["numerators"][key]["ci_high"],
        )
        for row in told["results"][1:]
    ]
    middle = told["results"][0]["numerators"][key]["estimate"]
    if middle is None or not rows:
        return ""
    percent = told["unit"] != "enrolled months"
    title = f"{words[key].capitalize()}, by age, gender and race"
    drawn = forest(rows, title=title, null=middle, named="all", percent=percent)
    said = f"{html.escape(title)}; the tables are below."
    return f"<figure>{drawn}<figcaption class='quiet'>{said}</figcaption></figure>"


def _files(told: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(name)}</th><td class='long'>{digest}</td></tr>"
        for name, digest in told["files_sha256"].items()
    )
    return (
        "<div class='wide'><table><caption>Read from (SHA-256)</caption><thead><tr><th scope='col'>file</th>"
        f"<th scope='col'>hash</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _hiding(told: dict[str, Any]) -> str:
    if not told["largest_hidden"]:
        return f"Full counts: {FULL}."
    return (
        f"Counts of 1 to {told['largest_hidden']} are hidden, and others with them where a "
        f"small one could be worked out."
    )


def _lead(told: dict[str, Any], words: dict[str, str]) -> str:
    whole = told["results"][0]
    said = [
        f"<p class='lead'>{html.escape(words[key].capitalize())}: {_estimate(told, numbers)}</p>"
        for key, numbers in whole["numerators"].items()
    ]
    return "".join(said)


def _estimate(told: dict[str, Any], numbers: dict[str, Any]) -> str:
    if numbers["count"] is None:
        return "hidden, because a small count is in it."
    if numbers["estimate"] is None:
        return "cannot tell: nobody is in the denominator."
    return f"<strong>{_number(told, numbers['estimate'])}</strong> (95 % interval {_range(told, numbers)})"


def _number(told: dict[str, Any], value: float) -> str:
    if told["unit"] == "enrolled months":
        return f"{value:.1f} per {PER:,} months"
    return f"{100 * value:.1f} %"


def _range(told: dict[str, Any], numbers: dict[str, Any]) -> str:
    low = _number(told, numbers["ci_low"]).split(" ")[0]
    return f"{low} to {_number(told, numbers['ci_high'])}"


def _results(told: dict[str, Any], words: dict[str, str]) -> str:
    heads = "".join(
        f"<th scope='col' class='n'>{html.escape(words[key])}</th>"
        for key in told["results"][0]["numerators"]
    )
    tables = []
    for stratum in ("", *STRATA):
        rows = [row for row in told["results"] if row["stratum"] == stratum]
        body = "".join(_row(told, row) for row in rows)
        tables.append(
            f"<div class='wide'><table><caption>{NAMES.get(stratum, 'All')}</caption><thead><tr><th></th>"
            f"<th scope='col' class='n'>{html.escape(told['unit'])}</th>{heads}</tr></thead>"
            f"<tbody>{body}</tbody></table></div>"
        )
    kind = f"visits per {PER:,} months" if told["unit"] == "enrolled months" else "share"
    said = f"<p class='quiet'>In each cell: the count, the {kind}, its 95 % interval.</p>"
    return f"<h2>Results</h2>{said}" + "".join(tables)


def _row(told: dict[str, Any], row: dict[str, Any]) -> str:
    cells = "".join(f"<td class='n'>{_cell(told, numbers)}</td>" for numbers in row["numerators"].values())
    name = html.escape(row["value"] or "all")
    return f"<tr><th scope='row'>{name}</th><td class='n'>{_count(row['denominator'])}</td>{cells}</tr>"


def _cell(told: dict[str, Any], numbers: dict[str, Any]) -> str:
    if numbers["estimate"] is None:
        return _count(numbers["count"])
    lines = (_count(numbers["count"]), _number(told, numbers["estimate"]), _range(told, numbers))
    # The unit of a rate stands once above the tables: on a phone it would push them out of the page.
    return "<br>".join(line.removesuffix(f" per {PER:,} months") for line in lines)


def _count(value: float | None) -> str:
    return HIDDEN if value is None else f"{value:,.0f}"


def _attrition(told: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(row['what'])}</th><td class='n'>{_count(row['count'])}</td>"
        f"<td class='n'>{'' if row['left'] is None else _count(row['left'])}</td></tr>"
        for row in told["attrition"]
    )
    return (
        "<h2>From all rows to the denominator</h2><table><thead><tr><th></th>"
        "<th scope='col' class='n'>count</th>"
        f"<th scope='col' class='n'>left</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _code_lists(told: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(row['group'])}</th><td class='n'>{row['rows']}</td>"
        f"<td>{html.escape(', '.join(row['confidence']))}</td></tr>"
        for row in told["code_lists"]
    )
    return (
        "<h2>Code lists used</h2><table><thead><tr><th scope='col'>group</th>"
        "<th scope='col' class='n'>rows</th>"
        f"<th scope='col'>how sure</th></tr></thead><tbody>{rows}</tbody></table>"
    )
