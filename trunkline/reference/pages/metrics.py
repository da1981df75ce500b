"""docs/reference/metrics.md from runtime.metrics."""

from typing import NamedTuple

from prometheus_client.metrics import MetricWrapperBase

from runtime import metrics
from trunkline.reference.markdown import code, table


class Declared(NamedTuple):
    """One metric. name: as it is scraped, a histogram's without its suffixes."""

    name: str
    kind: str
    labels: tuple[str, ...]
    help: str


def declared() -> list[Declared]:
    """Every metric of ours, in the order of its declaration."""
    return [_declared(each) for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)]


def _declared(metric: MetricWrapperBase) -> Declared:
    kind = str(metric._type)
    suffix = "_total" if kind == "counter" else ""
    return Declared(metric._name + suffix, kind, tuple(metric._labelnames), metric._documentation)


def render() -> str:
    rows = [(code(each.name), each.kind, " ".join(map(code, each.labels)), each.help) for each in declared()]
    return (
        "# Metrics\n\n"
        "Every process with a port of its own serves them at `/metrics`, beside `process_*`, `python_info` and `python_gc_*` of "
        "the Prometheus client. No label holds an id, an address or a tenant. Alert rules: `deploy/prometheus/alerts.yml`.\n\n"
        + table(("metric", "kind", "labels", "what it counts"), rows)
    )
