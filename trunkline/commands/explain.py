"""Why something was read as it was, in words."""

from pathlib import Path

from cyclopts import App

command = App(name="explain", help="Say in words why an address, a keyword or a payload is read as it is.")


@command.command
def address(text: str, *, channel: str = "", country: str | None = None) -> None:
    """How an address is read: its canonical form, whether it can exist, and why.

    Parameters
    ----------
    text
        A number, short code, alphanumeric sender, mail address or WhatsApp id, as a provider would write it.
    channel
        email or whatsapp when it is meant as such; found out when not given.
    country
        ISO 3166, where a number without a country code is dialled.
    """
    from trunkline.explaining import explain_address

    print(explain_address(text, channel, country))


@command.command
def keyword(text: str, *, languages: str = "en,es,fr,pt,de", opted_out: bool = False) -> None:
    """Whether a message is a reserved word (STOP, START, HELP), and why.

    Parameters
    ----------
    text
        The whole message.
    languages
        Whose words count, as in a tenant's policy.
    opted_out
        Whether the contact is opted out, so that YES asks to start.
    """
    from trunkline.explaining import explain_keyword

    print(explain_keyword(text, tuple(languages.split(",")), opted_out=opted_out))


@command.command
def payload(file: Path, *, channel: str = "", provider: str = "") -> None:
    """What wrappings were taken off a payload, whose it is, and what it says.

    Parameters
    ----------
    file
        The body of a queue message or webhook; - for stdin.
    channel
        Such as sms; found out when not given.
    provider
        Such as twilio; found out when not given.
    """
    from trunkline.explaining import explain_payload

    print(explain_payload(file, channel, provider))
