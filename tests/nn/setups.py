"""Networks compiled and given their own numbers."""

from mlpcli.nn.network import compile_network


def compile_setup(network, goal):
    """The program of a network as its conventions have it, on the network's numbers."""
    return compile_network(network, goal).seen()


def stored(samples, conventions):
    """Samples that are rows, as the conventions have them."""
    return samples.T if conventions.samples == "columns" else samples
