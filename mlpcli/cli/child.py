"""`python -m mlpcli.cli.child` is `mlp`, and is stopped as by SIGTERM when what started it is no more."""

from __future__ import annotations

import os
import signal
from threading import Thread

from . import main

STDIN = 0


def watch() -> None:
    """Wait for the end of standard input: nobody writes to it, and the system closes it with the other process."""
    os.read(STDIN, 1)
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    Thread(target=watch, daemon=True).start()
    main()
