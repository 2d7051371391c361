"""The maths: layers, losses and optimizers that compile to a program of named steps. Imports numpy alone."""
