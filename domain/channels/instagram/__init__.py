"""Direct messages on Instagram."""
