"""Run the command line: `python -m forcegen`."""

from forcegen.cli import main

main()
