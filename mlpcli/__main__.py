"""`python -m mlpcli` is `mlp`."""

from .cli import main

main()
