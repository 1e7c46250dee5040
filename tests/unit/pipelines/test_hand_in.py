"""What comes over the network and is no workbook for this desk is refused with the way out."""

from __future__ import annotations

import io

import openpyxl
import pytest

from contracts.home import Home
from delivery.desk import open_desk
from delivery.serving.hand_in import Refused
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
    ("bureau:医保局", workbook(), "部门令牌只能取名单"),
]


@pytest.mark.parametrize(("scope", "content", "told"), REFUSED)
def test_what_cannot_be_used_is_refused(scope, content, told, tmp_path):
    desk = open_desk(f"sqlite:///{tmp_path}/desk.sqlite")
    with pytest.raises(Refused, match=told) as refused:
        take(content, "杨正华.xlsx", Scope.parse(scope), home=Home(tmp_path), desk=desk)
    assert "杨正华" not in str(refused.value)
