import hashlib
import json
import os

import polars as pl
from nasty import feed

from connectors.inbox import JOURNAL, keep_originals, scan, waiting
from tests.files.make import InGbk, zipped


def feeds():
    return {"stays": feed(), "paid": feed(feed="paid", title="自付名单", source={"files": ["*住院*自付*"]})}


def test_every_file_is_known_a_duplicate_or_reported(tmp_path):
    contents = {
        "住院.xlsx": b"a",
        "住院 - 副本.xlsx": b"a",
        "住院自付.xlsx": b"b",
        "会议通知.docx": b"c",
        "~$住院.xlsx": b"d",
        "上坪镇/住院.XLSX": b"e",
    }
    for name, content in contents.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    files = scan(tmp_path, feeds())
    assert {name: (feed_name, status) for name, feed_name, status in files.select("file", "feed", "status").iter_rows()} == {
        "住院.xlsx": ("stays", "recognised"),
        "住院 - 副本.xlsx": ("stays", "duplicate"),
        "住院自付.xlsx": ("paid", "recognised"),
        "会议通知.docx": (None, "unknown"),
        "~$住院.xlsx": (None, "unknown"),
        "上坪镇/住院.XLSX": ("stays", "recognised"),
    }
    keep_originals(files, tmp_path, tmp_path.parent / "originals")
    keep_originals(files, tmp_path, tmp_path.parent / "originals")
    kept = sorted(path for path in (tmp_path.parent / "originals").iterdir() if path.name != JOURNAL)
    assert len(kept) == len(contents)
    assert {path.read_bytes() for path in kept} == set(contents.values())


def test_files_in_archives_are_files_of_their_own_and_extensions_count_for_little(tmp_path):
    inbox, originals = tmp_path / "inbox", tmp_path / "originals"
    inbox.mkdir()
    people = b"\xd0\xd5\xc3\xfb,1\n"
    (inbox / "名单.zip").write_bytes(zipped({"住院.xlsx": people, "会议通知.csv": people, "住院.pdf": b"%PDF-1.7"}, InGbk))
    (inbox / "住院 各镇.zip").write_bytes(zipped({"上坪镇.csv": people + b"1", "下坪镇/住院自付.csv": people + b"2"}))
    (inbox / "住院 坏.zip").write_bytes(zipped({"a.csv": people})[:-30])
    (inbox / "坏.zip").write_bytes(zipped({"a.csv": people})[:-30])
    (inbox / "关于住院名单的函.pdf").write_bytes(b"%PDF-1.7")
    by_extension = {"stays": feed(source={"files": ["*住院*.xls*"]}), "paid": feed(feed="paid", source={"files": ["*住院*自付*.xls*"]})}
    files = scan(inbox, by_extension)
    assert files.select("file", "feed").rows() == [
        ("住院 各镇.zip/上坪镇.csv", "stays"),
        ("住院 各镇.zip/下坪镇/住院自付.csv", "paid"),
        ("住院 坏.zip", "stays"),
        ("关于住院名单的函.pdf", None),
        ("名单.zip/会议通知.csv", None),
        ("名单.zip/住院.pdf", None),
        ("名单.zip/住院.xlsx", "stays"),
        ("坏.zip", None),
    ]
    assert "压缩包不完整或已损坏" in files.filter(pl.col("file") == "坏.zip")["message"].item()
    assert "PDF" in files.filter(pl.col("file") == "关于住院名单的函.pdf")["message"].item()
    keep_originals(files, inbox, originals)
    kept = [path for path in originals.iterdir() if path.name != JOURNAL]
    assert {path.read_bytes() for path in kept} == {path.read_bytes() for path in inbox.iterdir()}
    assert len(kept) == 5


def test_a_corrected_file_replaces_the_earlier_one(tmp_path):
    names = ["住院.xlsx", "住院（更正）.csv", "住院_v2.xlsx", "住院2.xlsx", "住院补报.xlsx", "上坪镇/住院修订版.xlsx", "下坪镇/住院.xlsx"]
    for age, name in enumerate(names):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
        os.utime(tmp_path / name, (2e9 - age, 2e9 - age))
    files = scan(tmp_path, feeds())
    assert dict(files.select("file", "status").iter_rows()) == {
        "住院.xlsx": "replaced",
        "住院（更正）.csv": "recognised",
        "住院_v2.xlsx": "replaced",
        "住院2.xlsx": "recognised",
        "住院补报.xlsx": "recognised",
        "上坪镇/住院修订版.xlsx": "recognised",
        "下坪镇/住院.xlsx": "recognised",
    }
    assert "更正件 住院（更正）.csv" in files.filter(file="住院.xlsx")["message"].item()


