"""Documents → text, JSON, CSV, npz and more. A new format is one new file and one line in `formats.py`."""
