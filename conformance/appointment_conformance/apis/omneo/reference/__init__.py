"""The Omneo reference API: one conforming server, with faults and variants that can be switched on."""

from appointment_conformance.apis.omneo.reference.reference_api import REFERENCE, OmneoReference

__all__ = ["REFERENCE", "OmneoReference"]
