"""What every optimizer is: options, and an `update` that appends the steps that change one parameter."""

from __future__ import annotations

from dataclasses import dataclass

from ..build import Builder


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """An optimizer. Its fields are its options in the config."""

    def update(self, p: Builder, parameter: str, gradient: str) -> None:
        """Append the steps from a parameter and its gradient to the parameter's new value."""
        raise NotImplementedError
