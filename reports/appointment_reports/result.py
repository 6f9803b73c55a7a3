"""The result of one run against one target: the single object every report is written from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
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
    """A request; as it is recorded and reported, secrets are replaced by `${NAME}` placeholders."""

    method: str
    url: str
    #: Before that, credentials among them: whatever shows a request leaves them out.
    headers: Headers = field(default=(), repr=False)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it was received; `body` is decoded content and may be cut at a cap (`truncated`)."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    reason: str = ""
    http_version: str = "HTTP/1.1"
    truncated: bool = False
    #: Bytes of content that arrived before decoding, None where the transport cannot tell.
    wire_length: int | None = None
    #: Bytes that followed a response that cannot have content (RFC 9110, section 6.4.1).
    stray: bytes = b""
    #: Why the content is not here, empty where it is; `body` is then a note that says so.
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its response; `response` is None and `error` says why where none arrived."""

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
    #: The same in every run in which the same is observed; empty where nothing was.
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
    #: False where the condition under which the requirement speaks does not hold; it then decides nothing.
    applicable: bool = True
    #: True where the suite itself failed to judge; the verdict is then `error`.
    defect: bool = False
    #: What to add to the target, or to give in place of what it has, so that this is judged; empty otherwise.
    remedy: str = ""
    #: True where something in front of the API answered in its place; the verdict is then `untested`, and `failure`
    #: holds the exchange that shows it.
    blocked: bool = False
    #: True where the target's owner wants advice (SHOULD) to decide as what is demanded (MUST) does.
    binding: bool = False
    #: True where it failed at first and not in every replay, and the target's owner does not want it to fail for that.
    unstable: bool = False

    @property
    def gates(self) -> bool:
        """Whether the target fails where this one does."""
        return self.level == "MUST" or self.binding


@dataclass(frozen=True, slots=True)
class Observation:
    """The target's answer to a question that the documents leave open; never judged."""

    id: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class DocumentFinding:
    """A defect of the vendor's published document; never counted against the target."""

    id: str
    place: str
    finding: str


def _hide_nothing(_: Path) -> None:
    """Leave a file as it is: no secret of its target is known."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """Everything that is known about one target after one run."""

    target: str
    api: str
    base_url: str
    verdict: TargetVerdict
    #: One sentence that says why the verdict is not a plain `conformant`; empty when it is.
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
    #: The command line that repeats the run, empty where it was not started by one.
    command: str = ""
    #: The targets file as a path from the directory that holds every target's folder, empty where there is none.
    targets_file: str = ""
    #: What the target is, in words of its owner.
    description: str = ""
    schema_version: str = SCHEMA_VERSION
    #: What was sent and what came back, oldest first; the reports that show it are written from this.
    exchanges: Sequence[Exchange] = field(default=(), repr=False, compare=False)
    #: Replaces every secret of the target in a file; called with each report before anybody can see it.
    hide_secrets: Callable[[Path], object] = field(default=_hide_nothing, repr=False, compare=False)
