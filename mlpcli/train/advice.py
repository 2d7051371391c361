"""What a person should know before a training: what trains badly as it stands."""

from __future__ import annotations

import numpy as np

from ..nn.network import Network
from .fit import Job

SAMPLE = 1000
"""Examples looked at."""
THOUSANDFOLD = 1000


def advice(job: Job) -> list[str]:
    """Return a sentence for each thing that trains badly as it stands."""
    return [sentence for sentence in (of_loss(job), of_scales(job)) if sentence]


def of_loss(job: Job) -> str:
    """Return what to do where the loss and the end of the network do not go together; else nothing."""
    return of_logits(job.network) or of_one_output(job)


def of_logits(network: Network) -> str:
    """Return what to do where a loss of probabilities is given outputs that are none; else nothing."""
    loss, layers = network.loss, network.layers
    if loss is None or not layers or loss.closing() or not loss.of_probabilities or layers[-1].probabilities:
        return ""
    return f"the loss takes probabilities, and the network ends in a layer that gives none: {loss.for_logits}"


def of_one_output(job: Job) -> str:
    """Return what to do where a single output is made to sum to 1; else nothing."""
    loss, layers = job.network.loss, job.network.layers
    last = (loss.closing() if loss else None) or (layers[-1] if layers else None)
    if last is None or not last.sums_to_one or job.examples.widths[1] != 1:
        return ""
    return (
        "softmax of a single output is always 1, whatever the weights: end in sigmoid with "
        "loss: binary_cross_entropy, or give each class an output"
    )


def of_scales(job: Job) -> str:
    """Return which features differ most in size, if they do so a thousandfold and nothing scales them; else nothing."""
    if not job.network.layers or job.network.layers[0].scales:
        return ""
    rows = job.train[np.linspace(0, len(job.train) - 1, min(len(job.train), SAMPLE), dtype=np.intp)]
    sizes = np.abs(job.examples.batch(rows)[0]).max(axis=0)
    sizes[sizes == 0] = np.nan
    if np.isnan(sizes).all() or not np.nanmax(sizes) > THOUSANDFOLD * np.nanmin(sizes):
        return ""
    large, small = int(np.nanargmax(sizes)), int(np.nanargmin(sizes))
    scale = "" if job.encoding is None else ", or scale: standard in the table"
    return (
        f"inputs: column {column(job, large)} reaches {sizes[large]:.4g} and column {column(job, small)} "
        f"{sizes[small]:.4g}: what differs a thousandfold trains badly as it is; begin the layers with batchnorm{scale}"
    )


def column(job: Job, number: int) -> str:
    """Return the name of a column of the inputs, or its number counted from 1."""
    if job.encoding is None:
        return str(number + 1)
    return repr([name for feature in job.encoding.features for name in feature.inputs][number])
