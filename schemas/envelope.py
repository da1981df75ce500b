"""The envelope: CloudEvents 1.0 attributes as Kafka headers, binary mode (cloudevents.io, Kafka protocol binding 3.2).

The value is plain JSON that a consumer reads without our code; everything about it stands in the headers. `content-type` and
`traceparent` have no prefix, as the binding and W3C Trace Context ask.
"""

from collections.abc import Iterable, Sequence

Header = tuple[str, bytes]

CONTENT_TYPE: Header = ("content-type", b"application/json")
SPECVERSION: Header = ("ce_specversion", b"1.0")


def fixed_headers(type_: str, source: str) -> tuple[Header, ...]:
    """The headers that all records of one kind and origin share; build once, pass to `headers`.

    type_: e.g. `trunkline.decision.v1`; source: the room, e.g. `trunkline/streams`.
    """
    return (
        SPECVERSION,
        CONTENT_TYPE,
        ("ce_type", type_.encode()),
        ("ce_source", source.encode()),
        ("ce_dataschema", f"urn:trunkline:schema:{type_}".encode()),
    )


def headers(
    fixed: Iterable[Header],
    *,
    id_: str,
    subject: bytes,
    time: str,
    tenant: str,
    correlation: str = "",
    causation: str = "",
    trace: str = "",
) -> list[Header]:
    """All headers of one record. Empty correlation, causation and trace are left out, as CloudEvents forbids empty attributes."""
    shared = subject_headers(fixed, subject, tenant)
    return moment_headers(shared, id_=id_, time=time, correlation=correlation, causation=causation, trace=trace)


def subject_headers(fixed: Iterable[Header], subject: bytes, tenant: str) -> tuple[Header, ...]:
    """The headers that all records of one kind about one subject share; build once where the same subjects come again and again."""
    return (*fixed, ("ce_subject", subject), ("ce_tenant", tenant.encode()))


def moment_headers(
    shared: Iterable[Header], *, id_: str, time: str, correlation: str = "", causation: str = "", trace: str = ""
) -> list[Header]:
    """`subject_headers` and what is different in each record."""
    out = [*shared, ("ce_id", id_.encode()), ("ce_time", time.encode())]
    if correlation:
        out.append(("ce_correlationid", correlation.encode()))
    if causation:
        out.append(("ce_causationid", causation.encode()))
    if trace:
        out.append(("traceparent", trace.encode()))
    return out


def header(all_: Sequence[Header], name: str) -> str | None:
    """The value of one header as text, or None."""
    for key, value in all_:
        if key == name:
            return value.decode("utf-8", "replace")
    return None
