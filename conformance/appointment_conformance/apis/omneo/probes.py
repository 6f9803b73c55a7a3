"""The Omneo probes: one request each, and what the suite knows about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from hypothesis.errors import InvalidArgument

from appointment_conformance.apis.omneo.form import fixtures_of
from appointment_conformance.apis.omneo.links import Link, LinkFacts, LinkProbe, link_state
from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.traffic.case import ABSENT, NO_CASE, Case, Credentials
from appointment_conformance.traffic.probe import JSON_BODY, Headers, Kind, Probe, json_text
from appointment_strategies import NearMiss
from appointment_strategies.omneo import (
    Of,
    assert_pure,
    broken_action,
    is_profile_id,
    kinds_of,
    near_misses_of,
    open_fields,
    safe_segments,
    wrong_fields,
)

from .path_cases import WELL_FORMED
from .policy import records_of

Action = Literal["link", "unlink"]
ACTIONS: tuple[Action, Action] = ("link", "unlink")
#: A list of the target's own under type `profile`: a server that ignores the type obeys it for that list.
OTHER_TYPE: Final = NearMiss("other-type", "profile id", "id-form", lambda number: number)


class Look(StrEnum):
    """When a link is sent to see in its answer what came before."""

    AFTER_ESSENTIALS = "after-essentials"
    AFTER_REFUSALS_OF_LINK = "after-refusals-of-link"
    AFTER_REFUSALS_OF_UNLINK = "after-refusals-of-unlink"
    AFTER_WRONG_PATHS_OF_LINK = "after-wrong-paths-of-link"
    AFTER_WRONG_PATHS_OF_UNLINK = "after-wrong-paths-of-unlink"
    AFTER_WRONG_CREDENTIALS_ON_LINK = "after-wrong-credentials-on-link"
    AFTER_WRONG_CREDENTIALS_ON_UNLINK = "after-wrong-credentials-on-unlink"
    AFTER_TWO_LINKS_AT_ONCE = "after-two-links-at-once"
    AFTER_LINK_AND_UNLINK_AT_ONCE = "after-link-and-unlink-at-once"
    FOREIGN_AFTER_LINK = "foreign/after-link"
    FOREIGN_AFTER_UNLINK = "foreign/after-unlink"


#: The looks that come after one action each, by that action.
AFTER_REFUSALS: Final = MappingProxyType({"link": Look.AFTER_REFUSALS_OF_LINK, "unlink": Look.AFTER_REFUSALS_OF_UNLINK})
AFTER_WRONG_PATHS: Final = MappingProxyType(
    {"link": Look.AFTER_WRONG_PATHS_OF_LINK, "unlink": Look.AFTER_WRONG_PATHS_OF_UNLINK}
)
AFTER_WRONG_CREDENTIALS: Final = MappingProxyType(
    {"link": Look.AFTER_WRONG_CREDENTIALS_ON_LINK, "unlink": Look.AFTER_WRONG_CREDENTIALS_ON_UNLINK}
)
AFTER_FOREIGN: Final = MappingProxyType({"link": Look.FOREIGN_AFTER_LINK, "unlink": Look.FOREIGN_AFTER_UNLINK})
#: How many profiles are tried as the id of a body whose type is wrong.
MOST_PROFILES = 10


def body_of(link: Link) -> bytes:
    """Return the valid body that names `link`."""
    return json_text({"type": link[0], "id": link[1]})


def post(
    context: ScenarioContext,
    action: Action,
    segment: str,
    body: bytes,
    *,
    name: str,
    kind: Kind,
    headers: Headers | None = None,
) -> LinkProbe:
    """Return a request of `action` to a raw path segment, with valid credentials unless `headers` says otherwise."""
    operation = context.api.contract.operations[action]
    return LinkProbe(
        name=f"{action}/{name}".replace(" ", "-"),
        operation=operation.name,
        kind=kind,
        method=operation.method,
        path=operation.path_of(segment),
        headers=(*JSON_BODY, *context.authorized) if headers is None else headers,
        body=body,
    )


def at_fixture(context: ScenarioContext, probe: LinkProbe, appointment: str, link: Link | None) -> LinkProbe:
    """Return `probe` with the fixture and the link it is about, and all that is known of the fixture's links."""
    return replace(probe, appointment=appointment, facts=link_state(context).facts(appointment, link))


def act(
    context: ScenarioContext,
    action: Action,
    appointment: str,
    link: Link,
    *,
    name: str,
    kind: Kind = "valid",
    case: Case = NO_CASE,
) -> Probe:
    """Return the valid probe of `action`; a name that is a Look is its moment as well."""
    probe = post(context, action, appointment, body_of(link), name=name, kind=kind)
    known = replace(probe, case=case, moment=name if isinstance(name, Look) else None)
    return at_fixture(context, known, appointment, link)


def miss_called(of: Of, name: str) -> NearMiss:
    """Return the class of near misses of `of` that has this name."""
    return next(miss for miss in near_misses_of(of) if miss.name == name)


