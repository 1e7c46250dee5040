"""Pictures as SVG: the month's measured accuracy, how far probabilities can be believed, and the weights of one link.

Words stay words and name a family of fonts, so that the reader's own machine draws the Chinese and none is needed here. The same figures
give the same bytes. Nothing about a person is drawn: titles of lists, counts, and the names of the evidence.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl

from delivery.book import GREEN, GREY, INK, LINE, RED, text_units

FONTS = "'Microsoft YaHei','PingFang SC','Noto Sans CJK SC','Source Han Sans SC',sans-serif"
SIZE = 12
AMBER, FAINT, STRIPE = "#D9961A", "#E4E8EB", "#F7F8F9"
LINKED, REVIEWED, ABSENT = "#2E7D64", AMBER, "#B8C2CC"


class Drawing:
    """An SVG of so many pixels; every method adds one thing to it."""

    def __init__(self, width: float, height: float, title: str) -> None:
        size = {"width": _n(width), "height": _n(height), "viewBox": f"0 0 {_n(width)} {_n(height)}"}
        fonts = {"font-family": FONTS, "font-size": str(SIZE), "fill": INK, "xml:lang": "zh-Hans"}
        self._root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, **fonts})
        ET.SubElement(self._root, "title").text = title
        self.box(0, 0, width, height, "#FFFFFF")

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle; nothing where it has no width."""
        if width > 0:
            ET.SubElement(self._root, "rect", {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height), "fill": fill})

    def line(self, x: float, y: float, to_x: float, to_y: float, stroke: str = LINE, *, width: float = 1, dashes: str = "") -> None:
        """A straight line."""
        ends = {"x1": _n(x), "y1": _n(y), "x2": _n(to_x), "y2": _n(to_y)}
        ET.SubElement(
            self._root, "line", {**ends, "stroke": stroke, "stroke-width": _n(width)} | ({"stroke-dasharray": dashes} if dashes else {})
        )

    def dot(self, x: float, y: float, fill: str) -> None:
        """A point of a measurement."""
        ET.SubElement(self._root, "circle", {"cx": _n(x), "cy": _n(y), "r": "3.5", "fill": fill})

    def text(self, x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK, size: int = SIZE, bold: bool = False) -> None:
        """Words with their base line at `y`; `anchor` is start, middle or end."""
        look: dict[str, str] = {"x": _n(x), "y": _n(y), "text-anchor": anchor, "fill": fill, "font-size": str(size)}
        ET.SubElement(self._root, "text", look | ({"font-weight": "bold"} if bold else {})).text = words

    def __str__(self) -> str:
        return ET.tostring(self._root, encoding="unicode")


