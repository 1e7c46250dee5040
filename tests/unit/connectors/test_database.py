import pytest
from nasty import COLUMNS, feed
from sqlalchemy import create_engine, text

from connectors.database import read_query
from connectors.fetch import _spelt
from contracts.errors import HeldFeed
from contracts.month import Month

QUERY = "SELECT xm AS 姓名, sfz AS 身份证号, je AS 个人自付 FROM stays WHERE day <= :last_day ORDER BY id"


@pytest.fixture
def url(tmp_path):
    address = f"sqlite:///{tmp_path}/bureau.sqlite"
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE stays (id INTEGER, xm TEXT, sfz TEXT, je REAL, day TEXT)"))
        connection.execute(
            text("INSERT INTO stays VALUES (1, '张三', '522699198001011', 12.5, '2026-11-05'), (2, '李四', NULL, 3, '2026-12-01')")
        )
    engine.dispose()
    return address


def bureau(query=QUERY):
    return feed(source={"database": "bureau", "query": query}, columns=COLUMNS[2:])


def test_a_query_gives_the_rows_of_its_month_as_text(url):
    rows = read_query(bureau(), url, Month(2026, 11)).rows
    assert rows.select("row_id", "姓名", "个人自付").rows() == [("database:bureau#!1", "张三", "12.5")]
    assert read_query(bureau(), url, Month(2026, 12)).rows.height == 2


@pytest.mark.parametrize("at_once", [1, 20_000])
def test_rows_that_come_in_blocks_lie_in_one_piece(url, monkeypatch, at_once):
    heights = []
    monkeypatch.setattr("connectors.fetch.AT_ONCE", at_once)
    monkeypatch.setattr("connectors.fetch._spelt", lambda name, values: heights.append(len(values)) or _spelt(name, values))
    rows = read_query(bureau(), url, Month(2026, 12)).rows
    assert max(heights) == min(at_once, 2)
    assert {column.n_chunks() for column in rows} == {1}


def test_columns_of_one_name_are_told_apart(url):
    query = "SELECT xm AS 姓名, xm AS 姓名, je AS 个人自付, id AS row_id FROM stays ORDER BY id"
    rows = read_query(bureau(query), url, Month(2026, 11)).rows
    assert rows.columns[4:] == ["姓名", "姓名_2", "个人自付", "row_id（列）"]


def test_the_connection_cannot_write(url):
    with pytest.raises(HeldFeed):
        read_query(bureau("DELETE FROM stays RETURNING xm AS 姓名, je AS 个人自付"), url, Month(2026, 11))
    assert read_query(bureau(), url, Month(2026, 12)).rows.height == 2


@pytest.mark.parametrize(
    ("query", "message"), [("SELECT xm FROM nowhere", "表 nowhere 不存在"), ("SELECT xm AS 姓名 FROM stays", "缺少必需的列：“个人自付”")]
)
def test_what_does_not_work_is_explained_without_the_address(url, query, message):
    with pytest.raises(HeldFeed, match=message) as held:
        read_query(bureau(query), url, Month(2026, 11))
    assert "sqlite:" not in str(held.value)


def test_a_database_file_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(HeldFeed, match="没有这个数据库"):
        read_query(bureau(), f"sqlite:///{tmp_path}/none.sqlite", Month(2026, 11))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("dm://u:secret@h/d", r'需要 达梦 的驱动.*pip install "hulian\[dameng\]"'),
        ("oracle://u:secret@h/d", r'pip install "hulian\[oracle\]"'),
        ("mssql://u:secret@h/d", r'pip install "hulian\[sqlserver\]"'),
        ("access://u:secret@h/d", "地址写法不对"),
        ("u:secret@h", "地址写法不对"),
    ],
)
def test_a_missing_driver_is_named(address, message):
    with pytest.raises(HeldFeed, match=message) as held:
        read_query(bureau(), address, Month(2026, 11))
    assert "secret" not in str(held.value)
