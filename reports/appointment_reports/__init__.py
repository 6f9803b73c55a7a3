"""The result of a run, and one writer for each report format.

Example: `write_artefacts(result, exchanges, Path("conformance-reports") / result.target)`.
"""

from __future__ import annotations

from .artefacts import write_artefacts
from .curl import curl
from .document import document, dumps, result_schema
from .entry import deviation_entry
from .errors import ReportError
from .har import write_har
from .junit import junit
from .page import page
from .result import (
    SCHEMA_VERSION,
    ContractUsed,
    DocumentFinding,
    Exchange,
    Failure,
    Headers,
    Level,
    Observation,
    Request,
    RequirementResult,
    RequirementVerdict,
    Response,
    RunResult,
    TargetVerdict,
)
from .summary import summary
from .tally import standing
from .visible import cut, visible, visible_body, visible_line

__all__ = [
    "SCHEMA_VERSION",
    "ContractUsed",
    "DocumentFinding",
    "Exchange",
    "Failure",
    "Headers",
    "Level",
    "Observation",
    "ReportError",
    "Request",
    "RequirementResult",
    "RequirementVerdict",
    "Response",
    "RunResult",
    "TargetVerdict",
    "curl",
    "cut",
    "deviation_entry",
    "document",
    "dumps",
    "junit",
    "page",
    "result_schema",
    "standing",
    "summary",
    "visible",
    "visible_body",
    "visible_line",
    "write_artefacts",
    "write_har",
]
