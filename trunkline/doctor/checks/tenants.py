"""The tenants, and the key that their namespaces are wrapped with."""

from runtime.errors import ConfigurationError
from runtime.secrets import unwrap
from runtime.settings import Settings
from trunkline.doctor.finding import Finding, note, problem, well
from trunkline.wishes import directory

ORDER = 3


async def check(settings: Settings) -> list[Finding]:
    """Whether there is a tenant, and our secret key fits all of them. Raises Unavailable."""
    async with directory(settings.kafka) as known:
        tenants = known.tenants()
    if not tenants:
        return [note("tenants", "there is no tenant yet", "create one with `trunkline tenants create <slug>`")]
    try:
        for tenant in tenants:
            unwrap(tenant.namespace, settings.secret_key)
    except ConfigurationError as error:
        return [problem("tenants", str(error), "set TRUNKLINE_SECRET_KEY to the key the tenants were created with")]
    return [well("tenants", f"TRUNKLINE_SECRET_KEY fits {', '.join(tenant.tenant for tenant in tenants)}")]
