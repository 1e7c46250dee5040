"""Which lists a month rests on and which it lacks, in one sentence for every page that somebody decides by."""

from __future__ import annotations

import polars as pl


def absent_note(reception: pl.DataFrame) -> str:
    """What did not come of `RECEPTION`, and which older lists stand in; empty when all that was due is there."""
    parts = []
    for state, words in (("未报", "本月未收到"), ("暂缓", "收到但读不出、暂缓")):
        named = [
            f"{bureau}《{title}》" for bureau, title in reception.filter(pl.col("state") == state).select("bureau", "title").iter_rows()
        ]
        if named:
            parts.append(f"{words}：{'、'.join(named)}")
    carried = reception.filter(pl.col("state") == "沿用").select("bureau", "title", "carried_from", "carried_months")
    named = [f"{bureau}《{title}》（{source}，{age}个月前）" for bureau, title, source, age in carried.iter_rows()]
    if named:
        parts.append(f"沿用以前的清单：{'、'.join(named)}")
    return "；".join(parts) + "。" if parts else ""
