"""Health and metrics over HTTP."""

import httpx
import pytest

from runtime.errors import ConfigurationError
from runtime.probes import probes
from trunkline.platform.ports import free_port


async def test_a_process_tells_its_health_and_what_is_missing() -> None:
    port, reasons = free_port(), ["kafka: no broker answers"]
    async with probes(port, lambda: reasons), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for alias in ("/healthz", "/health"):
            assert (await client.get(alias)).json() == {"alive": True}
        for alias in ("/readyz", "/ready"):
            answer = await client.get(alias)
            assert (answer.status_code, answer.json()) == (503, {"ready": False, "reasons": reasons})
        reasons.clear()
        assert (await client.get("/readyz")).status_code == 200
        assert "trunkline_bridge_messages_total" in (await client.get("/metrics")).text


async def test_a_taken_port_is_told_in_words() -> None:
    port = free_port()
    async with probes(port, list):
        with pytest.raises(ConfigurationError, match=f"port {port}.*taken"):
            async with probes(port, list):
                pass


async def test_port_0_serves_nothing() -> None:
    async with probes(0, list):
        pass
