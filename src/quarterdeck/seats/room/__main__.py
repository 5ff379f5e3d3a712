"""``python -m quarterdeck.seats.room``: process 1 of a seat's container, and what is run from there.

Without an argument, it runs the seat.  ``--serve`` runs its server alone, beside an engine that is there already, and
loads archives of images.
``--prepare`` runs in the container in which the image of the seats is made: it loads the workshop's images.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say; returns the exit status."""
    match list(arguments):
        case []:
            from quarterdeck.seats.room.entry import seat

            return seat()
        case ["--prepare"]:
            from quarterdeck.seats.room.entry import prepare

            return prepare()
        case ["--serve", *archives]:
            from quarterdeck.seats.room.server import serve

            return serve(os.environ, [Path(archive) for archive in archives])
        case _:
            sys.stderr.write("usage: python -m quarterdeck.seats.room [--prepare | --serve [ARCHIVE…]]\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