def case_of(miss: NearMiss, drawn: int = 0) -> Case:
    """Return the case of a near miss of the body; of a value that was drawn with its number."""
    return Case(miss.of, miss.name, miss.rule, drawn)


def cases_of(of: Of, *names: str, rule: str = "") -> frozenset[Case]:
    """Return the cases of a family of near misses: those with these names, or that break this rule, or all.

    Raises InvalidArgument for a name or a rule that no near miss of the family has.
    """
    known = {miss.name: miss for miss in (*near_misses_of(of), OTHER_TYPE) if miss.of == of}
    chosen = [known.get(name) for name in names] if names else list(known.values())
    found = frozenset(case_of(miss) for miss in chosen if miss and rule in {"", miss.rule})
    if not found or None in chosen:
        raise InvalidArgument(f"no near misses of {of} are called {names} and break {rule or 'any rule'}")
    return found


def wrong_paths(context: ScenarioContext, action: Action, appointment: str, link: Link) -> Iterator[Probe]:
    """Yield the absent appointment and every near miss of one that is there which may be sent."""
    yield at_absent(context, action, link)
    for name, segment in safe_segments(appointment, records_of(context.policy_target)).items():
        yield at_segment(context, action, segment, link, case=Case("path", name))


def at_absent(context: ScenarioContext, action: Action, link: Link) -> Probe:
    """Return the valid body on an appointment that does not exist."""
    return at_segment(context, action, context.absent_appointment, link, case=ABSENT)


def at_segment(context: ScenarioContext, action: Action, segment: str, link: Link, *, case: Case) -> Probe:
    """Return the valid body on a raw path segment that is a case of a wrong one."""
    probe = post(context, action, segment, body_of(link), name=case.label, kind="path")
    return replace(probe, case=case, is_well_formed=case in WELL_FORMED, facts=LinkFacts(link))


def uncredited(
    context: ScenarioContext, action: Action, appointment: str, link: Link, kind: Credentials, headers: Headers
) -> Probe:
    """Return the valid body with other credentials than the right ones."""
    sent, name = (*JSON_BODY, *headers), kind.case.label
    probe = post(context, action, appointment, body_of(link), name=name, kind="credentials", headers=sent)
    return at_fixture(context, replace(probe, case=kind.case), appointment, link)


def near_miss(
    context: ScenarioContext, action: Action, miss: NearMiss, appointment: str, link: Link, *, drawn: int = 0
) -> Probe:
    """Return a body that breaks one rule; `drawn` numbers a value that was drawn."""
    body = broken_action(miss, *link)
    assert_pure(body, miss.rule)
    case = case_of(miss, drawn)
    probe = post(context, action, appointment, json_text(body), name=case.label, kind="near-miss")
    wrong, unclear = wrong_fields(body), open_fields(body)
    known = replace(probe, case=case, wrong_fields=wrong - unclear, open_fields=unclear)
    return at_fixture(context, known, appointment, link)


def of_type(
    context: ScenarioContext, action: Action, miss: NearMiss, appointment: str, link: Link, *, drawn: int = 0
) -> Probe:
    """Return a body whose type is wrong, with the id of `link` where no server could find a stranger's record by it.

    A server may take a wrong type for any other: then the id is another fixture's that is nobody else's under any, or
    the number that nobody has. Where the type names what has numbers for ids, the id is a number.
    """
    alias, named = link
    profiles = fixtures_of(context.target).profiles[:MOST_PROFILES]
    known = (named, *profiles, appointment, context.target.absent_ids["list"])
    is_profile = "profile" in kinds_of(miss.make(alias))
    ids = (other for other in known if is_profile or not is_profile_id(other))
    probes = (near_miss(context, action, miss, appointment, (alias, other), drawn=drawn) for other in ids)
    return next(probe for probe in probes if context.may_send(probe))


def of_id(
    context: ScenarioContext, action: Action, miss: NearMiss, appointment: str, link: Link, *, drawn: int = 0
) -> Probe:
    """Return a body whose id is wrong: made of that of `link`, or of the absent one where only that may be sent."""
    alias, _ = link
    absent = context.target.absent_ids["profile" if alias == "profile" else "list"]
    own = near_miss(context, action, miss, appointment, link, drawn=drawn)
    return own if context.may_send(own) else near_miss(context, action, miss, appointment, (alias, absent), drawn=drawn)


def sendable(context: ScenarioContext, probes: Iterable[Probe]) -> Iterator[Probe]:
    """Yield the probes by whose bodies no server, however lenient, could find a record beyond the fixtures."""
    return (probe for probe in probes if context.may_send(probe))


def malformed(context: ScenarioContext, action: Action, miss: NearMiss, appointment: str, link: Link) -> Probe:
    """Return a body that is no JSON text."""
    raw = miss.make(body_of(link).decode())
    body = raw if isinstance(raw, bytes) else b""
    probe = post(context, action, appointment, body, name=f"malformed/{miss.name}", kind="malformed")
    return at_fixture(context, replace(probe, case=case_of(miss)), appointment, link)
