"""Omneo: its ids and link actions, the model that probes are compared with, near misses, and strategies for them."""

from __future__ import annotations

from appointment_strategies.omneo.bodies import json_bodies, link_actions, malformed_json
from appointment_strategies.omneo.identifiers import (
    absent_appointment_ids,
    appointment_ids,
    list_ids,
    profile_ids,
    types,
)
from appointment_strategies.omneo.model import (
    ALIASES,
    breaks_appointment_id,
    broken_rules,
    broken_rules_of_text,
    is_list_id,
    is_profile_id,
    link_action,
    open_fields,
    wrong_fields,
)
from appointment_strategies.omneo.near_misses import Of, broken_action, near_miss_segments, near_misses_of
from appointment_strategies.omneo.open_questions import OpenOf, OpenValue, open_question, open_values_of
from appointment_strategies.omneo.paths import derived_from
from appointment_strategies.omneo.probes import invalid_link_actions, near_misses
from appointment_strategies.omneo.purity import assert_pure
from appointment_strategies.omneo.records import kinds_of, records, safe_segments

__all__ = [
    "ALIASES",
    "Of",
    "OpenOf",
    "OpenValue",
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
    "records",
    "safe_segments",
    "types",
    "wrong_fields",
]
