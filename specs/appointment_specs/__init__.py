"""The contracts of the appointment APIs as data, and what reads them.

Each vendor has a package here with its `CONTRACT`; a contract of somebody else's is a folder in another package.
`CONTRACT.document` is the overlaid OpenAPI document, `CONTRACT.operations` has the path template of each operation.

- `Contract`: the published document, the overlaid one, its operations, and what is wrong with what is published.
- `Operation`: one operation under judgement: method, path template, id parameter, whether it consumes a fixture.
- `Finding`, `Rule`, `SHARED_RULES`: a defect of a published document, what finds one, and the rules for any document.
- `targets_schema`, `deviations_schema`: the JSON Schemas of the files that users write.
- `TargetKeys`: what one API says of the keys of its targets, from which the schema of a targets file is composed.
- `ContractError`: a contract cannot be used.
"""

from __future__ import annotations

from .contract import Contract
from .deviations import deviations_schema
from .errors import ContractError
from .findings import Finding
from .operation import Operation
from .rules import SHARED_RULES, Rule
from .targets import TargetKeys, targets_schema

__all__ = [
    "SHARED_RULES",
    "Contract",
    "ContractError",
    "Finding",
    "Operation",
    "Rule",
    "TargetKeys",
    "deviations_schema",
    "targets_schema",
]
