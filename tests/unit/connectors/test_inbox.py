import polars as pl
from nasty import feed

from connectors.inbox import keep_originals, scan
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
    kept = sorted((tmp_path.parent / "originals").iterdir())
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
    assert {path.read_bytes() for path in originals.iterdir()} == {path.read_bytes() for path in inbox.iterdir()}
    assert len(list(originals.iterdir())) == 5


def test_an_empty_or_missing_inbox(tmp_path):
    assert scan(tmp_path, feeds()).is_empty()
    assert scan(tmp_path / "nothing", feeds()).is_empty()
