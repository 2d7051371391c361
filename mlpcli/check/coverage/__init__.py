"""Which classic mistakes an exercise cannot reveal, and what would reveal them."""
