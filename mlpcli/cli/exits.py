"""Exit codes."""

DIFFER = 1
"""Values differ, or a gradient does."""
BAD_INPUT = 2
"""Bad usage or config."""
BUG = 3
"""Something that nobody expected."""
HUNG_UP = 129
"""The terminal is gone."""
INTERRUPTED = 130
PIPE_CLOSED = 141
TERMINATED = 143
