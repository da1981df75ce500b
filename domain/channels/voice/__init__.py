"""Calls through any provider."""

DEFAULT = "twilio"
