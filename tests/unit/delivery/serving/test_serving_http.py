"""Saving the line, keeping the door: validators, ranges, compression, limits, headers, and what is said when something is wrong."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import logging
import re
import zipfile

import httpx2
import openpyxl
import pytest

from delivery.serving.limits import Buckets, Pace, Paces
from tests.unit.delivery.serving.world import FIRST, NOVEMBER, TOWN, World, make

BASE = "/api/v1/months/2026-11/releases/current"
WORKBOOK = f"{BASE}/villages/{FIRST}.xlsx"
JSON = f"{BASE}/villages/{FIRST}.json"
WORDS = {"code", "message", "way_out"}


def raw(world: World, path: str, **headers: str) -> httpx2.Response:
    """The answer to the county, with nothing asked for that is not said here."""
    return world.client("county").get(
        path, headers={"accept-encoding": "identity", **{name.replace("_", "-"): headers[name] for name in headers}}
    )


def test_a_released_file_is_sent_as_it_was_released(world):
    answer = raw(world, WORKBOOK)
    issue = world.service.shelf.issues("2026-11")[0]
    file = next(file for file in issue.files if str(file.audience) == f"village:{FIRST}" and file.format == "xlsx")
    assert hashlib.sha256(answer.content).hexdigest() == file.sha256
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''")


def test_the_forms_of_a_list_hold_the_same_rows(world):
    sheet = openpyxl.load_workbook(io.BytesIO(raw(world, WORKBOOK).content))["线索清单"]
    rows = raw(world, JSON).json()["sheets"][0]["rows"]
    lines = raw(world, f"{BASE}/villages/{FIRST}.csv").content.decode("utf-8-sig")
    assert (
        [row["线索编号"] for row in rows]
        == [sheet.cell(row, 14).value for row in (4, 5)]
        == ["2026-11-" + FIRST + "-01", "2026-11-" + FIRST + "-02"]
    )
    assert all(row["线索编号"] in lines for row in rows)


def test_a_town_gets_its_villages_as_one_list_or_one_archive(world):
    client = world.client(f"town:{TOWN}")
    listed = client.get(f"{BASE}/towns/{TOWN}.json").json()["sheets"][0]["rows"]
    assert [row["行政村代码"] for row in listed] == ["522699100200"] * 2 + ["522699100201"] * 2
    with zipfile.ZipFile(io.BytesIO(client.get(f"{BASE}/towns/{TOWN}.zip").content)) as archive:
        assert len(archive.namelist()) == 2
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{BASE}/towns/{TOWN}.xlsx").content))["线索清单"]
    assert sheet.max_row == 7


CONDITIONS = [
    ({}, 200),
    ({"if_none_match": "{tag}"}, 304),
    ({"if_none_match": "W/{tag}"}, 304),
    ({"if_none_match": '"other", {tag}'}, 304),
    ({"if_none_match": "*"}, 304),
    ({"if_none_match": '"other"'}, 200),
    ({"range": "bytes=0-99"}, 206),
    ({"range": "bytes=0-99", "if_range": "{tag}"}, 206),
    ({"range": "bytes=0-99", "if_range": '"other"'}, 200),
    ({"range": "bytes=0-99", "if_range": "W/{tag}"}, 200),
    ({"range": "bytes=5-2"}, 200),
    ({"range": "bytes=0-1,5-6"}, 200),
    ({"range": "lines=0-1"}, 200),
    ({"range": "bytes=-"}, 200),
    ({"range": "bytes=99999999-"}, 416),
    ({"range": "bytes=-0"}, 416),
]


@pytest.mark.parametrize(("asked", "status"), CONDITIONS)
@pytest.mark.parametrize("path", [WORKBOOK, JSON])
def test_conditions_and_ranges(path, asked, status, world):
    tag = raw(world, path).headers["etag"]
    assert raw(world, path, **{name: value.format(tag=tag) for name, value in asked.items()}).status_code == status


@pytest.mark.parametrize("path", [WORKBOOK, JSON])
def test_a_broken_download_goes_on_where_it_broke(path, world):
    whole = raw(world, path)
    tag, size = whole.headers["etag"], len(whole.content)
    first = raw(world, path, range=f"bytes=0-{size // 3}")
    rest = raw(world, path, range=f"bytes={size // 3 + 1}-", if_range=tag)
    assert first.content + rest.content == whole.content
    assert rest.headers["content-range"] == f"bytes {size // 3 + 1}-{size - 1}/{size}"
    assert raw(world, path, range="bytes=-7").content == whole.content[-7:]


def test_texts_are_compressed_once_and_workbooks_never(world):
    with world.client("county").stream("GET", JSON, headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == raw(world, JSON).content
    assert answer.headers["etag"] != raw(world, JSON).headers["etag"]
    assert raw(world, JSON, accept_encoding="gzip", if_none_match=answer.headers["etag"]).status_code == 304
    assert "content-encoding" not in raw(world, WORKBOOK, accept_encoding="gzip").headers
    assert "content-encoding" not in raw(world, JSON, accept_encoding="gzip;q=0, br").headers


def test_head_tells_what_get_would(world):
    client = world.client("county")
    head, got = client.head(WORKBOOK), client.get(WORKBOOK)
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(got.headers)


def test_a_file_whose_bytes_are_not_the_manifests_is_not_handed_out(tmp_path):
    world = make(tmp_path)
    path = next((world.home.release(NOVEMBER, 1) / "村级").rglob(f"*{FIRST}*.xlsx"))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    answer = world.client("county").get(WORKBOOK)
    assert (answer.status_code, answer.json()["code"]) == (503, "changing")


def test_every_answer_has_the_headers_that_keep_browsers_safe(world):
    for path in (WORKBOOK, "/sign-in", "/nothing", "/api/v1/openapi.json"):
        headers = world.client("county").get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "cache-control" in headers


PROBLEMS = [
    ("GET", "/api/v1/nothing", 404),
    ("DELETE", "/api/v1/months", 405),
    ("GET", f"{BASE}/files?kind={'x' * 61}", 422),
    ("GET", f"{BASE}/villages/{FIRST}.exe", 404),
    ("GET", f"{BASE}/villages/..%2f..%2fmanifest.json", 404),
    ("POST", "/api/v1/hand-ins", 422),
]


@pytest.mark.parametrize(("method", "path", "status"), PROBLEMS)
def test_problems_are_told_in_chinese_with_the_way_out(method, path, status, world):
    answer = world.client("county").request(method, path)
    assert answer.status_code == status
    assert answer.json().keys() == WORDS
    assert all(re.search("[一-鿿]", answer.json()[name]) for name in ("message", "way_out"))


def test_what_breaks_inside_is_told_without_its_text(world, monkeypatch, caplog):
    def breaks(_scope: object) -> list[str]:
        raise ValueError("杨正华 522699195001011234")

    monkeypatch.setattr(type(world.service), "months", lambda _self, scope: breaks(scope))
    with caplog.at_level(logging.ERROR):
        answer = world.client("county").get("/api/v1/months")
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "ValueError at " in caplog.text
    assert not re.search("杨正华|5226991950", caplog.text + answer.text)


def test_whoever_asks_too_often_waits(tmp_path):
    world = make(tmp_path, paces=Paces(token=Pace(3, 0.001), address=Pace(100, 1), refused=Pace(2, 0.001)))
    client = world.client("county")
    statuses = [client.get("/api/v1/months").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert int(client.get("/api/v1/months").headers["retry-after"]) > 1
    assert world.client(f"village:{FIRST}").get("/api/v1/months").status_code == 200, "another token is not held up"
    guesses = [world.client().get("/api/v1/months", headers={"authorization": f"Bearer {guess}"}).status_code for guess in "abc"]
    assert guesses == [401, 401, 429]


def test_a_bucket_fills_up_again():
    moment = [0.0]
    buckets = Buckets(Pace(2, 0.5), lambda: moment[0])
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 2]
    moment[0] = 2.0
    assert [buckets.wait("a") for _ in range(2)] == [0, 2]


def test_a_workbook_is_handed_in_over_the_interface(world):
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    answer = world.client(f"village:{FIRST}").post("/api/v1/hand-ins?name=填好.xlsx", content=content.getvalue())
    assert answer.status_code == 200
    assert answer.json()["title"].startswith(f"village:{FIRST}")
    assert answer.json()["problems"][0]["place"] == "002"


REFUSED = [(b"", 422), (b"PK no workbook", 422), (b"PK" + b"\0" * 10_200_000, 413)]


@pytest.mark.parametrize(("content", "status"), REFUSED)
def test_what_cannot_be_a_workbook_is_refused(content, status, world):
    assert world.client("county").post("/api/v1/hand-ins", content=content).status_code == status
    assert world.client("county").post("/api/v1/hand-ins", content=iter([content])).status_code == status, "without a length"


def test_an_archive_that_unpacks_to_too_much_is_not_opened(world):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b"0" * 70_000_000, compresslevel=1)
    answer = world.client("county").post("/api/v1/hand-ins", content=bomb.getvalue())
    assert answer.status_code == 422
    assert "太大" in json.dumps(answer.json(), ensure_ascii=False)
