"""Messages on Facebook Messenger."""
