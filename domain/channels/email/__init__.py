"""E-mail: what comes in, and what providers report about what went out."""

DEFAULT = "ses"
