"""All faults and variants by name, in a stable order."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference import faults_access as faults_mijnklantportaal_access
from appointment_conformance.apis.mijnklantportaal.reference import faults_accounts as faults_mijnklantportaal_accounts
from appointment_conformance.apis.mijnklantportaal.reference import faults_answers as faults_mijnklantportaal_answers
from appointment_conformance.apis.mijnklantportaal.reference import faults_effects as faults_mijnklantportaal_effects
from appointment_conformance.apis.omneo.reference import faults_access as faults_omneo_access
from appointment_conformance.apis.omneo.reference import faults_accounts as faults_omneo_accounts
from appointment_conformance.apis.omneo.reference import faults_answers as faults_omneo_answers
from appointment_conformance.apis.omneo.reference import faults_bodies as faults_omneo_bodies
from appointment_conformance.apis.omneo.reference import faults_effects as faults_omneo_effects
from appointment_conformance.apis.omneo.reference import faults_types as faults_omneo_types
from appointment_conformance.apis.omneo.reference import faults_values as faults_omneo_values
from appointment_conformance.reference import (
    variants,
    variants_access,
    variants_accounts,
    variants_answers,
    variants_defaults,
    variants_fixtures,
    variants_front,
    variants_values,
)
from appointment_conformance.reference.mutation import Change, Fault, Variant, changes

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CHANGES", "FAULTS", "VARIANTS"]

MODULES = (
    faults_omneo_answers,
    faults_omneo_bodies,
    faults_omneo_access,
    faults_omneo_accounts,
    faults_omneo_effects,
    faults_omneo_types,
    faults_omneo_values,
    faults_mijnklantportaal_answers,
    faults_mijnklantportaal_access,
    faults_mijnklantportaal_accounts,
    faults_mijnklantportaal_effects,
    variants,
    variants_access,
    variants_answers,
    variants_defaults,
    variants_fixtures,
    variants_front,
    variants_accounts,
    variants_values,
)

CHANGES: Mapping[str, Change] = MappingProxyType({each.of.name: each for each in changes(*MODULES)})
FAULTS: Mapping[str, Fault] = MappingProxyType(
    {name: each.of for name, each in CHANGES.items() if isinstance(each.of, Fault)}
)
VARIANTS: Mapping[str, Variant] = MappingProxyType(
    {name: each.of for name, each in CHANGES.items() if isinstance(each.of, Variant)}
)
