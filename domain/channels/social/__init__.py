"""Messages on networks that have no channel of their own."""
