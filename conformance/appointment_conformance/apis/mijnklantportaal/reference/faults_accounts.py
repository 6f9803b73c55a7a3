"""Faults of MijnKlantportaal's borders between accounts, and of tokens that have an end or named rights."""

from __future__ import annotations

from appointment_conformance.apis.mijnklantportaal.reference.faults_access import CONSUMED, OF
from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction
from appointment_conformance.reference import shared_faults_accounts as flaws
from appointment_conformance.reference.mutation import flaw

FOREIGN = (
    flaw(flaws.ForeignServed, CancelAction, "MKP-OWN-01", of=OF),
    flaw(flaws.ForeignAnswers200, CancelAction, "MKP-OWN-01", of=OF),
    flaw(flaws.ForeignRefusedAndServed, CancelAction, "MKP-OWN-02", of=OF),
)

EXPIRED = (
    flaw(flaws.ExpiredTokenServed, CancelAction, "MKP-AUTH-10", entails=CONSUMED, of=OF),
    flaw(flaws.ExpiredTokenRefusedAndServed, CancelAction, "MKP-EFFECT-02", entails=CONSUMED, of=OF),
)

SECOND = (
    flaw(flaws.NamedRightsRefused, CancelAction, "MKP-AUTH-11", of=OF),
    flaw(flaws.TokenWithAnEndUnknown, CancelAction, "MKP-AUTH-11", of=OF),
)
