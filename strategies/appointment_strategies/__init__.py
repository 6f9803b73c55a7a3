"""What to send to an appointment API: near misses and lenient readings, for any API.

Each API has its own module with its ids, bodies, near misses and model. The modules of the built-in APIs are in this
package.
"""

from __future__ import annotations

from appointment_strategies.json_texts import json_values
from appointment_strategies.near_misses import Family, NearMiss, Variety, families, family, family_of
from appointment_strategies.purity import ImpureProbe, assert_breaks_alone
from appointment_strategies.records import RecordKind, Records, kinds_of, safe_segments
from appointment_strategies.values import ABSENT, ABSENT_NUMBER, Absent

__all__ = [
    "ABSENT",
    "ABSENT_NUMBER",
    "Absent",
    "Family",
    "ImpureProbe",
    "NearMiss",
    "RecordKind",
    "Records",
    "Variety",
    "assert_breaks_alone",
    "families",
    "family",
    "family_of",
    "json_values",
    "kinds_of",
    "safe_segments",
]
