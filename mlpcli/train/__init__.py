"""Training: data sets and batches, the planned executor, checkpoints."""
