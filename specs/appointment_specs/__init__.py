"""The contracts of the appointment APIs as data, and the code that reads them.

Each vendor has a package here with its `CONTRACT`; another package can bring its own contract as a folder.
`CONTRACT.document` is the overlaid OpenAPI document, `CONTRACT.operations` has the path template of each operation.

- `Contract`: the published document, the overlaid one, its operations, and the defects of the published document.
- `OwnContract`, `OpenApiDocument`: a contract with a team's own copy of the vendor's document; such a copy, which
  `bundled` makes of a document that is split over files.
- `Difference`, `differences`: what differs between two documents in the operations under judgement.
- `Operation`: one judged operation: method, path template, id parameter, whether it consumes a fixture.
- `Finding`, `Rule`, `SHARED_RULES`: a defect of a published document, a rule that finds it, the rules for all APIs.
- `targets_schema`, `deviations_schema`: the JSON Schemas of the files that users write.
- `TargetKeys`: the keys of one API's targets, from which the schema of a targets file is composed.
- `ContractError`: a contract cannot be used.
"""

from __future__ import annotations

from .bundle import bundled
from .contract import Contract
from .deviations import deviations_schema
from .differences import Difference, differences
from .errors import ContractError
from .findings import Finding
from .operation import Operation
from .own_contract import OpenApiDocument, OwnContract
from .rules import SHARED_RULES, Rule
from .targets import TargetKeys, targets_schema

__all__ = [
    "SHARED_RULES",
    "Contract",
    "ContractError",
    "Difference",
    "Finding",
    "OpenApiDocument",
    "Operation",
    "OwnContract",
    "Rule",
    "TargetKeys",
    "bundled",
    "deviations_schema",
    "differences",
    "targets_schema",
]
