"""What only a real server shows: types, rights, lost connections. Each test runs on PostgreSQL and, where there is one, on MariaDB."""

import gc
import threading

import polars as pl
import pytest
from nasty import COLUMNS, feed
from servers import MARIADB, mariadb, postgresql
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import DBAPIError

from connectors.database import read_query
from connectors.dialects import address, begin, cause_of
from contracts.errors import HeldFeed
from contracts.month import Month

NOVEMBER = Month(2026, 11)
QUERY = """
SELECT xm AS 姓名, sfz AS 身份证号, je AS 个人自付, rq AS 出院日期 FROM stays
WHERE rq >= :first_day AND rq < :next_first_day ORDER BY id
"""
TABLES = (
    "CREATE TABLE stays (id INTEGER PRIMARY KEY, xm VARCHAR(40), sfz VARCHAR(22), je DECIMAL(12, 2), rq DATE)",
    "INSERT INTO stays VALUES (1, '张三', '522699198001011', 12.5, '2026-11-01'), (2, '李,\"四', NULL, 3, '2026-11-30')",
    "INSERT INTO stays VALUES (3, '', '', NULL, '2026-11-30'), (4, '王五', '1', 1, '2026-12-01')",
    "CREATE TABLE secrets (xm VARCHAR(40), je INTEGER)",
    "CREATE TABLE once (seconds INTEGER)",
)
ENDED = {  # the sessions that sleep, and how one is ended from outside
    "postgresql": ("SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'", "SELECT pg_terminate_backend({id})"),
    "mysql": ("SELECT id FROM information_schema.processlist WHERE state = 'User sleep'", "KILL CONNECTION {id}"),
}


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def server(request):
    if request.param == "mariadb" and MARIADB is None:
        pytest.skip("no MariaDB on this machine: apt-get install mariadb-server brings one")
    reader = "CREATE USER reader PASSWORD 'right'" if request.param == "postgresql" else "CREATE USER reader IDENTIFIED BY 'right'"
    with (postgresql if request.param == "postgresql" else mariadb)() as url:
        run(url, *TABLES, reader, "GRANT SELECT ON stays TO reader")
        yield url


def run(url, *commands):
    engine = create_engine(address(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        results = [connection.exec_driver_sql(command) for command in commands]
        rows = [result.fetchall() if result.returns_rows else [] for result in results]
    engine.dispose()
    return rows


def bureau(query=QUERY, **more):
    return feed(source={"database": "bureau", "query": query, **more}, columns=COLUMNS[2:])


def as_reader(url, *, word="right"):
    return changed(url, username="reader", password=word)


def changed(url, **parts):
    return make_url(url).set(**parts).render_as_string(hide_password=False)


def kind_of(url):
    return "postgresql" if url.startswith("postgresql") else "mysql"


def test_a_month_is_a_window_of_dates_and_comes_as_text(server):
    rows = read_query(bureau(), server, NOVEMBER).rows
    assert rows.select("row_id", "姓名", "身份证号", "个人自付", "出院日期").rows() == [
        ("database:bureau#!1", "张三", "522699198001011", "12.50", "2026-11-01"),
        ("database:bureau#!2", '李,"四', None, "3.00", "2026-11-30"),
        ("database:bureau#!3", "", "", None, "2026-11-30"),
    ]
    assert read_query(bureau(), server, Month(2026, 10)).rows.height == 0


def test_a_parameter_also_compares_with_text_and_percent_signs_stay(server):
    query = "SELECT '2026-11' AS 姓名, '100%' AS 个人自付 FROM stays WHERE '2026-11' = :month AND xm LIKE '张%' ; "
    assert read_query(bureau(query), server, NOVEMBER).rows.select("姓名", "个人自付").rows() == [("2026-11", "100%")]


@pytest.mark.parametrize("command", ["DELETE FROM stays", "DROP TABLE stays", "CREATE TABLE more (a INTEGER)"])
def test_nothing_can_be_written(server, command):
    with pytest.raises(HeldFeed, match="已被拒绝"):
        read_query(bureau(command), server, NOVEMBER)
    engine = create_engine(address(server))
    with engine.connect() as connection:
        begin(connection, 5)
        with pytest.raises(DBAPIError) as refused:
            connection.exec_driver_sql(command)
    engine.dispose()
    assert cause_of(refused.value) == "writes"
    assert run(server, "SELECT count(*) FROM stays") == [[(4,)]]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT xm AS 姓名 FROM nowhere", "数据库 bureau 查询里的表 nowhere 不存在.*config/feeds/stays.yml"),
        ("SELECT nothing AS 姓名 FROM stays", "查询里的列 nothing 不存在"),
        ("SELECT xm AS 姓名 FROM secrets", "账号没有权限读.*SELECT"),
        ("SELECT xm FORM stays", "语法错误"),
        ("SELECT xm AS 姓名, je AS 个人自付 FROM stays WHERE xm = :town", "参数 town 不认识"),
    ],
)
def test_what_does_not_work_is_explained(server, query, message):
    with pytest.raises(HeldFeed, match=message) as held:
        read_query(bureau(query), as_reader(server) if "secrets" in query else server, NOVEMBER)
    assert "住院名单" in str(held.value)
    assert "right" not in str(held.value)


