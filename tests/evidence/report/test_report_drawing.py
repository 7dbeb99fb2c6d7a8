"""Drawings say in words what they show, and nothing that is hidden."""

import re
import xml.etree.ElementTree as ET

from beenthere.evidence.report.drawing import Bar, Line, bars, curves, forest, icons, love


def read(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)


def test_a_hundred_people_twice_and_the_right_number_filled() -> None:
    drawn = read(icons((0.32, 0.39), ("with <peer> support", "without"), what="return"))
    circles = drawn.findall("circle")
    assert len(circles) == 200
    assert len([one for one in circles if one.get("fill") != "#fff"]) == 71
    assert "32 of 100 people under with <peer> support" in drawn.attrib["aria-label"]


def test_a_hidden_count_has_no_height() -> None:
    drawn = bars([("1–4", 40), ("5–7", None)], title="starts")
    assert drawn.count("<rect") == 1
    assert ">?<" in drawn


def test_a_hidden_estimate_is_words_and_the_others_lie_on_their_side() -> None:
    drawn = read(forest([Bar(name="a", estimate=-0.1, low=-0.2, high=-0.05), Bar(name="b")], title="all"))
    null = float(drawn.findall("path")[0].attrib["d"].split()[0][1:])
    assert float(drawn.findall("rect")[0].attrib["x"]) < null
    assert "no answer, or hidden" in [text.text for text in drawn.findall("text")]


def test_the_line_of_no_difference_strikes_out_no_name() -> None:
    rows = [Bar(name=f"a question of some length {place}", estimate=0, low=-1, high=1) for place in range(3)]
    drawn = read(forest(rows, title="all"))
    pieces = re.findall(r"M[\d.]+ ([\d.]+)V([\d.]+)", drawn.findall("path")[0].attrib["d"])
    names = [float(text.attrib["y"]) for text in drawn.findall("text") if "question" in (text.text or "")]
    assert len(pieces) == len(names) == 3
    assert not [1 for top, end in pieces for y in names if float(top) < y and y - 10 < float(end)]


def test_the_second_curve_is_dashed_and_higher_risk_lies_higher() -> None:
    lines = [Line(name="a", points=((0, 0.0), (180, 0.2))), Line(name="b", points=((0, 0.0), (180, 0.4)))]
    first, second = read(curves(lines, title="risk")).findall("polyline")
    assert first.get("stroke-dasharray") is None
    assert second.get("stroke-dasharray")
    ends = [float(one.attrib["points"].split()[-1].split(",")[1]) for one in (first, second)]
    assert ends[1] < ends[0]


def test_an_interval_is_a_band_around_its_curve() -> None:
    points, band = ((0, 0.0), (90, 0.2)), ((0, 0.0, 0.0), (90, 0.1, 0.5))
    drawn = read(curves([Line(name="a", points=points, band=band)], title="risk"))
    (shape,) = drawn.findall("polygon")
    heights = [float(point.split(",")[1]) for point in shape.attrib["points"].split()]
    line = float(drawn.findall("polyline")[0].attrib["points"].split()[-1].split(",")[1])
    assert min(heights) < line < sorted(heights)[-3]


def test_a_covariate_that_does_not_vary_has_no_point() -> None:
    assert read(love([("age", None, None), ("gender", 0.2, 0.01)], title="balance")).findall("circle")[1:]
