"""Rules about how a request is refused, whatever is wrong with it, for any API."""

from __future__ import annotations

from collections.abc import Collection

from appointment_conformance.codes import status_code
from appointment_conformance.engine import Evidence
from appointment_conformance.traffic.case import ABSENT
from appointment_conformance.traffic.recording import Seen


def check_no_server_error(evidence: Evidence) -> None:
    """Expect no status from 500 on, save 501 for a method that is not implemented (RFC 9110, section 15.6)."""
    for seen in evidence.seen():
        holds = (seen.status or 0) < 500 or (seen.probe.kind == "method" and seen.status == 501)
        _expect(evidence, seen, "a status below 500", holds=holds)


def check_undeclared_method(evidence: Evidence, *, served: Collection[int] = ()) -> None:
    """Expect a 4xx or 501 for a method that is not declared; the statuses `served` show that it was carried out."""
    for seen in evidence.seen("method"):
        holds = _is_refused(seen, served) or seen.status == 501
        _expect(evidence, seen, "status 405", holds=holds)


def check_near_misses_of_id(evidence: Evidence, *, served: Collection[int] = ()) -> None:
    """Expect a 4xx for text that only resembles an id; the statuses `served` show that it was taken for the record."""
    besides = f" than {', '.join(map(str, sorted(served)))}" if served else ""
    for seen in evidence.seen("path", where=lambda seen: seen.probe.case != ABSENT):
        _expect(evidence, seen, f"status 404, or another 4xx{besides}", holds=_is_refused(seen, served))


def _is_refused(seen: Seen, served: Collection[int]) -> bool:
    return 400 <= (seen.status or 0) < 500 and seen.status not in served


def _expect(evidence: Evidence, seen: Seen, expected: str, *, holds: bool) -> None:
    code = status_code(seen.status)
    evidence.expect(seen, holds=holds, code=code, expected=expected, actual=f"status {seen.status}")
