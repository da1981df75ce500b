"""Messages on Telegram."""
