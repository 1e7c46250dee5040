"""What comes over the network and is no workbook for this desk is refused with the way out."""

from __future__ import annotations

import io
import json
from functools import partial

import openpyxl
import pytest

from contracts.home import Home
from delivery.desk import open_desk
from delivery.serving.hand_in import Refused, receive
from delivery.serving.scope import Scope
from pipelines.hand_in import take


def workbook() -> bytes:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


REFUSED = [
    ("county", workbook(), "找不到表头"),
    ("county", b"PK no workbook", "不是可以读的工作簿"),
    ("village:522699100200", workbook(), "没有入户核查表"),
    ("village:522699100200", "今天下雨".encode(), "没有入户核查表"),
    ("village:522699100200", b"\x89PNG\r\n\x00\x1a", "读不出内容"),
    ("village:522699100200", b"[{", "JSON 格式有误"),
    ("bureau:医保局", workbook(), "部门令牌只能取名单"),
]


@pytest.mark.parametrize(("scope", "content", "told"), REFUSED)
def test_what_cannot_be_used_is_refused(scope, content, told, tmp_path):
    desk = open_desk(f"sqlite:///{tmp_path}/desk.sqlite")
    with pytest.raises(Refused, match=told) as refused:
        take(content, "杨正华.xlsx", Scope.parse(scope), home=Home(tmp_path), desk=desk)
    assert "杨正华" not in str(refused.value)


@pytest.mark.parametrize("name", ["名单.csv", "名单.json"])
def test_a_table_of_text_is_read_as_a_workbook_is_and_an_unknown_lead_is_told_by_its_place(name, tmp_path):
    desk = open_desk(f"sqlite:///{tmp_path}/desk.sqlite")
    answer = {"线索编号": "202611-0000-0001", "核查结论": "情况属实", "核查日期": "2026-12-08"}
    content = json.dumps([answer], ensure_ascii=False) if name.endswith("json") else "\n".join(map(",".join, [answer, answer.values()]))
    taken = receive(content.encode(), name, Scope.parse("county"), partial(take, home=Home(tmp_path), desk=desk))
    assert taken.new == 0
    assert any("线索编号" in place + said for place, said in taken.problems)
