"""What was found, as documents: verdicts, coverage, gradients, a cell as arithmetic."""
