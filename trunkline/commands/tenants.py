"""The tenants."""

import asyncio
from typing import Any

from cyclopts import App

command = App(name="tenants", help="Create and list tenants.")


@command.command(name="list")
def list_(*, json: bool = False) -> None:
    """List the tenants as the log has them.

    Parameters
    ----------
    json
        Print JSON instead of a table.
    """
    from runtime.settings import settings
    from trunkline.output import show
    from trunkline.wishes import directory

    async def rows() -> list[dict[str, Any]]:
        async with directory(settings().kafka) as known:
            return [
                {
                    "tenant": each.tenant,
                    "name": each.name,
                    "channels": [channel.channel_type for channel in known.channels() if channel.tenant == each.tenant],
                    "settings_version": each.version,
                }
                for each in known.tenants()
            ]

    show(asyncio.run(rows()), ("tenant", "name", "channels"), as_json=json, empty="no tenant yet")


@command.command
def create(tenant: str, *, name: str = "", dry_run: bool = False, json: bool = False) -> None:
    """Create a tenant; one that is there stays as it is.

    Parameters
    ----------
    tenant
        Its slug: a lower-case letter, then up to 31 of a-z, 0-9 and -. It becomes part of keys and of a schema's name.
    name
        Its name for people.
    dry_run
        Only say whether it would be created; exit code 3 when it would.
    json
        Print JSON instead of a sentence.
    """
    from runtime.errors import ProblemsFound
    from runtime.settings import settings
    from trunkline.output import print_json
    from trunkline.provision import create_tenant, has_tenant

    if dry_run and not asyncio.run(has_tenant(settings(), tenant)):
        raise ProblemsFound(f"would create the tenant {tenant}")
    created = not dry_run and asyncio.run(create_tenant(settings(), tenant, name))
    if json:
        print_json({"tenant": tenant, "created": created})
    else:
        print(f"created the tenant {tenant}" if created else f"the tenant {tenant} is there")
