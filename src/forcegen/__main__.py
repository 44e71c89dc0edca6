"""Run the command line: `forcegen`, or `python -m forcegen`."""

from __future__ import annotations

import os
import signal
import sys

from forcegen.interruption import end_now


def main() -> None:
    """Run the command line; a Ctrl-C while it loads ends it in a sentence."""
    signal.signal(signal.SIGINT, lambda *_: end_now())
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed before: what is said there is lost
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (to the end)
    from forcegen.cli import load

    load(sys.argv[1:])
    from forcegen.cli.app import run

    run()


if __name__ == "__main__":
    main()
