"""The report as one HTML file that needs nothing else: page one for who decides, the rest for who doubts."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from beenthere.evidence.report import drawing
from beenthere.evidence.report.drawing import Bar, Line
from beenthere.evidence.report.sources import METHODS, SOURCES

HIDDEN = "hidden"
KEPT_BACK = "Not shown for the main question, because a small count is in it."
GUESS = "The best guess for 100 people; how sure it is stands below."
MANY = (
    "Every analysis of the protocol, whatever it found. The first is the main one; among many, some "
    "intervals miss by chance alone."
)
REACHED = (
    "A landmark starts again on its day: its estimate leaves out those who did not reach it, whom the counts "
    "below still hold."
)
INVENTED = "Invented data: nobody in this report exists, and nothing here is a finding."
Told = dict[str, Any]
STYLE = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;color:#1b1b1b;background:#fff;
margin:0 auto;max-width:52rem;padding:1rem}
h1{font-size:1.6rem;line-height:1.2;margin:.2rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem;line-height:1.25}
.lead{font-size:1.3rem;line-height:1.35;font-weight:600}.quiet{color:#555}
.invented{border:2px solid #c0700a;padding:.4rem .7rem;margin:.5rem 0}
svg{display:block;width:100%;max-width:34rem;height:auto;margin:.5rem 0;
font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
.wide{overflow-x:auto}.warn{border-left:4px solid #c0700a;padding-left:.8rem}
table{border-collapse:collapse;margin:.5rem 0;width:100%}caption{text-align:left;font-weight:600}
th,td{padding:.3rem .5rem;border-bottom:1px solid #c6cace;text-align:left;vertical-align:top;font-weight:400}
thead th{font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.n{white-space:nowrap}
@media (max-width:34rem){table{font-size:.85rem}th,td{padding:.25rem .3rem}}
code{overflow-wrap:anywhere;background:#f2f3f4;padding:.1rem .25rem}
@page{size:letter;margin:16mm 15mm;@bottom-right{content:counter(page) " of " counter(pages);font-size:9pt}}
@media print{body{max-width:none;padding:0;font-size:10.5pt}.first{break-after:page}svg{max-width:125mm}
.first svg{max-width:92mm}.first h2{margin:.6rem 0 .2rem}.first p{margin:.4rem 0}.first{font-size:10pt}
h2,h2+p,caption{break-after:avoid}figure,tr{break-inside:avoid}.wide{overflow:visible}table{font-size:9pt}}
figure{margin:0}
"""


def page(told: Told) -> str:
    """told: as `telling.told` makes it."""
    title = escape(told["title"])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>\n"
        f'<main><section class="first">{"".join(_first(told))}</section>\n'
        f"{''.join(_rest(told))}</main></body></html>\n"
    )


