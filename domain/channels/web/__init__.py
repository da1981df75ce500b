"""Chat on a website."""
