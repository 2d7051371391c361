"""Runs cases: `python -m tests.fuzz KIND FIRST LAST [--seed SEED]`, in the current folder; exits 1 if one is wrong.

A case takes SECONDS of processor time at most, or the process ends and says where it was, and MEMORY more than the
process had before.
"""

import argparse
import faulthandler
import signal
import sys
import time
import traceback
from pathlib import Path
from random import Random

from .cases import KINDS, prepared

try:
    import resource
except ImportError:  # Windows does not tell
    resource = None

SECONDS = 5
MEMORY = 200 * 2**20


def peak() -> int:
    """The most memory that the process has taken, in bytes."""
    if resource is None:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def limit(seconds: int) -> None:
    """End the process after so many seconds of processor time, and say where it was; 0 is for ever."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def case(kind: str, seed: str, number: int) -> str:
    """Run one case; returns what is wrong."""
    before, start = peak(), time.process_time()
    limit(SECONDS)
    try:
        wrong = KINDS[kind](Random(f"{seed} {kind} {number}"))
    except Exception:
        wrong = traceback.format_exc(limit=-6)
    finally:
        limit(0)
    if peak() - before > MEMORY:
        wrong += f"\n{(peak() - before) >> 20} MB"
    return wrong and f"{kind} {number} --seed {seed} after {time.process_time() - start:.2f} s: {wrong}\n"


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--seed", required=True)
    words = parser.parse_args()
    if hasattr(signal, "SIGPROF"):
        faulthandler.register(signal.SIGPROF, chain=True)
    prepared(Path())
    case(words.kind, words.seed, -1)  # imports what there is to import, which counts for nobody
    found = []
    for number in range(words.first, words.last):
        Path("number").write_text(f"{words.kind} {number}", encoding="utf-8")
        found += filter(None, [case(words.kind, words.seed, number)])
    print("".join(found), end="")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
