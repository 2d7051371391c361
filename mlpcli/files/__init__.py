"""Files: bytes ↔ arrays and tables, read up to a limit, written whole or not at all."""
