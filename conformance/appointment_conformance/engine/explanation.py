"""A requirement explained: what it states, which requests exercise it, what answers it accepts, which faults prove it.

The requests and the accepted answers are data beside the requirements of an API: nothing is sent to explain one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from appointment_conformance.errors import ConfigurationError

from .api import Api
from .proof import data_of
from .requirement import Requirement

#: A page or a console shows so many requests of a requirement; the data have all.
MOST_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request of a run against the reference API, with a name in braces for each id that a target brings.

    It has only the headers that are the point: credentials other than the valid ones, another content type. A value of
    None says that the header is left out.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str | None], ...]
    body: str | None
    #: The kind of the probe, and what it is a case of, empty where it is none.
    kind: str
    case: str
    scenarios: tuple[str, ...]

    @property
    def about(self) -> str:
        """What it is a case of, as `type/upper-case`, or its kind; a case that is of no family has its kind before."""
        is_named = "/" in self.case or self.case == self.kind
        return self.case if is_named else ", ".join(filter(None, (self.kind, self.case)))


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that is accepted, and the requests that it is accepted for.

    Where it shows what requests before it have done, `shows` are these.
    """

    operation: str
    answer: str
    requests: tuple[SentRequest, ...]
    shows: tuple[SentRequest, ...]


@dataclass(frozen=True, slots=True)
class Exercise:
    """Requests for which the same answers are accepted, each with the operations that it is sent for."""

    answers: tuple[str, ...]
    requests: Mapping[SentRequest, tuple[str, ...]]
    shows: tuple[SentRequest, ...]

    def __len__(self) -> int:
        """Return how many requests are in it."""
        return len(self.requests) + len(self.shows)

    def first(self, most: int) -> Exercise:
        """Return it with no more than so many requests."""
        requests = dict(list(self.requests.items())[:most])
        return replace(self, requests=requests, shows=self.shows[: most - len(requests)])


