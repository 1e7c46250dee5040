"""Charts of counts as SVG, for people who would rather look than read: bars in parts, and villages as tiles.

Counts of lists, towns and villages only; the drawing itself is `delivery.pictures.Drawing`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl

from delivery.book import GREY
from delivery.pictures import FAINT, STRIPE, Drawing, width_of

PALETTE = ("#2E7D64", "#D9961A", "#5B7DB1", "#B5473C", "#8A6FA8", "#4E9AA6", "#A38B5C", "#7C8894")
BAR, ROW, TOP = 420.0, 20, 84
TILE, ACROSS = 74.0, 10
SHADES = ("#F1F4F3", "#CFE3DA", "#9FCBB8", "#5FA688", "#2E7D64", "#174D3B")


def stacked(title: str, rows: pl.DataFrame, parts: Mapping[str, tuple[str, str]], note: str = "") -> str:
    """An SVG of one bar a row, in parts.

    `rows`: label, then the columns of `parts` (column -> words and colour), counts. The longest bar fills the width.
    """
    left = 28 + max((width_of(label) for label in rows["label"]), default=0)
    totals = rows.select(pl.sum_horizontal(list(parts)))[:, 0] if rows.height else pl.Series([0])
    longest = max(float(totals.to_numpy().max()), 1.0)
    legend = 16 + sum(26 + width_of(words) * 10 / 12 for words, _ in parts.values())
    drawing = Drawing(max(left + BAR + 80, legend), TOP + ROW * max(rows.height, 1) + 20, title)
    drawing.text(16, 26, title, size=15, bold=True)
    drawing.text(16, 46, note, fill=GREY)
    x = 16.0
    for words, colour in parts.values():
        drawing.box(x, TOP - 26, 10, 10, colour)
        drawing.text(x + 14, TOP - 17, words, size=10, fill=GREY)
        x += 26 + width_of(words) * 10 / 12
    if rows.is_empty():
        drawing.text(left, TOP + 14, "本月没有", fill=GREY)
    for number, each in enumerate(rows.iter_rows(named=True)):
        y = TOP + ROW * number
        if number % 2 == 0:
            drawing.box(8, y, left + BAR + 64, ROW, STRIPE)
        drawing.text(left - 10, y + 14, each["label"], anchor="end")
        x = left
        for name, (_, colour) in parts.items():
            width = BAR * each[name] / longest
            drawing.box(x, y + 4, width, ROW - 8, colour)
            x += width
        drawing.text(x + 6, y + 14, f"{sum(each[name] for name in parts):,}", fill=GREY)
    return str(drawing)


def tiles(title: str, villages: pl.DataFrame, note: str = "") -> str:
    """An SVG of one tile a village, by town, darker with more doors. `villages`: town, village, doors."""
    towns = villages.sort("town", "village").partition_by("town", maintain_order=True)
    lines = sum(math.ceil(town.height / ACROSS) for town in towns)
    height = TOP + lines * (TILE * 0.55 + 6) + len(towns) * 26 + 12
    drawing = Drawing(32 + ACROSS * (TILE + 6), height, title)
    drawing.text(16, 26, title, size=15, bold=True)
    drawing.text(16, 46, note, fill=GREY)
    most = max(int(villages["doors"].to_numpy().max()) if villages.height else 0, 1)
    y = TOP - 22.0
    for town in towns:
        drawing.text(16, y + 14, f"{town['town'][0]}（{town['doors'].sum():,} 户）", bold=True)
        y += 22
        for at, each in enumerate(town.iter_rows(named=True)):
            across, down = at % ACROSS, at // ACROSS
            left, top = 16 + across * (TILE + 6), y + down * (TILE * 0.55 + 6)
            shade = math.ceil(each["doors"] / most * (len(SHADES) - 1))
            drawing.box(left, top, TILE, TILE * 0.55, SHADES[shade] if each["doors"] else FAINT)
            ink = "#FFFFFF" if shade >= 4 else "#22313A"
            drawing.text(left + TILE / 2, top + 17, each["village"][:5], anchor="middle", size=11, fill=ink)
            drawing.text(left + TILE / 2, top + 33, str(each["doors"]), anchor="middle", size=12, bold=True, fill=ink)
        y += math.ceil(town.height / ACROSS) * (TILE * 0.55 + 6) + 4
    return str(drawing)
