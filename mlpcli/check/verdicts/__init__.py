"""Claims → verdicts: what is wrong in itself, and what merely follows."""
