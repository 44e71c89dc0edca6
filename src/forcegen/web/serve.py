"""Serve: the what-if page, on this machine alone unless told otherwise."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import socket
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING

from forcegen.io.errors import refuse
from forcegen.solvers import SolverUnavailable
from forcegen.web.catalogue import catalogue
from forcegen.web.desk import GRACE, Desk
from forcegen.web.guard import Gate, Guard, is_loopback, own_names

if TYPE_CHECKING:
    from pathlib import Path


_LAST_PORT = 65_535


class PageUnavailable(SolverUnavailable):
    """The page's library is not installed."""


def serve(
    instance: Path | str | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    token: str | None = None,
    browser: bool = True,
    grace: float = GRACE,
) -> None:
    """Serve the what-if page until Ctrl-C.

    Parameters
    ----------
    instance
        An instance, or a folder of some; where absent, the folder `instances` here, or else this folder.
    host, port
        Where to listen; port 0 takes a free one. The address is printed on stderr.
    token
        What visitors must know. Elsewhere than on loopback there always is one: it is made up where none is given.
    browser
        Whether to open a browser on it.
    grace
        Seconds without a window after which a visitor's work is stopped and its workers end.

    Raises
    ------
    forcegen.io.errors.InputError
        If there is no instance, the address cannot be listened on, or the token is empty.
    PageUnavailable
        If NiceGUI, the extra `web`, is not installed.
    """
    instances = catalogue(instance)
    if token is not None and not token.strip():
        raise refuse("the token is empty", value=token, advice="leave out --token, or give some twenty characters")
    if importlib.util.find_spec("nicegui") is None:
        raise PageUnavailable("the page needs NiceGUI, which is not installed: pip install 'forcegen[web]'")
    if token is None and not is_loopback(host):
        token = secrets.token_urlsafe(24)
    with _listening(host, port) as listener:
        bound = listener.getsockname()[1]
        gate = Gate(host, bound, token, frozenset() if is_loopback(host) else own_names())
        address = _address(host, bound, token)
        print(f"forcegen: the page is at {address}  (Ctrl-C ends it)", file=sys.stderr, flush=True)
        if browser:
            threading.Timer(1.0, webbrowser.open, (address,)).start()
        _run(Desk(instances, grace), gate, listener)


def _run(desk: Desk, gate: Gate, listener: socket.socket) -> None:
    import uvicorn

    from forcegen.web.app import application

    config = uvicorn.Config(
        Guard(application(desk), gate),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        ws_max_size=8 * 2**20,
    )
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again when all is closed
        uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens."""
    if not 0 <= port <= _LAST_PORT:  # the system would take it modulo 65,536
        raise refuse(f"there is no port {port}", value=port, advice="choose one from 0 to 65535; 0 takes a free one")
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(where)
            listener.listen(128)
        except OSError:
            listener.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        words = getattr(error, "strerror", None) or str(error)
        advice = "choose another --host or --port; port 0 takes a free one"
        raise refuse(f"{host}:{port} cannot be listened on: {words}", value=f"{host}:{port}", advice=advice) from None
    return listener


def _address(host: str, port: int, token: str | None) -> str:
    name = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}:{port}/" + (f"?token={token}" if token is not None else "")
