from nasty import feed

from connectors.inbox import keep_originals, scan


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


def test_an_empty_or_missing_inbox(tmp_path):
    assert scan(tmp_path, feeds()).is_empty()
    assert scan(tmp_path / "nothing", feeds()).is_empty()
