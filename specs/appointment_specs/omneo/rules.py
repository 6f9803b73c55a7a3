"""The rules for Omneo's published document, in addition to the shared ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BRANCHES: Final = frozenset({"if", "oneOf", "anyOf", "allOf", "dependentSchemas"})


def form_of_id_is_prose_only(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find a link action whose schema does not make the form of the id depend on the type."""
    schema = document["components"]["schemas"]["AppointmentLinkAction"]
    if not _BRANCHES & schema.keys():
        place = "/components/schemas/AppointmentLinkAction"
        yield place, "only the description says that `type` decides the form of `id`"
