"""Text messages."""

DEFAULT = "twilio"
