import pytest

from contracts.feed import Feed
from standards.headers import Headings, unit_of


def headings():
    columns = [
        {"name": "person_name", "headers": ["学生姓名", "学生信息_姓名", "姓名"]},
        {"name": "guardian_name", "headers": ["监护人", "监护人信息姓名", "姓名_2"]},
        {"name": "head_name", "headers": ["户主"]},
        {"name": "self_paid", "headers": ["个人自付"], "type": "money", "required": True},
    ]
    contract = {
        "feed": "f",
        "title": "t",
        "bureau": "b",
        "role": "risk",
        "source": {"files": ["*"]},
        "columns": columns,
        "ignore": ["备注"],
    }
    return Headings(Feed.model_validate(contract))


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (["学生姓名", "监护人"], {"person_name": "学生姓名", "guardian_name": "监护人"}),
        (["监护人信息_姓名", "学生信息_姓名"], {"person_name": "学生信息_姓名", "guardian_name": "监护人信息_姓名"}),
        (["姓名", "姓名_2"], {"person_name": "姓名", "guardian_name": "姓名_2"}),
        (["基本情况_姓名", "家长情况_姓名"], {"person_name": "基本情况_姓名", "guardian_name": "家长情况_姓名"}),
        (["户主（签字）", "个人自付（万元）"], {"head_name": "户主（签字）", "self_paid": "个人自付（万元）"}),
        (["费用（元）_个人 自付"], {"self_paid": "费用（元）_个人 自付"}),
    ],
)
def test_headers_by_name(headers, columns):
    assert headings().match(headers).columns == columns


def test_what_is_left_over():
    found = headings().match(["姓名", "学生姓名", "备注", "身高"])
    assert found.columns == {"person_name": "学生姓名"}
    assert (found.doubled, found.ignored, found.unknown) == (("姓名",), ("备注",), ("身高",))
    assert headings().missing(found) == ["self_paid"]


def test_units():
    headers = ["个人自付（万元）", "费用（万元）_自付（元）", "金额(单位：千元)", "面积（亩）"]
    assert [unit_of(header) for header in headers] == ["万元", "元", "千元", None]
