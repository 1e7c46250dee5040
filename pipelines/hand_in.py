"""A workbook that came over the network, on its way to the desk: what it is, who may hand it in, and what was read in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from contracts.errors import HulianError
from contracts.home import Home
from delivery.desk import Desk
from delivery.returned import counts
from delivery.serving.hand_in import Refused, Taken
from delivery.serving.scope import Scope
from pipelines import review

FILE = "工作簿.xlsx"  # the sender's own name enters no path and no text


def take(content: bytes, _name: str, scope: Scope, *, home: Home, desk: Desk) -> Taken:
    """Read a filled-in review workbook, which is the county's. Raises `Refused` for another one, and for another sender."""
    if scope.kind != "county":
        raise Refused("这里目前只接收县级复核人员填好的“待复核”工作簿；入户核查工作簿请按原来的办法交回乡镇。")
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
