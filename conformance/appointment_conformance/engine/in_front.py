"""Which answers something in front of the API has given: a firewall's page is no answer of the contract."""

from __future__ import annotations

from collections.abc import Iterable

from appointment_conformance.traffic.answer import json_of
from appointment_conformance.traffic.intermediary import ACCESS, is_page
from appointment_conformance.traffic.recording import ProbeResult
from appointment_specs import Contract

#: Statuses with which the pages answer who is not allowed in; to valid credentials they are described nowhere.
_OF_CREDENTIALS = frozenset({401, 403})


class Front:
    """Tells the answers of something in front of the API from the API's own, by what the API is known to answer."""

    def __init__(self, contract: Contract, seen: Iterable[ProbeResult]) -> None:
        """Learn from all that was `seen` in which operations the API refuses in JSON."""
        self._operations = contract.operations
        self._in_json = {
            answer.probe.operation for answer in seen if _is_refusal(answer) and isinstance(json_of(answer), dict)
        }

    def answered(self, seen: ProbeResult) -> bool:
        """Whether an answer is a page that no document describes, where the API's own refusals are JSON.

        A server error is the API's as far as anybody can tell, and so is a status that the page describes.
        """
        status, operation = seen.status or 0, seen.probe.operation
        if not seen.judged or status >= 500 or operation not in self._in_json:
            return False
        valid = seen.probe.kind != "credentials"
        described = self._operations[operation].statuses - (_OF_CREDENTIALS if valid else frozenset())
        if 300 <= status < 400:
            return valid and json_of(seen) is None
        return is_page(seen) and status not in described if status >= 400 else valid and is_page(seen)


def _is_refusal(seen: ProbeResult) -> bool:
    """Whether the operation itself has refused what a probe said."""
    status, kind = seen.status or 0, seen.probe.kind
    return kind in {"near-miss", "malformed", "path", "valid", "race"} and 400 <= status < 500 and status not in ACCESS
