"""How Ctrl-C ends the command line where nothing can be kept; loads nothing, for it may come while all else loads."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import NoReturn

CODE = 130
MESSAGE = "interrupted before there was an answer"


def end_now() -> NoReturn:
    """Say that it was interrupted, as one JSON document where that is asked for, and end the program at once."""
    where = dict.fromkeys(("file", "line", "field", "value", "advice"))
    document = {"error": {"code": CODE, "message": MESSAGE, **where}}
    text, stream = (json.dumps(document, indent=1), 1) if "--json" in sys.argv[1:] else (f"forcegen: {MESSAGE}", 2)
    with contextlib.suppress(OSError):
        os.write(stream, f"{text}\n".encode())
    os._exit(CODE)
