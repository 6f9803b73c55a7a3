"""What is judged and how: requirements, the evidence they look at, and the verdicts that follow."""

from appointment_conformance.engine.evidence import Evidence, NotApplicable
from appointment_conformance.engine.requirement import MUST, SHOULD, requirement

__all__ = ["MUST", "SHOULD", "Evidence", "NotApplicable", "requirement"]
