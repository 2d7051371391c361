"""What a number looks like in a text."""

from __future__ import annotations

import re

# No digit can be matched in two ways: a text of many digits that is no number in the end is refused at once.
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
NOT_FINITE = re.compile(r"[-+]?\.?(nan|inf|infinity)", re.IGNORECASE | re.ASCII)
