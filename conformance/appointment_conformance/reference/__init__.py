"""The core of a reference API: conforming rules over real HTTP, with faults and variants that can be switched on.

It imports nothing of the suite and names no vendor; `serve` loads an installed API by its entry point. The reference
API of a vendor imports only this package of the suite, so the suite and the reference API are two independent readings
of the contract that check each other.
"""

from appointment_conformance.reference import (
    shared_faults,
    shared_faults_accounts,
    shared_variants,
    shared_variants_answers,
)
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.installed import serve
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
    "UnknownFault", "Variant", "fault", "mutations", "serve", "shared_fault", "shared_faults", "shared_faults_accounts",
    "shared_variant", "shared_variants", "shared_variants_answers", "variant",
]  # fmt: skip
