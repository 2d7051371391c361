"""The Python API: networks and what their methods return. `import mlpcli` has the names."""
