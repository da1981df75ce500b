"""A mailbox in Gmail."""
