"""Number types that a program runs on, each in a file of its own. Imports numpy, and flint for balls."""
