"""Omneo: whether an unlink was refused for a reason that no document rules out."""

from __future__ import annotations

from itertools import pairwise

from appointment_conformance.apis.omneo.links import facts_of, links_of
from appointment_conformance.engine import Evidence
from appointment_conformance.traffic.recording import NOT_FOUND, Seen

#: How an unlink of what is not linked may be refused; no page says what it is answered.
REFUSALS = frozenset({409, 422, *NOT_FOUND})


def found_nothing_linked(evidence: Evidence, seen: Seen) -> bool:
    """Whether a refused unlink may say that its target is not linked: no answer has shown that it lastingly is.

    An answer shows it, or shows it and the next one, with nothing unlinked between them, has lost what it showed: then
    it is the link that does not last.
    """
    probe = seen.probe
    if probe.operation != "unlink" or seen.status not in REFUSALS:
        return False
    facts = facts_of(seen)
    shown = facts.link in (facts.before or ()) and facts.link not in facts.unlinked
    return not shown or links_get_lost(evidence)


def links_get_lost(evidence: Evidence) -> bool:
    """Whether an answer to a link lacks another link that the answer before it showed, with nothing between."""
    for former, seen in pairwise(evidence.everything):
        probe, links = seen.probe, links_of(seen) if _is_link(seen) else None
        beside = former.number + 1 == seen.number and former.probe.appointment == probe.appointment
        if links is None or not beside or not _is_link(former):
            continue
        if any(link not in links for link in links_of(former) or () if link != facts_of(seen).link):
            return True
    return False


def _is_link(seen: Seen) -> bool:
    return seen.probe.operation == "link" and seen.probe.kind == "valid" and seen.judged
