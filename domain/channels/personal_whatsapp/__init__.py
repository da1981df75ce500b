"""WhatsApp as a person has it: a telephone of ours that a bridge speaks for."""

DEFAULT = "bridge"
