"""YAML → Experiment, every problem with file, line and column."""
