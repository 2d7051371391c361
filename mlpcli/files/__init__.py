"""Files: bytes ↔ arrays and tables, read within bounds, written whole or not at all."""
