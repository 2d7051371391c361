"""Pictures of a training: its curves, confusion matrix and predictions, as SVG, HTML, PNG and in the terminal."""
