"""What is wrong with a vendor's document; about the document alone, never counted against an API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import rules
from .contract import published
from .errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHARED: Mapping[str, rules.Rule] = {
    "DOC-01": rules.nullable_is_no_keyword,
    "DOC-02": rules.answers_to_bad_credentials_are_missing,
    "DOC-03": rules.no_error_is_documented,
    "DOC-04": rules.security_contradicts_401,
    "DOC-05": rules.no_security_scheme,
    "DOC-06": rules.answer_requires_nothing,
    "DOC-07": rules.sample_lacks_required_member,
    "DOC-08": rules.description_names_another_path,
    "DOC-09": rules.values_are_prose_only,
    "DOC-10": rules.prefix_is_prose_only,
    "DOC-11": rules.date_has_no_format,
    "DOC-12": rules.server_is_a_placeholder,
}
_RULES: Mapping[str, Mapping[str, rules.Rule]] = {
    "omneo": {
        **_SHARED,
        "DOC-13": rules.form_of_id_is_prose_only,
    },
    "mijnklantportaal": {
        **_SHARED,
        "DOC-14": rules.rate_limit_answer_is_missing,
        "DOC-15": rules.example_contradicts_cancel,
        "DOC-16": rules.example_has_impossible_offset,
    },
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect of a published document.

    `id` names the rule and stays the same for ever, `place` is a JSON Pointer into the published document,
    `finding` is one sentence. The pair of `id` and `place` is unique.
    """

    id: str
    place: str
    finding: str


def document_findings(api: str) -> tuple[Finding, ...]:
    """Return what is wrong with the document that the vendor of `api` publishes, by id, then place.

    Raises `ContractError` for an unknown api.
    """
    return examine(api, published(api))


def examine(api: str, document: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return what is wrong with `document`, a version of the document that the vendor of `api` publishes.

    Raises `ContractError` for an unknown api.
    """
    if api not in _RULES:
        raise ContractError(f"no rules for the api {api!r}: choose one of {', '.join(_RULES)}")
    found = {
        (number, place): Finding(number, place, text)
        for number, rule in _RULES[api].items()
        for place, text in sorted(rule(document))
    }
    return tuple(found[key] for key in sorted(found))
