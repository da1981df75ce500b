"""Push notifications: what an app reports of them, and what push services answer."""

DEFAULT = "app"
