"""The house rules of metric names, and that nothing personal can become a label."""

import re

from prometheus_client.metrics import MetricWrapperBase

from runtime import metrics

OURS = [each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)]
LABELS = {"channel", "outcome", "queue", "call", "view", "topic", "stage", "reason", "store", "kind", "provider"}


def test_names_say_room_what_and_unit() -> None:
    assert OURS
    for each in OURS:
        name = each._name + ("_total" if each._type == "counter" else "")
        assert re.fullmatch(r"trunkline_[a-z]+(_[a-z]+)+", name), name
        assert each._documentation


def test_labels_are_few_and_bounded() -> None:
    for each in OURS:
        assert set(each._labelnames) <= LABELS, (each._name, each._labelnames)