@dataclass(frozen=True, slots=True)
class Part:
    """What a requirement is for one API."""

    api: str
    title: str
    operations: tuple[str, ...]
    scenarios: tuple[str, ...]
    accepted: tuple[Accepted, ...]
    #: The names of the faults of the reference API that it catches.
    faults: tuple[str, ...]
    #: The places of its operations in the contract that it reads, as `Requirement.reads`.
    reads: tuple[str, ...] = ()

    @property
    def requests(self) -> Mapping[SentRequest, tuple[str, ...]]:
        """Every request that exercises it once, with the operations that it is sent for."""
        return _with_operations(
            (request, accepted) for accepted in self.accepted for request in (*accepted.requests, *accepted.shows)
        )

    @property
    def shown(self) -> tuple[Exercise, ...]:
        """Its exercises with no more than `MOST_SHOWN` requests in all."""
        left, found = MOST_SHOWN, []
        for exercise in self.exercises:
            if left:
                found.append(exercise.first(left))
                left -= len(found[-1])
        return tuple(found)

    @property
    def not_shown(self) -> int:
        """How many requests `shown` leaves out."""
        return sum(map(len, self.exercises)) - sum(map(len, self.shown))

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The requests by what is accepted as their answer, whichever operation they are sent for."""
        by_answer: dict[str, list[Accepted]] = {}
        for accepted in self.accepted:
            by_answer.setdefault(accepted.answer, []).append(accepted)
        by_requests: dict[tuple[SentRequest, ...], tuple[list[str], list[Accepted]]] = {}
        for answer, found in by_answer.items():
            key = tuple(request for accepted in found for request in accepted.requests)
            answers, alike = by_requests.setdefault(key, ([], []))
            answers.append(answer)
            alike += found
        return tuple(_exercise(answers, found) for answers, found in by_requests.values())


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of a requirement; one of HTTP itself has a part for each API."""

    id: str
    level: str
    title: str
    #: The first paragraph of its docstring, and what the other paragraphs add, a line each.
    statement: str
    remarks: tuple[str, ...]
    source: str
    parts: tuple[Part, ...]

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it is about, of every API."""
        return tuple(operation for part in self.parts for operation in part.operations)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "id": self.id,
            "level": self.level,
            "title": self.title,
            "statement": self.statement,
            "remarks": list(self.remarks),
            "source": self.source,
            "apis": [_part_data(part) for part in self.parts],
        }


def explanation_of(name: str, apis: Iterable[Api]) -> Explanation | None:
    """Return the explanation of the requirement with an id, None where none of `apis` has it.

    An API whose data cannot be read is left out; where there is no other, its ConfigurationError is raised.
    """
    parts: list[tuple[Requirement, Part]] = []
    unreadable: list[ConfigurationError] = []
    found = [(api, requirement) for api in apis for requirement in api.catalogue if requirement.id == name]
    for having, requirement in found:
        try:
            parts.append((requirement, _part(requirement, having, accepted_of(having), having.caught)))
        except ConfigurationError as error:
            unreadable.append(error)
    if unreadable and not parts:
        raise unreadable[0]
    return _explained(parts) if parts else None


def explanations(apis: Iterable[Api]) -> Iterator[tuple[Requirement, Explanation]]:
    """Yield every requirement of `apis` once with its explanation, in the order of their catalogues.

    Raises ConfigurationError where the data of an API cannot be read.
    """
    found: dict[str, list[tuple[Requirement, Part]]] = {}
    for api in apis:
        accepted, caught = accepted_of(api), api.caught
        for requirement in api.catalogue:
            found.setdefault(requirement.id, []).append((requirement, _part(requirement, api, accepted, caught)))
    for parts in found.values():
        yield parts[0][0], _explained(parts)


def accepted_of(api: Api) -> Mapping[str, tuple[Accepted, ...]]:
    """Return what each requirement of an API accepts as the answer to which requests, by requirement id.

    Raises ConfigurationError where the file is missing or is not what the self-test writes.
    """
    if api.witnesses is None:
        return {}
    return data_of(api.witnesses, accepted_in)


def accepted_in(data: Mapping[str, Any]) -> Mapping[str, tuple[Accepted, ...]]:
    """Return the same from the JSON data of the file."""
    requests = [_request(request) for request in data["requests"]]
    return {name: tuple(_accepted(groups, requests)) for name, groups in data["requirements"].items()}


def shortened(text: str, limit: int) -> str:
    """Return `text` with no more than `limit` characters; dots stand for what is left out."""
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def request_data(request: SentRequest) -> dict[str, Any]:
    """Return a request as JSON data, without the members that say nothing."""
    optional = {"headers": dict(request.headers) or None, "body": request.body, "case": request.case or None}
    return {
        "method": request.method,
        "path": request.path,
        **{name: value for name, value in optional.items() if value is not None},
        "kind": request.kind,
        "scenarios": list(request.scenarios),
    }


def _request(data: Mapping[str, Any]) -> SentRequest:
    return SentRequest(
        method=data["method"],
        path=data["path"],
        headers=tuple(data.get("headers", {}).items()),
        body=data.get("body"),
        kind=data["kind"],
        case=data.get("case", ""),
        scenarios=tuple(data["scenarios"]),
    )


def _accepted(groups: Iterable[Mapping[str, Any]], requests: list[SentRequest]) -> Iterator[Accepted]:
    for group in groups:
        numbers, before = group["requests"], group.get("shows", [])
        sent = (tuple(requests[number] for number in chosen) for chosen in (numbers, before))
        yield Accepted(group["operation"], group["answer"], *sent)


def _explained(found: list[tuple[Requirement, Part]]) -> Explanation:
    requirement = found[0][0]
    statement, *remarks = (" ".join(text.split()) for text in requirement.statement.split("\n\n"))
    parts = tuple(part for _, part in found)
    return Explanation(
        requirement.id, requirement.level, requirement.title, statement, tuple(remarks), requirement.source, parts
    )


def _part(
    requirement: Requirement,
    api: Api,
    accepted: Mapping[str, tuple[Accepted, ...]],
    caught: Mapping[str, tuple[str, ...]],
) -> Part:
    own = tuple(_of_its_scenarios(found, requirement) for found in accepted.get(requirement.id, ()))
    return Part(
        api=api.name,
        title=api.title,
        operations=requirement.operations,
        scenarios=requirement.scenarios,
        accepted=own,
        faults=caught.get(requirement.id, ()),
        reads=requirement.reads,
    )


def _of_its_scenarios(accepted: Accepted, requirement: Requirement) -> Accepted:
    """What is accepted, its requests with those scenarios alone that the requirement looks at."""
    wanted = requirement.scenarios_of(accepted.operation)
    if not wanted:
        return accepted
    requests, shows = (
        tuple(
            replace(request, scenarios=tuple(name for name in request.scenarios if name in wanted)) for request in sent
        )
        for sent in (accepted.requests, accepted.shows)
    )
    return replace(accepted, requests=requests, shows=shows)


def _with_operations(sent: Iterable[tuple[SentRequest, Accepted]]) -> Mapping[SentRequest, tuple[str, ...]]:
    found: dict[SentRequest, dict[str, None]] = {}
    for request, accepted in sent:
        found.setdefault(request, {})[accepted.operation] = None
    return {request: tuple(operations) for request, operations in found.items()}


def _exercise(answers: list[str], found: list[Accepted]) -> Exercise:
    requests = _with_operations((request, accepted) for accepted in found for request in accepted.requests)
    shows = dict.fromkeys(request for accepted in found for request in accepted.shows)
    return Exercise(tuple(answers), requests, tuple(shows))


def _part_data(part: Part) -> dict[str, Any]:
    numbers = {request: number for number, request in enumerate(part.requests)}
    return {
        "api": part.api,
        "operations": list(part.operations),
        "scenarios": list(part.scenarios),
        "reads": list(part.reads),
        "requests": [
            {"operations": list(operations), **request_data(request)} for request, operations in part.requests.items()
        ],
        "accepted": [
            {
                "operation": accepted.operation,
                "answer": accepted.answer,
                "requests": [numbers[request] for request in accepted.requests],
                **({"shows": [numbers[request] for request in accepted.shows]} if accepted.shows else {}),
            }
            for accepted in part.accepted
        ],
        "faults": list(part.faults),
    }
