"""Who may talk to the page: hosts and origins that are ours, a token where one is asked for, bodies of a sane size."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, field
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

LARGEST_BODY = 8 * 2**20
"""Bytes that a request may carry: as much as the largest file that is read."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        b"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        b"form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class _TooLarge(Exception):
    """A body went past the limit."""


@dataclass(frozen=True)
class Refusal(Exception):
    """Why a request is not let in: HTTP status and a sentence."""

    status: int
    words: str


@dataclass(frozen=True)
class Gate:
    """Whom to let in.

    Parameters
    ----------
    host
        The address that is listened on.
    port
        The port.
    token
        What a visitor must know; None asks for nothing.
    """

    host: str
    port: int
    token: str | None = None
    names: frozenset[str] = field(default_factory=frozenset)

    @property
    def cookie(self) -> str:
        """The cookie's name: cookies do not keep ports apart."""
        return f"forcegen-{self.port}"

    def admits_host(self, host: str) -> bool:
        """Whether a Host header names this machine; a name that a stranger's DNS points here does not."""
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname, parts.port
        except ValueError:
            return False
        if name is None or port not in (None, self.port):
            return False
        if is_loopback(self.host):
            return name in _LOOPBACK or name == self.host
        return _is_address(name) or name in {self.host, *_LOOPBACK, *self.names}

    def knows(self, token: str | None) -> bool:
        """Whether a token is the right one; takes as long for a wrong one."""
        return self.token is None or compare_digest((token or "").encode(), self.token.encode())


class Guard:
    """An application that passes on only what the gate admits."""

    def __init__(self, app: App, gate: Gate) -> None:
        self._app, self._gate = app, gate

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        try:
            check_origin(self._gate, headers)
            query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
            if self._gate.token is not None and "token" in query and scope["type"] == "http":
                await _answer(send, *self._admitted(scope, query))
                return
            check_token(self._gate, headers)
            check_size(headers)
        except Refusal as refusal:
            await _refuse(scope, receive, send, refusal)
            return
        await self._passed_on(scope, receive, send)

    def _admitted(self, scope: MutableMapping[str, Any], query: dict[str, str]) -> tuple[int, list[Any], bytes]:
        """Return a redirection to the same page without the token, which a cookie holds from now on."""
        if not self._gate.knows(query.pop("token")):
            raise Refusal(403, "This token is not the right one: use the address that forcegen serve printed.")
        rest = f"?{urlencode(query)}" if query else ""
        cookie = f"{self._gate.cookie}={quote(self._gate.token or '', safe='')}; Path=/; HttpOnly; SameSite=Strict"
        path = "/" + quote(str(scope["path"]).lstrip("/\\"))
        return 303, [(b"location", (path + rest).encode()), (b"set-cookie", cookie.encode())], b""

    async def _passed_on(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        read, begun = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b"")) if message["type"] == "http.request" else 0
            if read > LARGEST_BODY:
                raise _TooLarge
            return message

        async def headed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        try:
            await self._app(scope, counted, headed)
        except _TooLarge:
            if not begun:
                await _refuse(scope, receive, send, _too_large())


def check_origin(gate: Gate, headers: dict[str, str]) -> None:
    """Raise Refusal where another site asks, or this one under a name that is not its own."""
    host = headers.get("host", "")
    if not gate.admits_host(host):
        raise Refusal(421, "This page is not served under that name: use the address that forcegen serve printed.")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        raise Refusal(403, "Requests from other sites are refused.")
    if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
        raise Refusal(403, "Requests from other sites are refused.")


def check_token(gate: Gate, headers: dict[str, str]) -> None:
    """Raise Refusal where a token is asked for and not brought."""
    if gate.token is None:
        return
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get("cookie", ""))
    except CookieError:
        cookies.clear()
    brought = cookies.get(gate.cookie)
    if brought is None or not compare_digest(brought.value.encode(), quote(gate.token, safe="").encode()):
        raise Refusal(403, "A token is needed: use the address that forcegen serve printed.")


def check_size(headers: dict[str, str]) -> None:
    """Raise Refusal where a body is announced that is too large, or of no size that can be read."""
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit():
        raise Refusal(400, "The length of the request is not a number.")
    if int(length) > LARGEST_BODY:
        raise _too_large()


def is_loopback(host: str) -> bool:
    """Return whether an address is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def own_names() -> frozenset[str]:
    """Return the names by which this machine may be asked for in its network."""
    return frozenset({socket.gethostname().lower(), socket.getfqdn().lower()})


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _too_large() -> Refusal:
    return Refusal(413, f"This is more than {LARGEST_BODY // 2**20} MiB, the most that is read.")


async def _refuse(scope: MutableMapping[str, Any], receive: Receive, send: Send, refusal: Refusal) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.words[:100]})
        return
    await _answer(send, refusal.status, [(b"content-type", b"text/plain; charset=utf-8")], refusal.words.encode())


async def _answer(send: Send, status: int, headers: list[Any], body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length, *_HEADERS]})
    await send({"type": "http.response.body", "body": body})
