"""Thousands of damaged files per run, other ones every day: answers or one line, soon, and in little memory."""

import os
from datetime import date

SEED = os.environ.get("MLP_FUZZ_SEED") or date.today().isoformat()
"""What the files of a run are drawn by."""
