"""All faults and variants by name, in a stable order."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from appointment_conformance.reference import (
    faults_mijnklantportaal_access,
    faults_mijnklantportaal_accounts,
    faults_mijnklantportaal_answers,
    faults_mijnklantportaal_effects,
    faults_omneo_access,
    faults_omneo_accounts,
    faults_omneo_answers,
    faults_omneo_bodies,
    faults_omneo_effects,
    faults_omneo_types,
    faults_omneo_values,
    variants,
    variants_access,
    variants_accounts,
    variants_answers,
    variants_defaults,
    variants_fixtures,
    variants_front,
    variants_values,
)
from appointment_conformance.reference.fault import Change, Fault, Variant, changes

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
