"""Networks as ONNX models, which other runtimes take."""
