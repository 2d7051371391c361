"""What may explain a claim that is wrong in itself."""
