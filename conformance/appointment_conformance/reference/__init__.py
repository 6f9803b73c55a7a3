"""The reference API: both vendors' contracts over real HTTP, conforming, with defects that can be switched on.

It imports nothing of the suite, so that two independent readings of the contract check each other.
"""

from appointment_conformance.reference.catalogue import FAULTS, VARIANTS
from appointment_conformance.reference.mutation import Fault, Variant
from appointment_conformance.reference.reference import Reference, UnknownFault, serve

__all__ = ["FAULTS", "VARIANTS", "Fault", "Reference", "UnknownFault", "Variant", "serve"]
