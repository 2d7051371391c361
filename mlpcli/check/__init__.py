"""Claims against the program: tolerance from written digits, verdicts, diagnosis."""
