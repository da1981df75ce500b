"""A tenant: its name, its namespace (a random UUID, wrapped by the secret key) and what it decides for itself."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from domain.aggregates.aggregate import Aggregate, Context, Input
from domain.keywords import VERDICTS, WORDS, normal
from schemas.commands import CreateTenant, SetTenantPolicy
from schemas.events import AnyEvent, CommandRefused, TenantCreated, TenantPolicySet
from schemas.identity import TENANT, split_key
from schemas.settings import Policy, TenantSettings


class Tenant(Struct, frozen=True, array_like=True):
    """Empty until it is created."""

    tenant: str = ""
    namespace: str = ""
    name: str = ""
    policy: Policy = Policy()


def decide(state: Tenant, command: Input, context: Context) -> Sequence[AnyEvent]:
    match command:
        case CreateTenant():
            return [_created(state, command)]
        case SetTenantPolicy():
            return [_set(state, command)]
        case _:
            name = str(command.__struct_config__.tag)
            return [CommandRefused(id=command.id, command=name, reason=f"{name} is nothing that a tenant can do")]


def _created(state: Tenant, command: CreateTenant) -> AnyEvent:
    tenant, _, id_ = split_key(command.aggregate)
    if state.tenant:
        problem = f"the tenant {state.tenant} exists already"
    elif tenant != id_ or not TENANT.fullmatch(tenant):
        problem = f"{id_!r} is no slug of a tenant: a letter, then up to 31 of a-z, 0-9 and -"
    elif not command.namespace:
        problem = "a tenant needs a namespace"
    else:
        return TenantCreated(id=command.id, tenant=tenant, namespace=command.namespace, name=command.name)
    return CommandRefused(id=command.id, command="create_tenant", reason=problem)


def _set(state: Tenant, command: SetTenantPolicy) -> AnyEvent:
    problems = [] if state.tenant else ["there is no such tenant"]
    problems += policy_problems(command.policy)
    if problems:
        return CommandRefused(id=command.id, command="set_tenant_policy", reason="; ".join(problems))
    return TenantPolicySet(id=command.id, policy=command.policy)


def policy_problems(policy: dict[str, Any]) -> list[str]:
    """Everything that is wrong with these policies, in words; empty when they can be set."""
    problems = []
    for name, value in policy.items():
        if name not in Policy.__struct_fields__:
            problems.append(f"{name!r} is no policy; known: {', '.join(Policy.__struct_fields__)}")
            continue
        try:
            read = getattr(msgspec.convert({name: value}, Policy), name)
        except msgspec.ValidationError as error:
            problems.append(f"{name}: {str(error).partition(' - at ')[0]}")
            continue
        if name == "keywords":
            problems += _keyword_problems(read)
        if name == "languages":
            unknown = [language for language in read if language not in WORDS]
            problems += [f"languages: {each!r} is not known; known: {', '.join(WORDS)}" for each in unknown]
    return problems


def _keyword_problems(keywords: dict[str, tuple[str, ...]]) -> list[str]:
    unknown = [keyword for keyword in keywords if keyword not in VERDICTS]
    problems = [f"keywords: {each!r} is none of {', '.join(VERDICTS)}" for each in unknown]
    empty = [keyword for keyword, words in keywords.items() if not all(map(normal, words))]
    return problems + [f"keywords: a word of {each!r} has no letters or digits" for each in empty]


def evolve(state: Tenant, event: AnyEvent) -> Tenant:
    match event:
        case TenantCreated():
            return Tenant(event.tenant, event.namespace, event.name)
        case TenantPolicySet():
            fields = {name: getattr(state.policy, name) for name in Policy.__struct_fields__}
            policy = msgspec.convert(fields | event.policy, Policy)
            return Tenant(state.tenant, state.namespace, state.name, policy)
        case _:
            return state


def settings_copy(key: str, version: int, state: Tenant) -> TenantSettings | None:
    """The tenant as comms.settings.v1 has it; None while it does not exist."""
    if not state.tenant:
        return None
    return TenantSettings(
        tenant=state.tenant, version=version, namespace=state.namespace, name=state.name, policy=state.policy
    )


AGGREGATE = Aggregate("tenant", Tenant, Tenant, decide, evolve, settings_copy)
