"""How a message leaves the house: by mail, and through the group robots of 企业微信 and 钉钉.

Passwords and robots' addresses come from the environment and appear in no error and no log.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import smtplib
import ssl
import time
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from functools import partial
from typing import Any
from urllib.parse import quote_plus

import requests

from contracts.county import Alerts, Mail, Robot
from contracts.errors import HulianError
from delivery.alerts import Alert

TIMEOUT = 10.0  # seconds; an office's line is slow, a robot's server is not
PASSWORD = "HULIAN_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
ROBOT = "HULIAN_ROBOT_"


class NotSent(HulianError):
    """A message that a channel did not take; names the channel and what to look at."""


def post(alert: Alert, settings: Alerts, environment: Mapping[str, str]) -> list[NotSent]:
    """Send `alert` through every channel of `settings`; what went wrong, channel by channel. Raises nothing."""
    ways: list[Callable[..., None]] = [partial(tell_robot, robot=robot) for robot in settings.robots]
    if settings.mail is not None:
        ways.append(partial(send_mail, mail=settings.mail))
    problems = []
    for way in ways:
        try:
            way(alert, settings.link, environment=environment)
        except NotSent as problem:
            problems.append(problem)
    return problems


def channels(settings: Alerts) -> int:
    """How many ways a message goes."""
    return len(settings.robots) + (settings.mail is not None)


def send_mail(alert: Alert, link: str, mail: Mail, environment: Mapping[str, str]) -> None:
    """One mail to all recipients. Raises `NotSent`."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = f"户联：{alert.title}", mail.sender, ", ".join(mail.recipients)
    message.set_content(alert.text(link))
    try:
        with _server(mail) as server:
            if mail.user is not None:
                server.login(mail.user, environment.get(PASSWORD, ""))
            server.send_message(message)
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent(f"mail server {mail.host}: the account was refused. Look at `alerts.mail.user` and {PASSWORD}.") from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(
            f"mail server {mail.host}:{mail.port} did not take the message ({type(error).__name__}). Look at `alerts.mail`."
        ) from error


def _server(mail: Mail) -> smtplib.SMTP:
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT)
    if mail.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def tell_robot(alert: Alert, link: str, robot: Robot, environment: Mapping[str, str]) -> None:
    """One message of a group robot. Raises `NotSent`, also where the robot's server answers with a code other than 0."""
    variable = f"{ROBOT}{robot.key.upper()}"
    address = environment.get(variable)
    if not address:
        raise NotSent(f"robot {robot.key!r} has no address. Set {variable} in the environment of the daemon.")
    secret = environment.get(f"{variable}_SECRET")
    body = in_wecom_form(alert, link) if robot.kind == "wecom" else in_dingtalk_form(alert, link)
    try:
        answer = requests.post(signed(address, secret), json=body, timeout=TIMEOUT)
        answer.raise_for_status()
        code = answer.json().get("errcode")
    except (requests.RequestException, ValueError) as error:
        # From none: the cause's own words name the address, and the address is the key.
        raise NotSent(
            f"robot {robot.key!r} did not take the message ({type(error).__name__}). Look at {variable} and the network."
        ) from None
    if code != 0:
        raise NotSent(f"robot {robot.key!r} refused the message with code {code}. Look at its key words, signature and limits.")


def in_wecom_form(alert: Alert, link: str) -> dict[str, Any]:
    """The body that a robot of 企业微信 takes (群机器人配置说明, markdown 类型)."""
    content = "\n".join([f"**{alert.title}**", *(f"> {line}" for line in alert.lines), f"[查看]({link.rstrip('/')}{alert.place})"])
    return {"msgtype": "markdown", "markdown": {"content": content}}


def in_dingtalk_form(alert: Alert, link: str) -> dict[str, Any]:
    """The body that a robot of 钉钉 takes (自定义机器人, markdown 类型). The title is searched for key words, so 户联 stands in it."""
    text = "\n\n".join([f"#### 户联：{alert.title}", *(f"- {line}" for line in alert.lines), f"[查看]({link.rstrip('/')}{alert.place})"])
    return {"msgtype": "markdown", "markdown": {"title": f"户联：{alert.title}", "text": text}}


def signed(address: str, secret: str | None, moment: float | None = None) -> str:
    """`address` with 钉钉's signature (加签): HMAC-SHA256 over the milliseconds and the secret; as it is without a secret."""
    if secret is None:
        return address
    stamp = str(round((time.time() if moment is None else moment) * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"{address}&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"