def _n(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")


def as_markdown(svg: str, words: str) -> str:
    """`svg` as an image inside Markdown, whole in itself; `words` stand for it where it cannot be shown."""
    return f"![{words}](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall: what it is about, and its bits (log2 of odds)."""

    label: str
    bits: float


def width_of(words: str) -> float:
    """About how many pixels `words` take."""
    return text_units(words, SIZE) * 6.6


def waterfall(title: str, steps: Sequence[Step], notes: Sequence[str] = ()) -> str:
    """An SVG of how the bits of each step add up, the first being where the odds begin. A line a step; the last line is the sum."""
    left = 24 + max((width_of(step.label) for step in steps), default=0)
    width, row, top = 460.0, 24, 64
    ends, total = [], 0.0
    for step in steps:
        ends.append((total, total + step.bits))
        total += step.bits
    low, high = min(0.0, *(min(pair) for pair in ends), 0.0), max(0.0, *(max(pair) for pair in ends))
    scale = width / max(high - low, 1.0)
    drawing = Drawing(left + width + 90, top + row * (len(steps) + 2) + 18 * len(notes) + 16, title)
    drawing.text(16, 26, title, size=15, bold=True)
    drawing.text(16, 46, "单位：比特。每加 1，把握的比数翻一番；从“底册里任意一人”算起，0 是一半对一半。", fill=GREY)

    def at(bits: float) -> float:
        return left + (bits - low) * scale

    bottom = top + row * (len(steps) + 1)
    drawing.line(at(0), top, at(0), bottom, GREY, dashes="3 3")
    for number, (step, (begin, end)) in enumerate(zip(steps, ends, strict=True)):
        y = top + row * number
        drawing.text(left - 8, y + 16, step.label, anchor="end")
        colour = GREY if number == 0 else GREEN if step.bits >= 0 else RED
        drawing.box(at(min(begin, end)), y + 4, max(abs(step.bits) * scale, 1.0), row - 8, colour)
        drawing.text(at(max(begin, end)) + 6, y + 16, f"{step.bits:+.1f}", fill=colour)
        if number + 1 < len(steps):
            drawing.line(at(end), y + 4, at(end), y + row + 4, LINE)
    y = top + row * len(steps)
    drawing.text(left - 8, y + 16, "合计", anchor="end", bold=True)
    drawing.box(at(min(0, total)), y + 4, max(abs(total) * scale, 1.0), row - 8, INK)
    drawing.text(at(max(0, total)) + 6, y + 16, f"{total:+.1f}", bold=True)
    for number, note in enumerate(notes, start=1):
        drawing.text(16, bottom + 8 + 18 * number, note, fill=GREY)
    return str(drawing)


PRECISION_FROM = 0.9  # where the axis of precision begins: what lies below is drawn at its edge
PANELS: Mapping[str, tuple[float, float]] = {"precision": (0.0, 190.0), "recall": (230.0, 190.0), "shares": (460.0, 230.0)}


def accuracy(lists: pl.DataFrame, limit: float, title: str) -> str:
    """An SVG of one line a list: precision and recall of the hidden-ID test with their intervals, and what became of the list's records.

    `lists`: title, tested, wrong, expected_wrong (may be null), precision, recall, each with _low and _high (null where nothing was
    tested, or the month has no such row), linked, review, absent. `limit`: share of wrong links that is allowed.
    """
    left = 24 + max((width_of(name) for name in lists["title"]), default=0)
    row, top = 20, 96
    width = left + PANELS["shares"][0] + PANELS["shares"][1] + 150
    drawing = Drawing(width, top + row * lists.height + 46, title)
    drawing.text(16, 26, title, size=15, bold=True)
    said = f"横线是本月没有可用证件的行应落入的 95% 区间，低于 {PRECISION_FROM:.0%} 的画到边上。"
    said += f"红虚线是上限（每 {1 / limit:,.0f} 条错 1 条），整条在左的为超出。"
    drawing.text(16, 46, said, fill=GREY)
    for number in range(0, lists.height, 2):
        drawing.box(8, top + row * number, width - 16, row, STRIPE)
    _axes(drawing, left, top, row * lists.height, limit)
    wrong = "错连（实测 / 预期）" if lists["expected_wrong"].is_not_null().any() else "错连（实测）"
    drawing.text(left + PANELS["shares"][0] + PANELS["shares"][1] + 12, top - 28, wrong, bold=True)
    for number, each in enumerate(lists.iter_rows(named=True)):
        _list(drawing, left, top + row * number + row / 2, each, limit)
    return str(drawing)


def _axes(drawing: Drawing, left: float, top: float, height: float, limit: float) -> None:
    heads = {"precision": "准确率（连上的里面连对的）", "recall": "找回率（应连的里面连对的）", "shares": "本月各行去向"}
    for panel, (x, _) in PANELS.items():
        drawing.text(left + x, top - 28, heads[panel], bold=True)
    for share, panel in ((0.9, "precision"), (0.95, "precision"), (1.0, "precision"), (0.0, "recall"), (0.5, "recall"), (1.0, "recall")):
        x = left + _x(panel, share)
        drawing.line(x, top - 4, x, top + height, FAINT)
        drawing.text(x, top - 10, f"{share:.0%}", anchor="middle", fill=GREY, size=10)
    x = left + _x("precision", 1 - limit)
    drawing.line(x, top - 4, x, top + height, RED, dashes="4 3")
    x, y = left + PANELS["shares"][0], top - 10
    for words, colour in (("已关联", LINKED), ("待复核", REVIEWED), ("不在册", ABSENT)):
        drawing.box(x, y - 9, 10, 10, colour)
        drawing.text(x + 14, y, words, size=10, fill=GREY)
        x += 62


def _x(panel: str, share: float) -> float:
    x, width = PANELS[panel]
    least = PRECISION_FROM if panel == "precision" else 0.0
    return x + (min(max(share, least), 1.0) - least) / (1 - least) * width


def _list(drawing: Drawing, left: float, y: float, each: Mapping[str, Any], limit: float) -> None:
    """One list's line, centred at `y`."""
    drawing.text(left - 10, y + 4, each["title"], anchor="end")
    for panel in ("precision", "recall"):
        share, low, high = each[panel], each[f"{panel}_low"], each[f"{panel}_high"]
        if share is None:
            words = "没有连上的行" if each["tested"] else "没有可测的行"
            drawing.text(left + PANELS[panel][0] + 4, y + 4, words, fill=GREY, size=10)
            continue
        over = panel == "precision" and high is not None and high < 1 - limit
        colour = RED if over else GREEN
        if low is not None:
            drawing.line(left + _x(panel, low), y, left + _x(panel, high), y, colour, width=2)
        drawing.dot(left + _x(panel, share), y, colour)
    records = each["linked"] + each["review"] + each["absent"]
    x, full = left + PANELS["shares"][0], PANELS["shares"][1]
    for name, colour in (("linked", LINKED), ("review", REVIEWED), ("absent", ABSENT)):
        part = full * each[name] / max(records, 1)
        drawing.box(x, y - 6, part, 12, colour)
        x += part
    expected = each["expected_wrong"]
    if each["tested"]:
        wrong = f"{each['wrong']} / {expected:.1f}" if expected is not None else f"{each['wrong']}"
        drawing.text(left + PANELS["shares"][0] + full + 12, y + 4, f"{wrong}（测 {each['tested']} 行）")


LEAST_WRONG = 1e-4  # where the axis of wrong answers begins
WRONG_TICKS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)