def _first(told: Told) -> Iterator[str]:
    yield f"<h1>{escape(told['title'])}</h1><p>{escape(told['question'])}</p>"
    if told["synthetic"]:
        yield f"<p class='invented'>{INVENTED}</p>"
    yield f"<p class='lead'>{escape(told['headline'])}</p>"
    if told["risks"]:
        first, second = told["strategies"]
        yield f"<figure>{drawing.icons(tuple(told['risks']), (first, second), what=told['outcome'])}"
        yield f"<figcaption class='quiet'>{GUESS}</figcaption></figure>"
    yield f"<p>{escape(told['numbers'])}</p><p>{escape(told['meaning'])}</p>"
    if told["warnings"]:
        yield f"<div class='warn'><h2>Read it with this in mind</h2>{_list(told['warnings'])}</div>"
    yield (
        "<p class='quiet'>This compares what happened to people under two strategies after making them alike "
        "in what the records tell. It is no experiment: what they do not tell can still explain a "
        "difference.</p>"
    )


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _rest(told: Told) -> Iterator[str]:
    yield "<h2>The protocol</h2><p>The trial that this study imitates:</p>"
    yield _table("", ("Part", "Here"), told["protocol"])
    yield "<h2>Who was followed</h2>"
    yield _table(
        "From all to those followed",
        ("Step", "Count"),
        [(row["what"], _count(row["count"])) for row in told["flow"]],
    )
    yield from _starts(told)
    yield from _results(told)
    yield from _curves(told)
    yield from _balance(told)
    yield from _sensitivity(told)
    yield from _methods(told)


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column names the row; a column of numbers stands to the right with its head."""
    rows = list(rows)
    right = {place for place in range(1, len(heads)) if rows and all(_number(row[place]) for row in rows)}
    body = "".join(_line_of(row, right) for row in rows)
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    top = "".join(
        f"<th scope='col'{' class=n' if place in right else ''}>{escape(head)}</th>"
        for place, head in enumerate(heads)
    )
    return f"<div class='wide'><table>{said}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"


def _line_of(row: Sequence[str], right: set[int]) -> str:
    cells = "".join(_cell(cell, place in right) for place, cell in enumerate(row[1:], 1))
    return f"<tr><th scope='row'>{escape(row[0])}</th>{cells}</tr>"


def _number(text: str) -> bool:
    return text in (HIDDEN, "no answer", "does not vary") or (text[:1] in "+-0123456789" and len(text) < 24)


def _cell(text: str, right: bool) -> str:
    return f"<td{' class=n' if right else ''}>{escape(text)}</td>"


def _count(number: int | None) -> str:
    return HIDDEN if number is None else f"{number:,}"


def _starts(told: Told) -> Iterator[str]:
    if not told["starts"]:
        return
    inside = [(name, count) for name, count in told["starts"].items() if name != "none"]
    yield f"<figure>{drawing.bars(inside, title='When people began, in days after time zero')}</figure>"
    rows = [(name, _count(count)) for name, count in told["starts"].items()]
    yield _table("When people began, in days after time zero", ("Day", "People"), rows)


def _results(told: Told) -> Iterator[str]:
    yield f"<h2>Results</h2><p>{MANY}</p>"
    scales = dict.fromkeys(row["scale"] for row in told["results"] if row["scale"])
    for scale in scales:
        rows = [row for row in told["results"] if row["scale"] == scale]
        points = [_bar(row) for row in rows]
        title = f"Each estimate with its interval: {scale}"
        yield f"<figure>{drawing.forest(points, title=title)}</figure>"
        yield _table(
            f"{scale[:1].upper()}{scale[1:]}",
            ("Question", "Method", "What", "Estimate", f"{100 * told['level']:g} % interval", "Reads"),
            (result_line(row, estimands_of(told)) for row in rows),
        )
    if estimands_of(told):
        yield "<p>What is estimated, by the number in the column “What”:</p>"
        yield f"<ol>{''.join(f'<li>{escape(words)}</li>' for words in estimands_of(told))}</ol>"
    if any(row["estimator"] == "Landmark" for row in told["results"]):
        yield f"<p class='quiet'>{REACHED}</p>"
    unanswered = [row for row in told["results"] if not row["scale"]]
    if unanswered:
        yield _table(
            "Without an answer", ("Question", "Why"), [(_named(row), row["why_not"]) for row in unanswered]
        )
    yield _table(
        "People and events as they happened, before any weighting",
        ("Question", "People who began", "with the event", "People who did not", "with the event"),
        map(_raw, told["results"]),
    )


def _named(row: Told) -> str:
    return f"{row['question']}{' (negative control)' if row['kind'] == 'negative control' else ''}"


def _bar(row: Told) -> Bar:
    return Bar(name=row["short"], estimate=row["estimate"], low=row["ci_low"], high=row["ci_high"])


def estimands_of(told: Told) -> list[str]:
    """Each once, in the order of the results: the number of a row is its place here."""
    return list(dict.fromkeys(row["estimand"] for row in told["results"] if row["estimand"]))


def result_line(row: Told, estimands: list[str]) -> tuple[str, ...]:
    begin = (_named(row), row["estimator"])
    if row["estimate"] is None:
        return (*begin, HIDDEN, HIDDEN, HIDDEN, row["verdict"])
    interval = f"{row['ci_low']:+.3f} to {row['ci_high']:+.3f}"
    what = f"{estimands.index(row['estimand']) + 1}"
    return (*begin, what, f"{row['estimate']:+.3f}", interval, row["verdict"])


def _raw(row: Told) -> tuple[str, ...]:
    numbers = (row[part][arm] for arm in ("began", "did not") for part in ("people", "events"))
    return (f"{row['question']}, {row['estimator']}", *map(_count, numbers))


def _curves(told: Told) -> Iterator[str]:
    if len(told["curves"]) < 2:
        return
    lines = [
        Line(
            name=one["name"],
            points=tuple((day, share) for day, share, _low, _high in one["points"]),
            band=tuple((day, low, high) for day, _share, low, high in one["points"]),
        )
        for one in told["curves"]
    ]
    title = f"Risk of {told['outcome']} over time"
    yield f"<h2>{escape(title)}</h2><figure>{drawing.curves(lines, title=title)}</figure>"
    first, second = (one["points"] for one in told["curves"])
    rows = [(f"{a[0]:.0f}", _risk(a), _risk(b)) for a, b in zip(first, second, strict=True)]
    level = f"{100 * told['level']:g} %"
    heads = (f"{line.name} ({level} interval)" for line in lines)
    yield _table(f"{title}, weighted; the bands are the {level} intervals", ("Day", *heads), rows)
    if told["at_risk"]:
        yield _table(
            "People still followed without it, before any weighting",
            ("Strategy", *(f"day {day}" for day in told["at_risk"][0]["days"])),
            [(row["name"], *map(_count, row["count"])) for row in told["at_risk"]],
        )
    yield "<p class='quiet'>Days between which a group had too few events to show are left out.</p>"


def _risk(point: Sequence[float]) -> str:
    _day, share, low, high = (100 * number for number in point)
    return f"{share:.1f} % ({low:.1f} to {high:.1f})"


def _plain(covariate: str) -> str:
    return covariate.replace("_", " ").replace("[", ": ").removesuffix("]")


def _balance(told: Told) -> Iterator[str]:
    yield "<h2>Are the groups alike?</h2>"
    yield from _kept_back(told)
    if told["balance"]:
        rows = [(_plain(row["covariate"]), row["before"], row["after"]) for row in told["balance"]]
        yield f"<figure>{drawing.love(rows, title='Differences before and after weighting')}</figure>"
        shown = [(name, _gap(before), _gap(after)) for name, before, after in rows]
        yield _table(
            "Differences in standard deviations; below 0.1 is usually called alike",
            ("Covariate", "Before", "After weighting"),
            shown,
        )
    if told["weights"]:
        yield from _spread(told)
        yield _table(
            "How much single people count",
            ("Group", "Mean weight", "99 % are below", "Largest", "Worth so many people"),
            [
                (row["who"], *(f"{row[key]:g}" for key in ("mean", "p99", "max", "effective_n")))
                for row in told["weights"]
            ],
        )


def _spread(told: Told) -> Iterator[str]:
    """The histogram of the weights of each group, with its table."""
    for row in told["weights"]:
        if not row["shares"]:
            continue
        title = f"Weights: {row['who']}"
        parts = [(f"{part['from']:.1f}", part["percent"]) for part in row["shares"]]
        yield f"<figure>{drawing.bars(parts, title=title, unit=' %')}</figure>"
        yield _table(
            f"{title} (rounded, so that no few people can be made out)",
            ("Weight", "Share of people"),
            [(f"{part['from']:.2f} to {part['to']:.2f}", f"{part['percent']} %") for part in row["shares"]],
        )


def _gap(number: float | None) -> str:
    return "does not vary" if number is None else f"{number:+.2f}"


def _kept_back(told: Told) -> Iterator[str]:
    """Why a part of the main answer is missing here."""
    if told["verdict"] == "too few":
        yield f"<p>{KEPT_BACK}</p>"


def _sensitivity(told: Told) -> Iterator[str]:
    yield "<h2>How far could it be wrong?</h2>"
    yield from _kept_back(told)
    if told["sensitivity"]:
        rows = [
            (row["with"], "no answer" if row["estimate"] is None else f"{row['estimate']:+.3f}")
            for row in told["sensitivity"]
        ]
        yield _table(
            "The main estimate with other choices: points alone, to see how far they move",
            ("Choice", "Estimate"),
            rows,
        )
    value = told["e_value"]
    if value:
        yield (
            "<p>E-value: a cause that nobody recorded would have to be tied to both the strategy and the "
            f"outcome by a risk ratio of {value['estimate']:.2f} to explain the estimate away, and of "
            f"{value['interval']:.2f} for its interval.</p>"
        )
    controls = [row for row in told["results"] if row["kind"] == "negative control"]
    if controls:
        yield "<p>Negative controls are questions whose answer should be nothing:</p>"
        yield _list(f"{row['question']}, {row['estimator']}: {row['verdict']}" for row in controls)


def _methods(told: Told) -> Iterator[str]:
    yield "<h2>Methods and sources</h2>"
    used = dict.fromkeys(row["estimator"] for row in told["results"])
    yield _list([METHODS[name] for name in used if name in METHODS] + [*SOURCES])
    yield f"<p>Small counts: {escape(told['release'])}. What rests on them is hidden too.</p>"
    yield "<h2>Make it again</h2>"
    yield f"<p><code>{escape(told['command'])}</code></p>"
    yield _table("Made with", ("Library", "Version"), list(told["versions"].items()))
    files = [("the protocol", told["protocol_sha256"]), *told["files_sha256"].items()]
    yield _table("Read from (SHA-256)", ("File", "Hash"), files)
