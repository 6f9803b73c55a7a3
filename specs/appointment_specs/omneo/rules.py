"""What can be wrong with Omneo's published document, beside what can be wrong with any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BRANCHES: Final = frozenset({"if", "oneOf", "anyOf", "allOf", "dependentSchemas"})


def form_of_id_is_prose_only(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find a link action whose schema does not tie the form of the id to the type."""
    schema = document["components"]["schemas"]["AppointmentLinkAction"]
    if not _BRANCHES & schema.keys():
        place = "/components/schemas/AppointmentLinkAction"
        yield place, "only the description says that `type` decides the form of `id`"
