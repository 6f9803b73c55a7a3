"""Which check of Schemathesis is evidence for which requirement, and which is not, and why."""

from __future__ import annotations

from typing import Final

#: check -> the requirements it is evidence for.
EVIDENCE: Final[dict[str, tuple[str, ...]]] = {
    "positive_data_acceptance": ("OMN-OK-01",),
    "negative_data_rejection": ("OMN-BODY-03",),
    "response_schema_conformance": (
        "OMN-OK-02",
        "OMN-ERR-01",
        "OMN-ERR-03",
        "OMN-PATH-04",
        "MKP-CANCEL-05",
        "MKP-ERR-01",
    ),
}

#: check -> why a run does without it.
NO_EVIDENCE: Final[dict[str, str]] = {
    "not_a_server_error": "the status of every exchange is judged as it stands (OMN-ERR-04, MKP-ERR-02)",
    "status_code_conformance": "a document need not list every status (OpenAPI 3.1, Responses Object)",
    "content_type_conformance": "any JSON media type is right (HTTP-03), documented or not",
    "response_headers_conformance": "the contracts document no response headers",
    "unsupported_method": "asked on an id that does not exist (OMN-METHOD-01, MKP-METHOD-01), never on a fixture",
    "allow_header_conformance": "Allow may name operations that the contract leaves out",
    "ignored_auth": "sends requests on a session of its own; every kind of wrong credentials is a probe here",
    "missing_required_header": "the contracts require no header but the credentials",
    "use_after_free": "a cancelled appointment stays readable",
    "ensure_resource_availability": "no operation of the contracts creates a resource",
    "object_level_authorization": "needs a second account",
}