def test_a_wrong_server_is_explained_without_the_address(server):
    elsewhere = changed(as_reader(server), query={}, host="127.0.0.1", port=9)
    nowhere = changed(server, database="nowhere")
    for url, message in ((elsewhere, "连不上数据库服务器"), (nowhere, "没有这个数据库")):
        with pytest.raises(HeldFeed, match=message) as held:
            read_query(bureau(), url, NOVEMBER)
        assert not [word for word in ("127.0.0.1", "right", "nowhere", "://") if word in str(held.value)]


def test_a_wrong_password_is_told_from_other_errors(server):
    assert read_query(bureau(), as_reader(server), NOVEMBER).rows.height == 3
    with pytest.raises(HeldFeed, match=r"用户名或密码不对.*HULIAN_DB_BUREAU_PASSWORD") as held:
        read_query(bureau(), as_reader(server, word="wrong"), NOVEMBER)
    assert "wrong" not in str(held.value)


def test_a_query_has_a_time_limit(server):
    sleep = "pg_sleep(600)" if kind_of(server) == "postgresql" else "SLEEP(600)"
    with pytest.raises(HeldFeed, match=r"超过 1 秒没有完成.*timeout_seconds"):
        read_query(bureau(f"SELECT xm AS 姓名, {sleep} AS 个人自付 FROM stays", timeout_seconds=1), server, NOVEMBER)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # pymysql reads on in __del__ when its connection is gone
@pytest.mark.parametrize("times", [1, 9])
def test_a_connection_lost_on_the_way_is_taken_up_without_doubled_or_lost_rows(server, times):
    """The query sleeps behind its 40,000th row until its session is ended from outside, as often as `times`."""
    postgres = kind_of(server) == "postgresql"
    numbers = "generate_series(1, 50000) AS numbers (seq)" if postgres else "(SELECT seq FROM seq_1_to_50000) AS numbers"
    sleep = "CAST(pg_sleep(seconds) AS TEXT)" if postgres else "SLEEP(seconds)"
    asleep = f"(SELECT count({sleep}) FROM once WHERE seq = 40000)"
    run(server, "DELETE FROM once", "INSERT INTO once VALUES (600)")
    sleeping, end = ENDED[kind_of(server)]
    finished, ended = threading.Event(), []

    def killer():
        while not finished.is_set() and len(ended) < times:
            for (session,) in run(server, sleeping)[0]:
                ended.append(session)
                run(server, *(["DELETE FROM once"] if len(ended) == times else []), end.format(id=session))

    thread = threading.Thread(target=killer)
    thread.start()
    waits = []
    query = bureau(f"SELECT seq AS 姓名, {asleep} AS 身份证号, 1 AS 个人自付 FROM {numbers}")
    try:
        if times == 1:
            rows = read_query(query, server, NOVEMBER, wait=waits.append).rows
            assert rows["姓名"].cast(pl.Int64).sort().to_list() == list(range(1, 50_001))
            assert len(waits) == 1
        else:
            with pytest.raises(HeldFeed, match="连接中断，重试 3 次"):
                read_query(query, server, NOVEMBER, wait=waits.append)
    finally:
        finished.set()
        thread.join()
    gc.collect()  # so that pymysql complains here


@pytest.mark.parametrize("dialect", ["kingbase", "opengauss"])
def test_relatives_of_postgresql_are_spoken_to_as_such(server, dialect):
    if kind_of(server) != "postgresql":
        pytest.skip("MariaDB is no relative")
    assert read_query(bureau(), server.replace("postgresql://", f"{dialect}://"), NOVEMBER).rows.height == 3