def test_a_file_waits_until_it_stops_growing(tmp_path):
    slow = {"stays": feed(source={"files": ["*住院*"], "settle_seconds": 60})}
    path = tmp_path / "住院.xlsx"
    path.write_bytes(b"half")
    os.utime(path, (1e9, 1e9))  # a copying program has set the time back; the other time tells
    written = path.stat().st_ctime
    assert scan(tmp_path, slow, clock=lambda: written + 59).select("status", "feed").row(0) == ("arriving", "stays")
    assert waiting(tmp_path, slow, clock=lambda: written + 59) == ["住院.xlsx"]
    assert scan(tmp_path, slow, clock=lambda: written + 60)["status"].item() == "recognised"
    assert waiting(tmp_path, slow, clock=lambda: written + 60) == []
    path.write_bytes(b"half and half")
    grown = path.stat().st_ctime
    assert scan(tmp_path, slow, clock=lambda: grown + 59)["status"].item() == "arriving"
    assert scan(tmp_path, feeds(), clock=lambda: grown)["status"].item() == "recognised"


def test_of_a_file_that_was_overwritten_both_versions_are_kept_with_their_times(tmp_path):
    inbox, originals = tmp_path / "inbox", tmp_path / "originals"
    inbox.mkdir()
    for moment, content in enumerate([b"first", b"second", b"second"]):
        (inbox / "住院.xlsx").write_bytes(content)
        keep_originals(scan(inbox, feeds()), inbox, originals, clock=lambda moment=moment: 60.0 * moment)
    notes = [json.loads(line) for line in (originals / JOURNAL).read_text(encoding="utf-8").splitlines()]
    assert [(note["file"], note["seen"]) for note in notes] == [
        ("住院.xlsx", "1970-01-01T00:00:00+00:00"),
        ("住院.xlsx", "1970-01-01T00:01:00+00:00"),
    ]
    assert [(originals / note["copy"]).read_bytes() for note in notes] == [b"first", b"second"]


def test_who_delivered_a_file_is_kept_with_it(tmp_path):
    inbox, originals = tmp_path / "inbox", tmp_path / "originals"
    (inbox / "上坪镇").mkdir(parents=True)
    for name in ("住院.xlsx", "上坪镇/住院.xlsx", "住院补报.xlsx"):
        (inbox / name).write_bytes(name.encode())
    lines = "文件名,报送人\n住院.xlsx,医保局 张三\n上坪镇/住院.xlsx,上坪镇 李四\n,\n住院补报.xlsx,\n"
    (inbox / "来文登记.csv").write_bytes(lines.encode("gb18030"))
    files = scan(inbox, feeds())
    assert files.filter(file="来文登记.csv")["status"].item() == "register"
    keep_originals(files, inbox, originals)
    notes = [json.loads(line) for line in (originals / JOURNAL).read_text(encoding="utf-8").splitlines()]
    owner = (inbox / "住院补报.xlsx").owner()
    assert {note["file"]: note["delivered_by"] for note in notes} == {
        "住院.xlsx": "医保局 张三",
        "上坪镇/住院.xlsx": "上坪镇 李四",
        "住院补报.xlsx": owner,
        "来文登记.csv": owner,
    }


def test_originals_are_write_protected_and_named_by_what_is_in_them(tmp_path):
    inbox, originals = tmp_path / "inbox", tmp_path / "originals"
    inbox.mkdir()
    (inbox / "住院.xlsx").write_bytes(b"half")
    files = scan(inbox, feeds())
    (inbox / "住院.xlsx").write_bytes(b"half and half")  # it grew after it had been looked at
    keep_originals(files, inbox, originals)
    (kept,) = (path for path in originals.iterdir() if path.name != JOURNAL)
    assert kept.name.startswith(hashlib.sha256(b"half and half").hexdigest()[:16])
    assert not kept.stat().st_mode & 0o222


def test_names_of_other_encodings_and_very_long_ones(tmp_path):
    inbox, originals = tmp_path / "inbox", tmp_path / "originals"
    inbox.mkdir()
    long = "住院" + "长" * 80 + ".xlsx"
    (inbox / long).write_bytes(b"a")
    with open(os.fsencode(inbox) + b"/" + "危房.csv".encode("gbk"), "wb") as file:  # noqa: PTH123 - a path in bytes
        file.write(b"b")
    files = scan(inbox, feeds())
    assert dict(files.select("file", "status").iter_rows()) == {long: "recognised", "危房.csv": "unknown"}
    keep_originals(files, inbox, originals)
    assert [path.read_bytes() for path in originals.iterdir() if path.name != JOURNAL] == [b"a"]


def test_an_empty_or_missing_inbox(tmp_path):
    assert scan(tmp_path, feeds()).is_empty()
    assert scan(tmp_path / "nothing", feeds()).is_empty()
