"""Alerts say what is wrong in a few Chinese lines, and reach a real mail server and a robot's server on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from contracts.county import Alerts, Mail, Robot
from contracts.feed import load_feeds
from contracts.month import Month
from contracts.tables import AREA_ALARM, FINDING, OVERDUE, conform
from delivery import alerts
from delivery.alerts import Alert
from delivery.post import NotSent, post, send_mail, signed, tell_robot
from tests.servers import RobotServer, robot

MONTH = Month(2026, 11)
FEEDS = load_feeds(Path(__file__).parents[3] / "config" / "feeds")
LATE = Alert("late:2026-11", "2026年11月有1张清单过期未到", ("医保局《住院》（12月5日到期）",), "/assets")
SIGN = "nsZGM2P9eVvWwR10KHXBWOarmAzMaEyj6bD5VH6P2DE%3D"  # printf '1609459200000\nSEC' | openssl dgst -sha256 -hmac SEC -binary | base64
LINK = "https://hulian.county.internal/"


def test_a_late_list_is_named_with_its_bureau_and_day() -> None:
    feed = FEEDS["medical_inpatient"]
    (alert,) = alerts.late(MONTH, FEEDS, {"medical_inpatient": date(2026, 12, 5)})
    assert alert.title == "2026年11月有1张清单过期未到"
    assert alert.lines == (f"{feed.bureau}《{feed.title}》（12月5日到期）",)


def test_many_lists_are_a_number() -> None:
    (alert,) = alerts.late(MONTH, FEEDS, dict.fromkeys(FEEDS, date(2026, 12, 5)))
    assert len(alert.lines) == alerts.MOST + 1
    assert alert.lines[-1] == f"……共 {len(FEEDS)} 条"


def test_held_lists() -> None:
    hold = conform(pl.DataFrame({"feed": ["medical_inpatient"], "severity": ["hold"], "file": ["住院.xlsx"]}), FINDING)
    (alert,) = alerts.held(MONTH, FEEDS, {"medical_inpatient": hold, "civil_temporary_relief": hold.clear()})
    assert alert.title == "2026年11月有1张清单不能使用，请退回部门重报"


def test_area_alarms_and_overdue_visits_name_no_household() -> None:
    row = {
        "level": "village",
        "code": "522699100201",
        "town": "云山镇",
        "village": "杉木村",
        "risk_type": "因灾",
        "households": 9,
        "expected": 1.24,
    }
    (alarm,) = alerts.area(MONTH, conform(pl.DataFrame([row]), AREA_ALARM))
    assert alarm.lines == ("云山镇杉木村：因灾 9 户（平常约 1.2 户）",)
    late = [{"lead_id": f"2026-10-522699100201-00{n}", "village_code": "522699100201", "days_overdue": n} for n in (3, 8)]
    (overdue,) = alerts.overdue(MONTH, conform(pl.DataFrame(late), OVERDUE))
    assert overdue.title == "截至2026年11月有2条线索超期未核实"
    assert overdue.lines == ("涉及 1 个村，最长超期 8 天",)


def test_nothing_wrong_says_nothing() -> None:
    assert alerts.late(MONTH, FEEDS, {}) == alerts.held(MONTH, FEEDS, {}) == alerts.inaccurate(MONTH, FEEDS, [], 0.001) == []


class Inbox:
    """What the mail server was given."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's name
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[Controller, Inbox]]:
    inbox = Inbox()

    def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:  # noqa: ARG001
        return AuthResult(success=(data.login, data.password) == (b"hulian", b"right"), handled=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port, authenticator=login, auth_require_tls=False)
    server.start()
    yield server, inbox
    server.stop()


def mail(server: Controller, **others: object) -> Mail:
    said: dict[str, Any] = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "hulian@county.internal", **others}
    return Mail(recipients=["office@county.internal", "head@county.internal"], **said)


def test_a_mail_arrives_whole(mail_server: tuple[Controller, Inbox]) -> None:
    server, inbox = mail_server
    send_mail(LATE, LINK, mail(server, user="hulian"), {"HULIAN_SMTP_PASSWORD": "right"})
    ((sender, recipients, content),) = inbox.mails
    message = message_from_bytes(content, policy=policy.default)
    assert (sender, recipients) == ("hulian@county.internal", ["office@county.internal", "head@county.internal"])
    assert message["Subject"] == "户联：2026年11月有1张清单过期未到"
    assert message.get_content().split() == [LATE.title, *LATE.lines, f"查看：{LINK}assets"]  # type: ignore[attr-defined]


def test_a_refused_login_names_no_password(mail_server: tuple[Controller, Inbox]) -> None:
    with pytest.raises(NotSent, match="the account was refused") as caught:
        send_mail(LATE, LINK, mail(mail_server[0], user="hulian"), {"HULIAN_SMTP_PASSWORD": "wrong-one"})
    assert "wrong-one" not in str(caught.value)


@pytest.fixture
def robot_server() -> Iterator[RobotServer]:
    with robot() as server:
        yield server


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_robots_are_told_in_their_own_form(kind: str, robot_server: RobotServer) -> None:
    address, heard = robot_server.address, robot_server.heard
    tell_robot(LATE, LINK, Robot(key="office", kind=kind), {"HULIAN_ROBOT_OFFICE": address})  # type: ignore[arg-type]
    (body,) = heard
    assert body["msgtype"] == "markdown"
    words = body["markdown"]["content" if kind == "wecom" else "text"]
    assert all(line in words for line in (LATE.title, *LATE.lines, f"[查看]({LINK}assets)"))


def test_a_robot_that_refuses_is_named_without_its_address(
    robot_server: RobotServer,
) -> None:
    address = robot_server.address
    robot_server.answer["errcode"] = 45009
    with pytest.raises(NotSent, match="code 45009") as caught:
        tell_robot(LATE, LINK, Robot(key="office", kind="wecom"), {"HULIAN_ROBOT_OFFICE": address})
    assert "SECRET-KEY" not in str(caught.value)


def test_one_channel_down_does_not_silence_the_other(robot_server: RobotServer) -> None:
    address, heard = robot_server.address, robot_server.heard
    nowhere = Mail(host="127.0.0.1", port=1, security="none", sender="a@b", recipients=["c@d"])
    settings = Alerts(link=LINK, mail=nowhere, robots=[Robot(key="office", kind="wecom"), Robot(key="other", kind="dingtalk")])
    problems = [str(problem) for problem in post(LATE, settings, {"HULIAN_ROBOT_OFFICE": address})]
    assert len(heard) == 1
    assert [problem.split(" ")[0] for problem in problems] == ["robot", "mail"]
    assert "Set HULIAN_ROBOT_OTHER" in problems[0]


def test_signature_of_dingtalk() -> None:
    assert (
        signed("https://robot?access_token=x", "SEC", 1609459200.0) == "https://robot?access_token=x&timestamp=1609459200000&sign=" + SIGN
    )
