"""``python -m symnn`` is the command line."""

from symnn.cli import main

main()
