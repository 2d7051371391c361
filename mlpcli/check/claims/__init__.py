"""What somebody claims of a program: numbers as they are written, under whichever names."""
