"""The result of one run against one target. Every report is written from this object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

SCHEMA_VERSION = "1.0"

Level = Literal["MUST", "SHOULD"]
RequirementVerdict = Literal["passed", "failed", "deviation", "untested", "error"]
TargetVerdict = Literal[
    "conformant", "conformant-with-deviations", "not-conformant", "not-verified", "not-testable", "error"
]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request. In a recorded or reported request, secrets are replaced by `${NAME}` placeholders."""

    method: str
    url: str
    #: Left out of `repr`, because before the replacement they contain credentials.
    headers: Headers = field(default=(), repr=False)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it was received. `body` is decoded content; `truncated` says whether it is cut."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    reason: str = ""
    http_version: str = "HTTP/1.1"
    truncated: bool = False
    #: Number of content bytes before decoding, None if it is not known.
    wire_length: int | None = None
    #: Bytes after a response that cannot have content (RFC 9110, section 6.4.1).
    stray: bytes = b""
    #: Why the content is left out, empty if it is not; `body` is then a note that says so.
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its response. If no response arrived, `response` is None and `error` says why."""

    number: int
    scenario: str
    probe: str
    operation: str
    request: Request
    response: Response | None
    started_at: datetime
    duration_seconds: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a requirement does not hold: what the contract expects, what was seen, and how to replay it."""

    expected: str
    actual: str
    exchange: Exchange | None
    curl: str
    #: Identifies what was observed; the same in every run that observes it, empty if nothing was observed.
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """The verdict of one requirement on one operation; `witnesses` counts the exchanges that exercised it."""

    id: str
    title: str
    level: Level
    operation: str
    source: str
    verdict: RequirementVerdict
    reason: str = ""
    witnesses: int = 0
    duration_seconds: float = 0.0
    failure: Failure | None = None
    #: False if the condition of the requirement does not hold; the requirement then does not affect the verdict.
    applicable: bool = True
    #: True if an error of the suite prevented the evaluation; the verdict is then `error`.
    defect: bool = False
    #: What to add to or change in the target's settings so that the requirement is judged; empty if nothing.
    remedy: str = ""
    #: True if something in front of the API answered instead of it; the verdict is then `untested`, and `failure` has
    #: the exchange that shows it.
    blocked: bool = False
    #: True if the target's owner wants advice (SHOULD) to affect the verdict like a MUST.
    binding: bool = False
    #: True if it failed at first but not in every replay, and the target's owner wants that to be ignored.
    unstable: bool = False

    @property
    def passed(self) -> bool:
        """Whether the requirement was exercised and holds."""
        return self.verdict == "passed"

    @property
    def gates(self) -> bool:
        """Whether the target fails if this requirement fails."""
        return self.level == "MUST" or self.binding


@dataclass(frozen=True, slots=True)
class Observation:
    """The target's answer to a question that the documents leave open. It is never judged."""

    id: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    """A defect of the vendor's published document. It is never counted against the target."""

    id: str
    place: str
    finding: str


@dataclass(frozen=True, slots=True)
class ContractUsed:
    """The document by which a run judged: its path as the targets file has it, empty for the built-in one."""

    path: str
    #: The SHA-256 of the document, in hexadecimal digits.
    sha256: str

    @property
    def name(self) -> str:
        """What reports call the document."""
        return self.path or "built in"


def _hide_nothing(_: Path) -> None:
    """Leave a file unchanged, because no secret of the target is known."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """Everything that is known about one target after one run."""

    target: str
    api: str
    base_url: str
    verdict: TargetVerdict
    #: One sentence that says why the verdict is not `conformant`; empty if it is.
    reason: str
    profile: str
    seed: int
    suite_version: str
    run_id: str
    started_at: datetime
    duration_seconds: float
    requests: int
    appointments_consumed: int
    requirements: tuple[RequirementResult, ...]
    observations: tuple[Observation, ...] = ()
    document_findings: tuple[DocumentFinding, ...] = ()
    #: The command line that repeats the run; empty if no command started it.
    command: str = ""
    #: The path of the targets file, relative to the directory with the folders of all targets; empty if there is none.
    targets_file: str = ""
    #: The owner's description of the target.
    description: str = ""
    #: The document by which the run judged; None if the run does not say.
    contract: ContractUsed | None = None
    #: True if the verdict is about the selected requirements only; `reason` then begins with a sentence that says so.
    partial: bool = False
    schema_version: str = SCHEMA_VERSION
    #: The exchanges of the run, oldest first. The HAR report is written from them.
    exchanges: Sequence[Exchange] = field(default=(), repr=False, compare=False)
    #: Replaces every secret of the target in a file. It is called with each report before the report gets its name.
    hide_secrets: Callable[[Path], object] = field(default=_hide_nothing, repr=False, compare=False)

    def requirement(self, id: str, operation: str) -> RequirementResult:  # noqa: A002 - the field's own word for it
        """Return the result of one requirement on one operation.

        Raises LookupError with a sentence that says what there is instead; also if the run could judge nothing.
        """
        for result in self.requirements:
            if (result.id, result.operation) == (id, operation):
                return result
        raise LookupError(self._why_unknown(id, operation))

    def _why_unknown(self, name: str, operation: str) -> str:
        if not self.requirements:
            return f"no requirement of {self.target} was judged, {name} neither; it is {self.verdict}: {self.reason}"
        if operations := [result.operation for result in self.requirements if result.id == name]:
            return f"{name} is not about the operation `{operation}`; it is about {', '.join(operations)}."
        close = get_close_matches(name.upper(), {result.id for result in self.requirements}, n=1)
        hint = f"did you mean {close[0]}?" if close else "`appointment-conformance requirements` lists them."
        return f"{self.api} has no requirement {name}; {hint}"
