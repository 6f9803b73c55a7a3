"""The rules for MijnKlantportaal's published document, in addition to the shared ones."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from appointment_specs.places import below, members, operations, resolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Defects = Iterator[tuple[str, str]]
    Document = Mapping[str, Any]

_ZONE: Final = "Europe/Amsterdam"


def example_contradicts_cancel(document: Document) -> Defects:
    """Find an answer to a cancel whose example has another status than `canceled`."""
    for operation in operations(document):
        if operation.node.get("operationId") == "cancel-appointment":
            content = operation.node["responses"]["200"]["content"]["application/json"]["schema"]
            example = resolved(document, content)["properties"]["status"].get("example", "canceled")
            if example != "canceled":
                place = str(content.get("$ref", "")).removeprefix("#") + "/properties/status/example"
                yield place, f"the answer to a cancel shows the status `{example}` instead of `canceled`"


def example_has_impossible_offset(document: Document) -> Defects:
    """Find examples whose UTC offset is not valid in the vendor's time zone at that moment."""
    for place, _, schema in members(document):
        moment = _moment(schema.get("example"))
        if moment is not None and moment.utcoffset() != moment.replace(tzinfo=ZoneInfo(_ZONE)).utcoffset():
            yield below(place, "example"), f"{schema['example']} has an offset that {_ZONE} does not have on that day"


def _moment(text: object) -> datetime | None:
    """Return the moment of an ISO 8601 text with an offset, None for anything else."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
