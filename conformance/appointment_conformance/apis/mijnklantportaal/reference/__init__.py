"""The MijnKlantportaal reference API: one conforming server, with faults and variants that can be switched on."""

from appointment_conformance.apis.mijnklantportaal.reference.reference_api import REFERENCE, MijnKlantportaalReference

__all__ = ["REFERENCE", "MijnKlantportaalReference"]
