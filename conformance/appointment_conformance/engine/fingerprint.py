"""The fingerprint of a failure: which probes deviate and how, without what differs from run to run."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Final

from .evidence import Deviation
from .requirement import Requirement

#: How fingerprints are made; another way of making them gets another number.
VERSION: Final = "2"
#: The form of version 1, which carried no number and depended on the wording of the reports.
_OLD_FORM = re.compile(r"[0-9a-f]{4}(-[0-9a-f]{4}){2}")


def fingerprint(requirement: Requirement, operation: str, deviations: Iterable[Deviation]) -> str:
    """Return the version and 12 hexadecimal digits, the same whenever the same cases deviate with the same codes.

    Ids, times, lengths, wording and what was there before leave no trace; which cases were probed, the
    statuses, and the members and types that are wrong do. Of a rule about every exchange the cases leave none either:
    how many are sent depends on what earlier runs left.
    """
    ways = sorted({(_case(deviation, requirement), code) for deviation in deviations for code in deviation.codes})
    digest = hashlib.sha256(json.dumps([requirement.id, operation, ways]).encode()).hexdigest()
    return "-".join((VERSION, digest[:4], digest[4:8], digest[8:12]))


def is_outdated(text: str) -> bool:
    """Say whether an older version made a fingerprint: it cannot be compared with those of this one."""
    return _OLD_FORM.fullmatch(text) is not None


def _case(deviation: Deviation, requirement: Requirement) -> str:
    """What the probe is a case of, and of a read its moment; a drawn value is a case of its class."""
    probe = deviation.seen.probe
    moment = f" {probe.moment}" if probe.kind == "read" and probe.moment else ""
    return f"{probe.kind} {probe.case.known.label}{moment}" if requirement.scenarios else ""
