"""A small domain for tests of the engine: `contact` counts what it receives, `tenant` has settings.

The count tells lost, doubled and reordered inputs apart: each event says the number it is, and of which input. A `poison` input makes
the decider raise while the file named by COUNTING_BUG exists.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Struct

from domain.aggregates import Aggregate, Context
from schemas.commands import AnyCommand, SetTenantPolicy
from schemas.events import AnyEvent, CommandRefused, KeywordRecognised, TenantPolicySet
from schemas.identity import following_id, split_key
from schemas.inbound import InboundEvent
from schemas.settings import Policy, TenantSettings
from schemas.values import Content, Person

NAMESPACE = uuid5(NAMESPACE_URL, "counting")


class Bug(Exception):
    """What a broken decider raises."""


class Count(Struct, frozen=True):
    """How many inputs took effect, and the sum of their numbers weighted by their turn, so that the order shows."""

    number: int = 0
    sum: int = 0


def broken() -> bool:
    """Whether the decider has its bug at this moment."""
    return bool((path := os.environ.get("COUNTING_BUG")) and Path(path).exists())


def decide(state: Count, input_: InboundEvent | AnyCommand, context: Context) -> Sequence[AnyEvent]:
    if not isinstance(input_, InboundEvent):
        return (CommandRefused(id=input_.id, command="?", reason=f"{state.number + 1} at {context.now}"),)
    if input_.kind == "poison" and broken():
        raise Bug("with a text that nobody may see: +14155550100")
    return (
        KeywordRecognised(
            id=input_.id,
            keyword=str(state.number + 1),
            message=input_.message,
            thread=input_.kind,
            channel=f"settings {context.settings}",
        ),
        KeywordRecognised(id=following_id(input_.id, 1), keyword="0", message="", thread="", channel=context.now),
    )


def evolve(state: Count, event: Any) -> Count:
    if isinstance(event, KeywordRecognised) and event.keyword != "0":
        n = state.number + 1
        return Count(n, (state.sum + n * int(event.message or 0)) % 2**61)
    if isinstance(event, CommandRefused):
        return Count(state.number + 1, state.sum)
    return state


class Rules(Struct, frozen=True):
    languages: tuple[str, ...] = ()


def decide_tenant(state: Rules, input_: Any, context: Context) -> Sequence[AnyEvent]:
    if isinstance(input_, SetTenantPolicy):
        return (TenantPolicySet(id=input_.id, policy=input_.policy),)
    return (CommandRefused(id=input_.id, command="?", reason="no"),)


def evolve_tenant(state: Rules, event: Any) -> Rules:
    return Rules(tuple(event.policy.get("languages", ()))) if isinstance(event, TenantPolicySet) else state


def copy_tenant(key: str, version: int, state: Rules) -> TenantSettings:
    tenant = split_key(key)[0]
    return TenantSettings(tenant=tenant, version=version, namespace="-", policy=Policy(languages=state.languages))


KINDS = {
    "contact": Aggregate("contact", Count, Count, decide, evolve),
    "tenant": Aggregate("tenant", Rules, Rules, decide_tenant, evolve_tenant, copy_tenant),
}

encode = msgspec.json.Encoder().encode


def contact_of(n: int) -> str:
    """The id of the n-th contact."""
    return str(uuid5(NAMESPACE, f"contact {n}"))


def key_of(n: int, tenant: str = "acme") -> str:
    return f"{tenant}:contact:{contact_of(n)}"


def message(contact: int, number: int, *, kind: str = "", tenant: str = "acme", text: str = "hello") -> InboundEvent:
    """The `number`-th message of a contact; the same arguments give the same id, as a redelivery does."""
    return InboundEvent(
        id=str(uuid5(NAMESPACE, f"message {tenant} {contact} {number}")),
        type="message_received",
        tenant=tenant,
        channel="sms",
        provider="twilio",
        contact=contact_of(contact),
        thread=contact_of(contact),
        message=str(number),
        provider_id=f"SM{contact}.{number}",
        ours="tel:+15550001111",
        direction="inbound",
        kind=kind,
        person=Person("tel:+14155550100", "possible"),
        content=Content(text=text),
    )


def command_id(name: str) -> str:
    """The id of a command that is called so."""
    return str(uuid5(NAMESPACE, f"command {name}"))
