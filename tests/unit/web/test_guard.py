"""Who is let in, seen at the application's own border."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from forcegen.web.guard import LARGEST_BODY, Gate, Guard, is_loopback

HOME = {"host": "127.0.0.1:8080"}
HERE, ELSEWHERE = Gate("127.0.0.1", 8080), Gate("0.0.0.0", 8080, "s3cret;token", frozenset({"desk"}))


class _Inner:
    """An application that reads the whole body and answers 200."""

    def __init__(self) -> None:
        self.called = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.called = True
        if scope["type"] == "http":
            while (await receive()).get("more_body"):
                pass
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"in"})


def asked(
    gate: Gate, headers: dict[str, str], *, kind: str = "http", query: str = "", bodies: tuple[bytes, ...] = (b"",)
) -> tuple[int, dict[str, str], bool]:
    """Return status (or websocket close code), headers, and whether the application was reached."""
    inner, sent = _Inner(), []
    waiting = [{"type": "http.request", "body": b, "more_body": i + 1 < len(bodies)} for i, b in enumerate(bodies)]

    async def receive() -> Any:
        return waiting.pop(0) if kind == "http" else {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(key.encode(), value.encode()) for key, value in headers.items()]
    scope = {"type": kind, "method": "POST", "path": "/study/x", "query_string": query.encode(), "headers": raw}
    asyncio.run(Guard(inner, gate)(scope, receive, send))
    first = sent[0] if sent else {}
    found = {key.decode(): value.decode() for key, value in first.get("headers", ())}
    return first.get("status", first.get("code", 0)), found, inner.called


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "localhost"])
def test_own_names_are_served(host: str) -> None:
    assert asked(HERE, {"host": host})[0] == 200


@pytest.mark.parametrize("host", ["evil.example:8080", "127.0.0.1.evil.example", "localhost:9", "", "[::1", "a:b"])
def test_a_name_that_a_stranger_points_here_is_refused(host: str) -> None:
    assert asked(HERE, {"host": host})[::2] == (421, False)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:8080"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_requests_of_other_sites_are_refused(origin: str, kind: str) -> None:
    status, _, reached = asked(HERE, {**HOME, "origin": origin}, kind=kind)
    assert status == (403 if kind == "http" else 1008)
    assert not reached


def test_ones_own_origin_is_served() -> None:
    assert asked(HERE, {**HOME, "origin": "http://127.0.0.1:8080"})[0] == 200


def test_a_strangers_image_tag_reaches_nothing() -> None:
    assert asked(HERE, {**HOME, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"})[0] == 403


def test_a_link_from_elsewhere_opens_the_page() -> None:
    assert asked(HERE, {**HOME, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"})[0] == 200


def test_a_body_that_says_it_is_huge_is_refused_unread() -> None:
    assert asked(HERE, {**HOME, "content-length": str(LARGEST_BODY + 1)})[::2] == (413, False)


def test_a_body_that_turns_out_huge_is_refused() -> None:
    half = b"x" * (LARGEST_BODY // 2 + 1)
    assert asked(HERE, HOME, bodies=(half, half))[0] == 413


@pytest.mark.parametrize("length", ["-1", "1e9", "²", "0x10"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    raw = {**HOME, "content-length": length}
    assert asked(HERE, raw)[0] == 400


def test_elsewhere_a_token_is_needed() -> None:
    for kind, status in (("http", 403), ("websocket", 1008)):
        assert asked(ELSEWHERE, {"host": "10.0.0.5:8080"}, kind=kind)[::2] == (status, False)
        wrong = {"host": "10.0.0.5:8080", "cookie": "forcegen-8080=wrong"}
        assert asked(ELSEWHERE, wrong, kind=kind)[::2] == (status, False)


def test_the_token_in_the_address_becomes_a_cookie_that_opens_the_page() -> None:
    host = {"host": "desk:8080"}
    status, headers, reached = asked(ELSEWHERE, host, query="token=s3cret%3Btoken&a=1")
    assert (status, headers["location"], reached) == (303, "/study/x?a=1", False)
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert asked(ELSEWHERE, {**host, "cookie": cookie.split(";")[0]})[0] == 200
    assert asked(ELSEWHERE, {**host, "cookie": cookie.split(";")[0]}, kind="websocket")[2]


def test_a_wrong_token_in_the_address_opens_nothing() -> None:
    assert asked(ELSEWHERE, {"host": "desk:8080"}, query="token=s3cret")[::2] == (403, False)


def test_answers_forbid_whatever_is_not_ours() -> None:
    for headers in (HOME, {"host": "evil.example"}):
        found = asked(HERE, headers)[1]
        assert "default-src 'self'" in found["content-security-policy"]
        assert found["x-content-type-options"] == "nosniff"


def test_loopback() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "127.1.2.3", "::1", "localhost")] == [True] * 4
    assert [is_loopback(host) for host in ("0.0.0.0", "::", "10.0.0.1", "localhost.evil")] == [False] * 4
