"""Messages on Viber."""