def calibration(steps: pl.DataFrame, title: str) -> str:
    """An SVG of one line a step of probability: how much was expected to be wrong, and how much was, on one scale of powers of ten.

    `steps`: low, high, rows, expected, right, right_low, right_high (shares of right answers).
    """
    left, width, row, top = 130.0, 360.0, 22, 96
    drawing = Drawing(left + width + 250, top + row * steps.height + 30, title)
    drawing.text(16, 26, title, size=15, bold=True)
    drawing.text(16, 46, "灰竖线是程序自己预期的错误率，点是实测，横线是 95% 置信区间。点在灰线左边或线上，说明把握说得不大。", fill=GREY)
    drawing.text(left - 10, top - 28, "把握", anchor="end", bold=True)
    drawing.text(left, top - 28, "最可能的户不对的比例", bold=True)

    def at(right: float) -> float:
        return left + (math.log10(max(1 - right, LEAST_WRONG)) - math.log10(LEAST_WRONG)) / -math.log10(LEAST_WRONG) * width

    for wrong in WRONG_TICKS:
        drawing.line(at(1 - wrong), top - 4, at(1 - wrong), top + row * steps.height, FAINT)
        drawing.text(at(1 - wrong), top - 10, f"{wrong:.2%}".replace(".00", ""), anchor="middle", fill=GREY, size=10)
    for number, each in enumerate(steps.iter_rows(named=True)):
        y = top + row * number + row / 2
        drawing.text(left - 10, y + 4, f"{each['low']:.1%}—{each['high']:.1%}".replace(".0%", "%"), anchor="end")
        drawing.line(at(each["expected"]), y - 8, at(each["expected"]), y + 8, GREY, width=3)
        colour = RED if each["right_high"] < each["expected"] else GREEN
        drawing.line(at(each["right_high"]), y, at(each["right_low"]), y, colour, width=2)
        drawing.dot(at(each["right"]), y, colour)
        said = f"预期对 {each['expected']:.1%}，实测 {each['right']:.1%}（{each['rows']:,} 行）"
        drawing.text(left + width + 14, y + 4, said, fill=INK)
    return str(drawing)
