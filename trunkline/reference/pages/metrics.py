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
    found: list[Declared] = []
    for name, value in vars(metrics).items():
        if isinstance(value, MetricWrapperBase):
            found.append(_declared(value))
        elif name.endswith("_COUNTERS"):
            found += _collected(value, "counter")
        elif name.endswith("_GAUGES"):
            found += _collected(value, "gauge")
    return found


def _declared(metric: MetricWrapperBase) -> Declared:
    kind = str(metric._type)
    suffix = "_total" if kind == "counter" else ""
    return Declared(metric._name + suffix, kind, tuple(metric._labelnames), metric._documentation)


def _collected(helps: dict[str, str], kind: str) -> list[Declared]:
    """Metrics that are made at scrape time: declared by name and help alone, a label is named at the end of the help."""
    return [
        Declared(name, kind, ("topic",) if help_.endswith("by topic") else (), help_) for name, help_ in helps.items()
    ]


def render() -> str:
    rows = [(code(each.name), each.kind, " ".join(map(code, each.labels)), each.help) for each in declared()]
    return (
        "# Metrics\n\n"
        "Every process with a port of its own serves them at `/metrics`, beside `process_*`, `python_info` and `python_gc_*` of "
        "the Prometheus client. No label holds an id, an address or a tenant. Alert rules: `deploy/prometheus/alerts.yml`.\n\n"
        + table(("metric", "kind", "labels", "what it counts"), rows)
    )
