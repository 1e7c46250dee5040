"""A file that came over the network, on its way to the desk: what it is, who may hand it in, and what was read in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from contracts.errors import HulianError
from contracts.home import Home
from delivery.county.returned import counts
from delivery.desk import Desk
from delivery.serving.hand_in import Refused, Taken
from delivery.serving.scope import Scope
from pipelines import review
from pipelines.taking import take_in

FILE = "工作簿.xlsx"  # the sender's own name enters no path and no text
NO_ANSWERS = "这个文件里没有入户核查表，也没有带“线索编号”和“核查结论”的清单。请交回村级工作簿，或改存为 xlsx 再试。"


def take(content: bytes, name: str, scope: Scope, *, home: Home, desk: Desk) -> Taken:
    """Read a filled-in visit workbook of the sender's own villages, or the county's review workbook. Raises `Refused` for others."""
    if scope.kind == "bureau":
        raise Refused("部门令牌只能取名单，不能交回工作簿。")
    of_visits = _visits(content, f"工作簿{Path(name).suffix.lower()}", scope, home, desk)
    if of_visits is not None:
        return of_visits
    if scope.kind != "county":
        raise Refused(NO_ANSWERS)
    return _reviewed(content, home, desk)


def _visits(content: bytes, name: str, scope: Scope, home: Home, desk: Desk) -> Taken | None:
    """What a visit workbook says; None for a file that is none. Raises `Refused` for what cannot be read at all."""
    try:
        result = take_in(content, name, home, desk, scope)
    except HulianError as unusable:
        raise Refused(str(unusable)) from unusable
    if not result.is_of_visits:
        return None
    written = result.written
    held = f"；{written.held} 条和原来的结论不一致，等县里定" if written.held else ""
    return Taken(
        title=f"入户核查：读懂 {result.taken.understood.height} 条，没有填 {result.taken.blank} 条{held}。下个月起生效。",
        new=written.new,
        known=written.same,
        understood=[(conclusion, f"{number} 户") for conclusion, number in result.counts],
        problems=result.problems,
    )


def _reviewed(content: bytes, home: Home, desk: Desk) -> Taken:
    """What a review workbook says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_bytes(content)
        try:
            returned, new = review.take(path, None, home, desk)
        except HulianError as unusable:
            raise Refused(str(unusable).removeprefix(f"{FILE}: ")) from unusable
    return Taken(
        title=f"{returned.month} 待复核工作簿：{returned.records} 条记录有决定，{returned.blank} 条没有填。再运行当月，决定即生效。",
        new=new,
        known=returned.decisions.height - new,
        understood=[(word, f"{number} 个候选") for word, number in counts(returned.decisions).items()],
        problems=[(f"第 {line} 行", message) for line, message in returned.problems],
    )
