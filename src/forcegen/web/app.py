"""The application: the pages, the files, and what happens when windows come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import FastAPI, HTTPException
from fastapi.responses import RedirectResponse, Response
from nicegui import app as pages
from nicegui import ui

from forcegen.io.errors import InputError
from forcegen.web import files
from forcegen.web.page import Page
from forcegen.web.style import ACCENT

if TYPE_CHECKING:
    from forcegen.web.desk import Desk
    from forcegen.web.study import Study

_RECONNECT = 10.0
_SWEEP_EVERY = 2.0
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    f"<path fill='{ACCENT}' d='M2 3h9v3H2zm3 5h9v3H5z'/></svg>"
)


def application(desk: Desk) -> FastAPI:
    """Return the application that shows a desk's studies."""
    outer = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @pages.get("/")
    def entrance() -> RedirectResponse:
        return RedirectResponse(f"/study/{desk.new()}", status_code=303)

    @pages.get("/study/{key}/files/{name}")
    def download(key: str, name: str) -> Response:
        found = _content(desk.find(key), name)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
        return Response(found, media_type=files.media_type(name), headers=headers)

    @ui.page("/study/{key}", title="forcegen", favicon=_ICON)
    def study_page(key: str) -> Response | None:
        study = desk.find(key)
        if study is None:
            return RedirectResponse("/", status_code=303)
        seen: list[bool] = []
        client = ui.context.client

        def come() -> None:
            if not seen:
                seen.append(True)
                desk.enter(study)

        def gone() -> None:
            if seen:
                seen.clear()
                desk.leave(study)

        client.on_connect(come)
        client.on_delete(gone)
        Page(study, key).build()
        return None

    pages.timer(_SWEEP_EVERY, desk.sweep)
    pages.on_shutdown(desk.close)
    ui.run_with(outer, title="forcegen", reconnect_timeout=_RECONNECT, show_welcome_message=False, tailwind=False)
    return outer


def _content(study: Study | None, name: str) -> str | bytes:
    try:
        found = None if study is None else files.content(study, name)
    except InputError as error:
        raise HTTPException(409, str(error.first)) from None
    if found is None:
        raise HTTPException(404, "there is no such file")
    return found
