"""The portal as people meet it: the way in and out, what the pages show, forms that nobody else can send, and pages that all can read."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import lxml.html
import openpyxl
import pytest

from delivery.releases.issuing import withdraw
from delivery.serving.pages import STYLE
from delivery.serving.sessions import COOKIE
from tests.unit.delivery.serving.world import FAR, FIRST, NOVEMBER, OCTOBER, SECOND, TOWN, World, form_key, make

MONTH = "/months/2026-11"
PAGES = ("/sign-in", MONTH, f"{MONTH}/villages/{FIRST}", "/hand-in", "/months/2031-01")


def words(page: str) -> str:
    """What is read on a page, without blanks."""
    return re.sub(r"\s+", "", lxml.html.fromstring(page).text_content())


def workbook() -> bytes:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


def test_whoever_is_not_signed_in_is_shown_the_way(world):
    answer = world.client().get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "去登录" in world.client().get(MONTH).text


def test_the_cookie_is_for_this_site_alone_and_holds_no_token(world):
    client = world.client()
    key = form_key(client.get("/sign-in").text)
    cookie = client.post("/sign-in", data={"form_key": key, "token": world.secrets["county"]}).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.lower().split(",")[0].split("; "))
    assert world.secrets["county"] not in cookie
    secure = world.client()
    secure.base_url = "https://hulian.test"
    assert "secure" in secure.get("/sign-in").headers["set-cookie"].lower()


def test_a_wrong_token_is_told_without_more(world):
    client = world.client()
    answers = [
        client.post("/sign-in", data={"form_key": form_key(client.get("/sign-in").text), "token": token})
        for token in ("", "杨正华", "hulian_" + "A" * 43)
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({re.sub('value="[^"]+"', "", answer.text) for answer in answers}) == 1
    assert "杨正华" not in answers[1].text


def test_forms_that_other_sites_made_are_refused(world):
    browser = world.browser("county")
    assert world.client().post("/sign-in", data={"token": world.secrets["county"]}).status_code == 403
    assert browser.post("/hand-in", data={"form_key": "x"}, files={"file": ("a.xlsx", workbook())}).status_code == 422
    assert browser.post("/sign-out", data={"form_key": "x"}).status_code == 422
    assert browser.post("/api/v1/hand-ins", content=workbook()).status_code == 404, "a cookie opens no route without a key"
    assert browser.get(MONTH).status_code == 200


def test_signing_out_ends_the_session_on_the_server(world):
    browser = world.browser("county")
    cookies = dict(browser.cookies)
    assert browser.post("/sign-out", data={"form_key": form_key(browser.get(MONTH).text)}).status_code == 303
    again = world.client()
    again.cookies.update(cookies)
    assert again.get(MONTH).status_code == 401


def test_the_month_at_a_glance(world):
    shown = words(world.browser("county").get(MONTH).text)
    assert "线索户数6其中红色3已答复116%超期未答2" in shown
    assert "第0村已答1／2户红色1" in shown
    assert "第21村已答0／2户超期1红色1" in shown
    assert "最近的办理时限是2026年12月8日，已过" in shown


def test_a_town_sees_its_villages_and_a_bureau_its_list(world):
    town = words(world.browser(f"town:{TOWN}").get(MONTH).text)
    assert "线索户数4" in town
    assert "第21村" not in town
    bureau = words(world.browser("bureau:医保局").get(MONTH).text)
    assert "医保局纠错清单2" in bureau
    assert "线索户数" not in bureau


def test_a_village_sees_each_lead_without_a_name(world):
    page = world.browser(f"village:{FAR}").get(f"{MONTH}/villages/{FAR}").text
    assert "01红2026-12-08超期2天02黄2026-12-11暂未联系上" in words(page)
    assert not re.search("龙□生|杨正华|522699\\*", page)


def test_what_was_handed_in_is_answered_line_by_line(world):
    browser = world.browser(f"village:{FIRST}")
    key = form_key(browser.get("/hand-in").text)
    taken = browser.post("/hand-in", data={"form_key": key}, files={"file": ("填好.xlsx", workbook())})
    assert "新记入1项，早已记过2项，没有读懂1项" in words(taken.text)
    assert "核查日期不是日期" in taken.text
    refused = browser.post("/hand-in", data={"form_key": key}, files={"file": ("坏.xlsx", workbook())})
    assert (refused.status_code, "请用原来的工作簿填写" in refused.text) == (422, True)
    assert browser.post("/hand-in", data={"form_key": key}).status_code == 422


def test_what_a_label_says_is_text_on_the_page(tmp_path):
    world = make(tmp_path)
    evil = "<script>alert(1)</script>"
    secret = world.service.tokens.issue(world.service.tokens.all()[0].scope, 1, evil)
    page = replace(world, secrets={"x": secret}).browser("x").get(MONTH).text
    assert evil not in page
    assert "&lt;script&gt;" in page


@pytest.fixture(scope="module")
def pages(world: World) -> dict[str, str]:
    browser = world.browser("county")
    taken = browser.post("/hand-in", data={"form_key": form_key(browser.get("/hand-in").text)}, files={"file": ("a.xlsx", workbook())})
    return {path: browser.get(path).text for path in PAGES} | {"taken": taken.text}


@pytest.mark.parametrize("path", [*PAGES, "taken"])
def test_pages_can_be_read_by_all(path, pages):
    """WCAG 2.2: language, title, one main landmark and heading, labels, names of links, heads of tables; and no script or inline style."""
    page = lxml.html.document_fromstring(pages[path])
    assert page.get("lang") == "zh-Hans"
    assert page.findtext(".//title")
    assert [len(page.findall(f".//{tag}")) for tag in ("main", "h1", "header", "footer")] == [1, 1, 1, 1]
    levels = [int(each.tag[1]) for each in page.iter("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(page.xpath("//@aria-labelledby | //@aria-describedby | //label/@for")) <= set(ids)
    inputs = page.xpath("//input[not(@type='hidden')]/@id")
    assert set(inputs) == set(page.xpath("//label/@for"))
    assert all(link.text_content().strip() for link in page.xpath("//a | //button"))
    assert all(head.get("scope") for head in page.iter("th"))
    assert all(picture.get("aria-hidden") == "true" for picture in page.iter("svg"))
    assert page.xpath("//a[@href='#main']")
    assert not page.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]")
    assert "user-scalable" not in pages[path]
    links = [link.text_content().strip() for link in page.xpath("//table//a | //h3//a")]
    assert len(links) == len(set(links)), "links that do different things are called differently"


CONTRASTS = [
    ("#1f2933", "#f5f7f6"), ("#52606d", "#f5f7f6"), ("#52606d", "#ffffff"), ("#1f5c4a", "#f5f7f6"), ("#ffffff", "#1f5c4a"),
    ("#a93226", "#fbe9e7"), ("#a93226", "#e3efea"), ("#3e4c59", "#e3efea"), ("#3e4c59", "#fdf1ef"), ("#1f5c4a", "#e3efea"),
    ("#7a5b00", "#ffffff"),
]  # fmt: skip


@pytest.mark.parametrize(("ink", "paper"), CONTRASTS)
def test_words_stand_out_from_their_ground(ink, paper):
    assert all(colour in STYLE or colour == "#ffffff" for colour in (ink, paper))

    def light(colour: str) -> float:
        shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((light(ink), light(paper)))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_the_style_sheet_may_be_kept_and_its_name_changes_with_it(world):
    address = re.search(r'href="(/static/[^"]+)"', world.client().get("/sign-in").text)
    assert address
    answer = world.client().get(address[1])
    assert "immutable" in answer.headers["cache-control"]
    assert "url(" not in answer.text
    assert world.client().get("/static/other.css").status_code == 404


def test_a_county_without_releases_says_so(tmp_path: Path):
    world = make(tmp_path)
    for month in (OCTOBER, NOVEMBER):
        withdraw(world.home, world.desk, month, by="县农业农村局", why="重做")
    assert "还没有名单" in world.browser("county").get("/").text


def test_villages_of_two_scopes_are_two_pages(world):
    browser = world.browser(f"town:{TOWN}")
    assert [browser.get(f"{MONTH}/villages/{code}").status_code for code in (FIRST, SECOND, FAR)] == [200, 200, 404]
