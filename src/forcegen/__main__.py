"""Run the command line: `forcegen`, or `python -m forcegen`."""

from __future__ import annotations

import os
import signal


def main() -> None:
    """Run the command line; a Ctrl-C while it loads ends it quietly."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    from forcegen.cli import main as run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
