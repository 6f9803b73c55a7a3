"""What is judged and how: requirements, the evidence they look at, and the verdicts that follow."""

from .evidence import Evidence, NotApplicable
from .requirement import MUST, SHOULD, requirement

__all__ = ["MUST", "SHOULD", "Evidence", "NotApplicable", "requirement"]
