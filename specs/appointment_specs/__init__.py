"""The contracts of the appointment APIs as data, and what reads them.

Each vendor has a package here with its `CONTRACT`; a contract of somebody else's is a folder in another package.
Illustration: after `from appointment_specs.omneo import CONTRACT`, `CONTRACT.operations["link"].path` is the path
template of link, `CONTRACT.document` the overlaid OpenAPI document.

- `Contract`: the published document, the overlaid one, its operations, and what is wrong with what is published.
- `Operation`: one operation under judgement: method, path template, id parameter, whether it consumes a fixture.
- `Finding`, `Rule`, `SHARED_RULES`: a defect of a published document, what finds one, and the rules for any document.
- `targets_schema`, `deviations_schema`: the JSON Schemas of the files that users write.
- `ContractError`: a contract cannot be used.
"""

from __future__ import annotations

from .contract import Contract
from .deviations import deviations_schema
from .errors import ContractError
from .findings import Finding
from .operation import Operation
from .rules import SHARED_RULES, Rule
from .targets import targets_schema

__all__ = [
    "SHARED_RULES",
    "Contract",
    "ContractError",
    "Finding",
    "Operation",
    "Rule",
    "deviations_schema",
    "targets_schema",
]
