"""What stands in `deploy/` agrees with itself and with the program: ports, sizes, and who passes the proxy."""

from __future__ import annotations

import re

import pytest

from delivery.serving.gate import MARGIN
from delivery.serving.hand_in import MOST_BYTES
from pipelines.defaults import PROJECT
from pipelines.serve_commands import PORT

DEPLOY = PROJECT / "deploy"
PROXY = (DEPLOY / "nginx" / "hulian.conf").read_text(encoding="utf-8")
PAGES, PORTAL = "hulian.county.internal", "portal.hulian.county.internal"


def server(name: str) -> str:
    """The block of the proxy that answers for `name` over TLS."""
    blocks = re.split(r"^server \{$", PROXY, flags=re.MULTILINE)[1:]
    (block,) = [each for each in blocks if f"server_name {name};" in each and "listen 443 ssl" in each]
    return block


def behind(name: str) -> set[str]:
    """Where requests for `name` go."""
    return set(re.findall(r"proxy_pass (\S+);", server(name)))


def test_the_proxy_leads_to_the_services_as_they_are_started() -> None:
    command = (DEPLOY / "systemd" / "hulian-webserver.service").read_text(encoding="utf-8")
    found = re.search(r"--host (\S+) --port (\d+)", command)
    assert found is not None
    assert behind(PAGES) == {f"http://{found[1]}:{found[2]}"}
    assert behind(PORTAL) == {f"http://127.0.0.1:{PORT}"}


def test_every_page_of_dagster_asks_for_a_login() -> None:
    block = server(PAGES)
    assert "auth_basic_user_file" in block.split("location", 1)[0]
    for location in block.split("location")[1:]:
        assert not ("auth_basic off" in location and "proxy_pass" in location)


@pytest.mark.parametrize(
    ("origin", "host", "answer"),
    [
        ("", "hulian.county.internal", "served"),  # a program, or an address that was typed in
        ("https://hulian.county.internal", "hulian.county.internal", "served"),
        ("https://hulian.county.internal:8443", "hulian.county.internal:8443", "served"),
        ("http://hulian.county.internal", "hulian.county.internal", "refused"),
        ("https://elsewhere.example", "hulian.county.internal", "refused"),
        ("https://hulian.county.internal.elsewhere.example", "hulian.county.internal", "refused"),
        ("null", "hulian.county.internal", "refused"),
    ],
)
def test_pages_from_elsewhere_are_refused(origin: str, host: str, answer: str) -> None:
    (own,) = re.findall(r"is_from_elsewhere \{ default 1; (.+) \}$", PROXY, flags=re.MULTILINE)
    patterns = re.findall(r'"~([^"]+)" 0;', own)
    is_own = any(re.search(pattern, f"{origin} {host}") for pattern in patterns)
    assert answer == ("served" if is_own else "refused")
    assert "if ($is_from_elsewhere) { return 403; }" in server(PAGES)


def test_the_portal_hears_the_callers_address_and_not_his_word_for_it() -> None:
    assert re.findall(r"X-Forwarded-For (\S+);", server(PORTAL)) == ["$remote_addr"]


def test_what_the_portal_takes_passes_the_proxy() -> None:
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", server(PORTAL))
    assert int(megabytes) * 1024**2 >= MOST_BYTES + MARGIN
