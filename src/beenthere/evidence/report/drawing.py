"""Drawings as SVG, made here. Each is shown with its table, and says the same without color."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

#: Two colors that differ in lightness too, and a gray. Contrast on white: 7.2, 3.4, 4.6.
FIRST, SECOND, QUIET = "#0b4f8a", "#c0700a", "#6b7177"
WIDTH = 360


@dataclass(frozen=True, kw_only=True)
class Line:
    """A curve: (day, share) points, the share between 0 and 1."""

    name: str
    points: tuple[tuple[float, float], ...]
    #: (day, low, high): its interval.
    band: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A point with its interval; None hides it."""

    name: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None


def svg(height: float, body: Iterable[str], *, title: str) -> str:
    """The frame, named for those who do not see it."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(title, quote=True)}">'
        f"<title>{escape(title)}</title>{''.join(body)}</svg>"
    )


def icons(risks: tuple[float, float], names: tuple[str, str], *, what: str) -> str:
    """Twice a hundred people; those with the outcome are filled."""
    return svg(
        226,
        [*_hundred(risks[0], names[0], 4, FIRST), *_hundred(risks[1], names[1], 190, SECOND)],
        title=f"{what}: {round(100 * risks[0])} of 100 people under {names[0]}, "
        f"{round(100 * risks[1])} of 100 under {names[1]}",
    )


def _hundred(risk: float, name: str, left: float, color: str) -> Iterator[str]:
    filled = round(100 * risk)
    yield from _wrapped(name, left, 12, color)
    for place in range(100):
        x, y = left + 8 + 16 * (place % 10), 54 + 16 * (place // 10)
        shade = f'fill="{color}"' if place < filled else f'fill="#fff" stroke="{color}"'
        yield f'<circle cx="{x:g}" cy="{y:g}" r="6" {shade}/>'
    yield _text(left, 222, f"{filled} of 100", size=14, bold=True)


def _wrapped(name: str, left: float, top: float, color: str) -> Iterator[str]:
    """At most three lines of about 21 letters."""
    lines = [""]
    for word in name.split():
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1] + word) < 21 else [*lines, word]
    yield from (
        _text(left, top + 13 * place, line, color=color, bold=True) for place, line in enumerate(lines[:3])
    )


def _text(
    x: float,
    y: float,
    said: str,
    *,
    size: int = 12,
    color: str = "#1b1b1b",
    anchor: str = "start",
    bold: bool = False,
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{color}" text-anchor="{anchor}"{weight}>'
        f"{escape(said)}</text>"
    )


def curves(lines: Sequence[Line], *, title: str) -> str:
    """Risk over days with its interval, the first line whole and the second dashed; named above."""
    days = max((day for line in lines for day, _share in line.points), default=1.0)
    reached = [share for line in lines for _day, share in line.points]
    reached += [high for line in lines for _day, _low, high in line.band]
    top = max(reached, default=0.1) * 1.15 or 0.1
    body = [*_axes(days, top), *_bands(lines, days, top)]
    for place, line in enumerate(lines):
        color, dash = ((FIRST, ""), (SECOND, ' stroke-dasharray="6 4"'))[place % 2]
        path = " ".join(f"{_x(day, days):.1f},{_y(share, top):.1f}" for day, share in line.points)
        body.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2.5"{dash}/>')
        x, y = 44, 16 + 15 * place
        body.append(f'<path d="M{x} {y - 4}h22" stroke="{color}" stroke-width="2.5"{dash}/>')
        body.append(_text(x + 28, y, line.name, color=color, bold=True))
    return svg(248, body, title=title)


def _bands(lines: Sequence[Line], days: float, top: float) -> Iterator[str]:
    for line, color in zip(lines, (FIRST, SECOND), strict=False):
        edge = [(day, high) for day, _low, high in line.band]
        edge += [(day, low) for day, low, _high in reversed(line.band)]
        path = " ".join(f"{_x(day, days):.1f},{_y(share, top):.1f}" for day, share in edge)
        yield f'<polygon points="{path}" fill="{color}" fill-opacity="0.13"/>'


def _x(day: float, days: float) -> float:
    return 40 + 300 * day / days


def _y(share: float, top: float) -> float:
    return 212 - 168 * share / top


def _axes(days: float, top: float) -> Iterator[str]:
    yield f'<path d="M40 44V212H340" fill="none" stroke="{QUIET}"/>'
    for part in (0.0, 0.5, 1.0):
        share = top * part
        yield _text(36, _y(share, top) + 4, f"{100 * share:.0f} %", size=11, anchor="end")
        yield _text(_x(days * part, days), 227, f"{days * part:.0f}", size=11, anchor="middle")
    yield _text(190, 243, "days after time zero", size=11, anchor="middle", color=QUIET)


def love(rows: Sequence[tuple[str, float | None, float | None]], *, title: str) -> str:
    """Per covariate the difference before (open) and after (filled), in standard deviations; lines at 0.1."""
    largest = max((abs(x) for _name, *two in rows for x in two if x is not None), default=0.1)
    reach = max(0.3, largest * 1.1)
    height = 40 + 30 * len(rows)

    def at(value: float) -> float:
        return 180 + 165 * max(-1.0, min(1.0, value / reach))

    body = [f'<path d="M{at(v):g} 8V{height - 26}" stroke="{QUIET}"{d}/>' for v, d in _guides()]
    for place, (name, before, after) in enumerate(rows):
        y = 26 + 30 * place
        body.append(_text(4, y - 6, name, size=11))
        if before is not None:
            body.append(
                f'<circle cx="{at(before):.1f}" cy="{y}" r="5" fill="#fff" stroke="{SECOND}" '
                'stroke-width="2"/>'
            )
        if after is not None:
            body.append(f'<circle cx="{at(after):.1f}" cy="{y}" r="5" fill="{FIRST}"/>')
    body.append(_text(180, height - 12, "0", size=11, anchor="middle"))
    body.append(_text(at(0.1), height - 12, "0.1", size=11, anchor="middle"))
    body.append(_text(180, height - 1, "open: before; filled: after weighting", size=11, anchor="middle"))
    return svg(height, body, title=title)


def _guides() -> tuple[tuple[float, str], ...]:
    return ((0.0, ""), (-0.1, ' stroke-dasharray="2 3"'), (0.1, ' stroke-dasharray="2 3"'))


def bars(counts: Sequence[tuple[str, int | None]], *, title: str, color: str = FIRST, unit: str = "") -> str:
    """A histogram, named and with the height of its tallest bar; a hidden count is a question mark."""
    top = max((count for _name, count in counts if count), default=1)
    wide = 320 / max(1, len(counts))
    body = [f'<path d="M30 150H350" stroke="{QUIET}"/>', _text(4, 12, title, bold=True)]
    body.append(_text(26, 40, f"{top:,}{unit}", size=10, anchor="end"))
    for place, (name, count) in enumerate(counts):
        x = 30 + wide * place
        tall = 114 * (count or 0) / top
        if count is None:
            body.append(_text(x + wide / 2, 144, "?", anchor="middle", color=QUIET))
        else:
            body.append(
                f'<rect x="{x + 1:.1f}" y="{150 - tall:.1f}" width="{wide - 2:.1f}" height="{tall:.1f}" '
                f'fill="{color}"/>'
            )
        if len(counts) <= 12 or place % 5 == 0:
            body.append(_text(x + wide / 2, 164, name, size=10, anchor="middle"))
    return svg(172, body, title=title)


def forest(
    rows: Sequence[Bar], *, title: str, null: float = 0.0, named: str = "no difference", percent: bool = False
) -> str:
    """Estimates with intervals below each other, and a line that they are compared with."""
    ends = [end for row in rows for end in (row.low, row.high) if end is not None]
    low, high = min([*ends, null]), max([*ends, null])
    room = (high - low or 1.0) * 0.05

    def at(value: float) -> float:
        return 12 + 336 * (value - low + room) / (high - low + 2 * room)

    height = 30 + 36 * len(rows)
    # Beside the intervals alone: drawn through, it would strike out the names.
    line = " ".join(f"M{at(null):.1f} {y - 8}V{y + 11}" for y in range(30, height, 36))
    body = [f'<path d="{line}" stroke="{QUIET}" stroke-dasharray="3 3"/>']
    for place, row in enumerate(rows):
        y = 30 + 36 * place
        body.append(_text(4, y - 12, row.name, size=11))
        if row.estimate is None or row.low is None or row.high is None:
            body.append(_text(at(null) + 6, y + 4, "no answer, or hidden", size=11, color=QUIET))
            continue
        body.append(
            f'<path d="M{at(row.low):.1f} {y}H{at(row.high):.1f}" stroke="{FIRST}" stroke-width="2"/>'
        )
        body.append(f'<rect x="{at(row.estimate) - 4:.1f}" y="{y - 4}" width="8" height="8" fill="{FIRST}"/>')
    body.append(_text(at(null), height - 6, named, size=11, anchor="middle", color=QUIET))
    for end, anchor in ((low, "start"), (high, "end")):
        if abs(at(end) - at(null)) > 70:
            said = f"{100 * end:.0f} %" if percent else f"{end:.3g}" if null else f"{end:+.3g}"
            body.append(_text(at(end), height - 6, said, size=11, anchor=anchor, color=QUIET))
    return svg(height, body, title=title)
