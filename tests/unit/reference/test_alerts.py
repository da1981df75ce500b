"""Alert rules name nothing but metrics and labels that exist, and lead to a paragraph that says what to do."""

import re
from typing import Any

import pytest
import yaml

from trunkline.reference.artefact import ROOT
from trunkline.reference.pages.metrics import declared

RULES = [
    rule
    for group in yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
FOREIGN = {"up": {"job", "instance"}, "process_start_time_seconds": {"job", "instance"}}
"""Metrics of Prometheus and its client that rules may use."""
SCRAPED = {"job", "instance"}
"""Labels that Prometheus adds."""


def known() -> dict[str, set[str]]:
    """Every name that can be scraped, with its labels."""
    found = dict(FOREIGN)
    for metric in declared():
        labels = {*metric.labels, *SCRAPED}
        if metric.kind == "histogram":
            found |= {f"{metric.name}_{suffix}": {*labels, "le"} for suffix in ("bucket", "sum", "count")}
        else:
            found[metric.name] = labels
    return found


def names(expr: str) -> set[str]:
    """Metric names of an expression: words that are no label, function or keyword."""
    return set(re.findall(r"\b(?:trunkline_\w+|up|process_\w+)\b", expr))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_rule_is_complete(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert rule["annotations"]["summary"]
    assert rule["expr"].count("(") == rule["expr"].count(")")
    file, _, anchor = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / file).read_text(), re.MULTILINE)
    assert anchor in {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_rule_names_what_exists(rule: dict[str, Any]) -> None:
    expr = rule["expr"]
    used = names(expr)
    assert used
    assert used <= known().keys()
    labels = set.union(*(known()[name] for name in used))
    by = {label.strip() for group in re.findall(r"by \(([^)]*)\)", expr) for label in group.split(",")}
    selected = {label for group in re.findall(r"\{([^}]*)\}", expr) for label in re.findall(r"(\w+)=~?\"", group)}
    assert by | selected <= labels
    shown = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    assert shown <= (by or labels)


def test_alerts_are_called_differently() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES)
