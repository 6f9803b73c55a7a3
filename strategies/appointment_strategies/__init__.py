"""What to send to an appointment API: Hypothesis strategies, near misses by name, and the model they are held to."""

from __future__ import annotations

from appointment_strategies.bodies import json_bodies, json_values, link_actions, malformed_json
from appointment_strategies.identifiers import absent_appointment_ids, appointment_ids, list_ids, profile_ids, types
from appointment_strategies.model import (
    ABSENT,
    ABSENT_NUMBER,
    ALIASES,
    Absent,
    Api,
    breaks_appointment_id,
    broken_rules,
    broken_rules_of_text,
    is_list_id,
    is_profile_id,
    link_action,
    open_fields,
    wrong_fields,
)
from appointment_strategies.near_misses import NearMiss, Of, broken_action, near_miss_segments, near_misses_of
from appointment_strategies.open_questions import OpenOf, OpenValue, open_question, open_values_of
from appointment_strategies.paths import derived_from
from appointment_strategies.probes import invalid_link_actions, near_misses
from appointment_strategies.purity import ImpureProbe, assert_pure
from appointment_strategies.records import Kind, Records, kinds_of, safe_segments

__all__ = [
    "ABSENT",
    "ABSENT_NUMBER",
    "ALIASES",
    "Absent",
    "Api",
    "ImpureProbe",
    "Kind",
    "NearMiss",
    "Of",
    "OpenOf",
    "OpenValue",
    "Records",
    "absent_appointment_ids",
    "appointment_ids",
    "assert_pure",
    "breaks_appointment_id",
    "broken_action",
    "broken_rules",
    "broken_rules_of_text",
    "derived_from",
    "invalid_link_actions",
    "is_list_id",
    "is_profile_id",
    "json_bodies",
    "json_values",
    "kinds_of",
    "link_action",
    "link_actions",
    "list_ids",
    "malformed_json",
    "near_miss_segments",
    "near_misses",
    "near_misses_of",
    "open_fields",
    "open_question",
    "open_values_of",
    "profile_ids",
    "safe_segments",
    "types",
    "wrong_fields",
]
