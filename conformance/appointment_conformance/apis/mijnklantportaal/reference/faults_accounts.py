"""Faults of MijnKlantportaal's borders between accounts, and of tokens that have an end or named rights."""

from __future__ import annotations

from appointment_conformance.apis.mijnklantportaal.reference.faults_access import CONSUMED, OF
from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction
from appointment_conformance.reference import shared_faults_accounts as shared_faults
from appointment_conformance.reference.mutation import shared_fault

FOREIGN = (
    shared_fault(shared_faults.ForeignServed, CancelAction, "MKP-OWN-01", of=OF),
    shared_fault(shared_faults.ForeignAnswers200, CancelAction, "MKP-OWN-01", of=OF),
    shared_fault(shared_faults.ForeignRefusedAndServed, CancelAction, "MKP-OWN-02", of=OF),
)

EXPIRED = (
    shared_fault(shared_faults.ExpiredTokenServed, CancelAction, "MKP-AUTH-10", entails=CONSUMED, of=OF),
    shared_fault(shared_faults.ExpiredTokenRefusedAndServed, CancelAction, "MKP-EFFECT-02", entails=CONSUMED, of=OF),
)

SECOND = (
    shared_fault(shared_faults.NamedRightsRefused, CancelAction, "MKP-AUTH-11", of=OF),
    shared_fault(shared_faults.TokenWithAnEndUnknown, CancelAction, "MKP-AUTH-11", of=OF),
)
