"""The core of a reference API: rules over real HTTP, which conform, with faults and variants that can be switched on.

It imports nothing of the suite and knows no vendor, and a vendor's own part imports nothing of the suite but this: so
two independent readings of a contract check each other.
"""

from appointment_conformance.reference import (
    shared_faults,
    shared_faults_accounts,
    shared_variants,
    shared_variants_answers,
)
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import (
    Fault,
    Mutation,
    Variant,
    fault,
    mutations,
    shared_fault,
    shared_variant,
    variant,
)
from appointment_conformance.reference.reference_api import MakeOperation, Reference, ReferenceApi, UnknownFault
from appointment_conformance.reference.rules import Rules
from appointment_conformance.reference.state import State

__all__ = [
    "Answer", "Call", "Fault", "MakeOperation", "Mutation", "Reference", "ReferenceApi", "Refused", "Rules", "State",
    "UnknownFault", "Variant", "fault", "mutations", "shared_fault", "shared_faults", "shared_faults_accounts",
    "shared_variant", "shared_variants", "shared_variants_answers", "variant",
]  # fmt: skip
