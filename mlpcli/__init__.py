"""mlp: run a multi-layer perceptron from a YAML file and print every intermediate tensor."""

__version__ = "0.1.0"
