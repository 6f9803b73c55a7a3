"""The Omneo scenarios: what is sent to link and unlink."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from appointment_conformance.apis.omneo.form import fixtures_of
from appointment_conformance.apis.omneo.links import Link, facts_of, link_state, links_of
from appointment_conformance.engine import read_only
from appointment_conformance.engine.context import ScenarioContext
from appointment_conformance.engine.credentials import LET_THROUGH, send_refused, wrong_credentials
from appointment_conformance.engine.operation_probe import undeclared_method_probe
from appointment_conformance.engine.reads import read, read_until
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.errors import TooFewFixtures
from appointment_conformance.traffic.answer import data_of
from appointment_conformance.traffic.case import POSITIVE, Credentials, Moment
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import NOT_FOUND, UNAVAILABLE, ProbeResult
from appointment_strategies.omneo import Of, near_misses_of, safe_segments

from .drawn_cases import EXAMPLES, drawn_near_misses
from .fixtures import raise_not_there, raise_unknown_target, refuse_none_left, starting_over
from .path_cases import HUGE_NUMBER, NEGATIVE_NUMBER
from .policy import records_of
from .probes import (
    ACTIONS,
    AFTER_REFUSALS,
    AFTER_WRONG_CREDENTIALS,
    AFTER_WRONG_PATHS,
    OTHER_TYPE,
    Action,
    Look,
    act,
    at_absent,
    at_segment,
    malformed,
    miss_called,
    near_miss,
    of_id,
    of_type,
    sendable,
    uncredited,
    wrong_paths,
)
from .sample import differing

#: How many appointments are asked about at most while all are answered as the absent one is.
MOST_ALIKE = 5
#: Links of earlier runs that are taken away from an appointment at most; they are few, under few spellings.
LEFTOVERS = 4
#: What the page describes for an id that names nothing.
UNKNOWN_TARGET = 422


def note(context: ScenarioContext, seen: ProbeResult) -> ProbeResult:
    """Note in the state of the context what an answer to a valid probe tells about the links.

    Raises FixtureMissing where a link says that its appointment, or what is to be linked, never was there, and
    FixtureLost where the appointment has gone.
    What an unlink of a link that is not there is answered is an open question: it says nothing of the appointment.
    """
    probe, link, state = seen.probe, facts_of(seen).link, link_state(context)
    may_be_linked = probe.kind != "generated" or probe.case == POSITIVE
    if seen.status in NOT_FOUND and probe.operation == "link" and may_be_linked:
        raise_not_there(context, seen)
    if seen.status == UNKNOWN_TARGET and probe.operation == "link" and probe.kind == "valid":
        raise_unknown_target(context, seen)
    if seen.status is None:
        # Whatever it did or did not do: nothing is known any more.
        state.forget()
        return seen
    if link is None or not seen.succeeded:
        return seen
    if probe.operation == "unlink":
        state.taken_away(probe.appointment, link)
    elif (links := links_of(seen)) is not None:
        state.shown(probe.appointment, links)
    return seen


def do(context: ScenarioContext, action: Action, appointment: str, link: Link, name: str) -> ProbeResult:
    """Send a valid probe and note what it tells."""
    return note(context, context.send(act(context, action, appointment, link, name=name)))


def do_on_bare_wire(context: ScenarioContext, action: Action, appointment: str, link: Link, name: str) -> ProbeResult:
    """Send a valid probe on a connection of its own, read to the last byte, and note what it tells."""
    return note(context, context.send_together([act(context, action, appointment, link, name=name)])[0])


def ensure(context: ScenarioContext, appointment: str, link: Link, *, linked: bool) -> None:
    """Bring one link into the wanted state, without a request if the link state already shows it.

    What a target answers to an unlink of what is not linked is an open question: it is linked first where in doubt.
    """
    holds = link_state(context).holds(appointment, link)
    if holds is None and not linked:
        do(context, "link", appointment, link, "prepare")
    if holds is not linked:
        do(context, "link" if linked else "unlink", appointment, link, "prepare")


def settle(context: ScenarioContext, appointment: str, *, linked: Link, unlinked: Link) -> None:
    """Bring two links into these states, and have seen that they are in them."""
    ensure(context, appointment, unlinked, linked=False)
    if link_state(context).unlinked(appointment):
        do(context, "link", appointment, linked, "prepare")
    ensure(context, appointment, linked, linked=True)


def clear(context: ScenarioContext, seen: ProbeResult) -> None:
    """Take away the links of earlier runs that the answer to a link shows, so that every run begins alike.

    What is done to that end is no evidence: a target that shows what is not there is another scenario's business.
    """
    it, linked, shown = seen.probe.appointment, facts_of(seen).link, dict.fromkeys(links_of(seen) or ())
    left = [link for link in shown if link != linked and _is_own(context, link)][:LEFTOVERS]
    if not left or not linked:
        return
    for link in (*left, linked):
        note(context, context.send(act(context, "unlink", it, link, name="leftover", kind="question")))
    note(context, context.send(act(context, "link", it, linked, name="after-leftovers", kind="question")))


def _is_own(context: ScenarioContext, link: Link) -> bool:
    """Whether a link is to a fixture, however that is spelt."""
    fixtures, (kind, name) = fixtures_of(context.target), link
    if kind == "list":
        return name.isascii() and name.isdecimal() and name.lstrip("0") in fixtures.lists
    return kind == "profile" and name.lower() in {profile.lower() for profile in fixtures.profiles}


class FixtureRoles:
    """The fixtures that a scenario acts on, each under the role that it has there."""

    def __init__(self, context: ScenarioContext) -> None:
        """Give each role a fixture. Raises TooFewFixtures without two profiles, or where no appointment is left."""
        fixtures = fixtures_of(context.target)
        if len(fixtures.profiles) < 2:
            raise TooFewFixtures("this needs two profiles; add one to fixtures.profiles.")
        refuse_none_left(context)
        self.appointment = context.live_appointment()
        self.bystander = context.bystander()
        self.probed: Link = ("profile", fixtures.profiles[0])
        self.kept: Link = ("profile", fixtures.profiles[1])
        self.list: Link | None = ("list", fixtures.lists[0]) if fixtures.lists else None
        #: What to name where the type is wrong: an integer is right for everything else than a profile.
        self.any: Link = self.list or self.probed


def life_cycle(context: ScenarioContext) -> None:
    """Read, then link, unlink, link again, add others, and look at what each answer shows of the rest."""
    roles = FixtureRoles(context)
    it, probed, kept = roles.appointment, roles.probed, roles.kept
    context.send(read(context, it, Moment.BEFORE))
    first = do_on_bare_wire(context, "link", it, probed, "first")
    context.check_rights(first)
    clear(context, first)
    do_on_bare_wire(context, "unlink", it, probed, "first")
    do(context, "link", it, kept, "after-the-first-unlink")
    if roles.bystander:
        clear(context, do(context, "link", roles.bystander, probed, "bystander-first"))
        do(context, "link", roles.bystander, kept, "bystander-second")
    do(context, "link", it, roles.list or kept, "after-a-link-elsewhere")
    do(context, "link", it, kept, "again")
    if roles.list:
        do(context, "unlink", it, roles.list, "list")
    do(context, "link", it, probed, "after-unlinking-the-list" if roles.list else "second-target")


def aftermath(context: ScenarioContext) -> None:
    """Unlink a profile, and look at what that leaves, here and elsewhere; a read tells what else changed."""
    roles = FixtureRoles(context)
    it, probed, kept = roles.appointment, roles.probed, roles.kept
    if roles.bystander:
        ensure(context, roles.bystander, probed, linked=True)
    if link_state(context).facts(it, None).elsewhere:
        # Of what the links show after the unlink, nothing may come from the link elsewhere.
        do(context, "link", it, kept, "prepare")
    ensure(context, it, kept, linked=True)
    ensure(context, it, probed, linked=True)
    do(context, "unlink", it, probed, "profile")
    linked = do(context, "link", it, roles.list or kept, "after-unlinking-the-profile")
    read_until(context, read(context, it, Moment.AFTER), partial(_agrees, linked))
    if roles.bystander:
        do(context, "link", roles.bystander, kept, "bystander-again")


def _agrees(linked: ProbeResult, read_: ProbeResult) -> bool:
    """Whether a read shows the appointment as the answer to a link did; without one of the two nothing differs."""
    expected, shown = data_of(linked), data_of(read_)
    return expected is None or shown is None or not differing(expected, shown)


def preflight(context: ScenarioContext) -> None:
    """An absent appointment, no credentials, an unknown alias: three answers that only this API gives.

    Where the first two are alike, a missing id tells an API that is wrong about aliases from a fixture that is absent.
    """
    roles = FixtureRoles(context)
    absent = context.send_once(at_absent(context, "link", roles.probed))
    if absent and absent.status in UNAVAILABLE:
        return
    unknown = context.send_once(of_type(context, "unlink", near_misses_of("type")[0], roles.appointment, roles.any))
    if absent and unknown and unknown.status == absent.status:
        roles = _not_found_alike(context, roles)
    context.send_once(
        uncredited(context, "link", roles.appointment, roles.probed, *wrong_credentials(context.target)[0])
    )


def _not_found_alike(context: ScenarioContext, roles: FixtureRoles) -> FixtureRoles:
    """Ask about a missing id, and about the next appointments where that is answered as the absent one is; return whom.

    One that is answered otherwise tells that those before it are not there. Where all are alike, no list is blamed.
    """
    missing = miss_called("profile id", "missing")
    asked = context.send_once(near_miss(context, "link", missing, roles.appointment, roles.probed))
    if asked is None or asked.status not in NOT_FOUND:
        return roles
    for number, other in enumerate(context.unused[1:MOST_ALIKE], start=1):
        answer = context.send(of_type(context, "unlink", near_misses_of("type")[0], other, roles.any))
        if answer.judged and answer.status not in NOT_FOUND:
            for gone in context.unused[:number]:
                context.pass_by_missing(gone, f"status {asked.status}")
            return FixtureRoles(context)
    return roles


def essentials(context: ScenarioContext) -> None:
    """The probes that tell most apart, each on one action; what they leave to ask follows in its own scenario."""
    roles = FixtureRoles(context)
    it, probed, kept = roles.appointment, roles.probed, roles.kept
    if roles.list:
        ensure(context, it, roles.list, linked=False)
    if link_state(context).unlinked(it):
        # What the unlink did besides is not to be blamed on the refusals that follow.
        do(context, "link", it, kept, "prepare")
    ensure(context, it, kept, linked=True)
    ensure(context, it, probed, linked=True)
    for probe in sendable(context, _most_telling(context, roles)):
        send_refused(context, probe)
    do(context, "link", it, roles.list or kept, Look.AFTER_ESSENTIALS)


def _most_telling(context: ScenarioContext, roles: FixtureRoles) -> Iterator[Probe]:
    """Yield what tells most servers apart first: a run that is cut short ends among these."""
    it, probed, kept, wrong = roles.appointment, roles.probed, roles.kept, dict(wrong_credentials(context.target))
    segments = safe_segments(it, records_of(context.policy_target))
    yield undeclared_method_probe(context, it, "GET", operation="unlink")
    yield of_id(context, "unlink", miss_called("profile id", "very-long"), it, probed)
    if Credentials.FORBIDDEN in wrong:
        yield uncredited(context, "unlink", it, kept, Credentials.FORBIDDEN, wrong[Credentials.FORBIDDEN])
    if roles.list:
        yield of_id(context, "link", miss_called("list id", "beyond-64-bits"), it, roles.list)
    yield near_miss(context, "unlink", miss_called("body", "array"), it, probed)
    yield uncredited(context, "unlink", it, kept, Credentials.JUNK_AFTER, wrong[Credentials.JUNK_AFTER])
    for case in (NEGATIVE_NUMBER, HUGE_NUMBER):
        if case.name in segments:
            yield at_segment(context, "link", segments[case.name], probed, case=case)
    yield of_id(context, "unlink", miss_called("profile id", "array"), it, probed)
    if Credentials.EXPIRED in wrong:
        yield uncredited(context, "unlink", it, kept, Credentials.EXPIRED, wrong[Credentials.EXPIRED])
    for kind in (Credentials.MADE_UP_SCHEME, Credentials.UNKNOWN):
        yield uncredited(context, "unlink", it, kept, kind, wrong[kind])
    if roles.list:
        yield near_miss(context, "unlink", OTHER_TYPE, it, ("profile", roles.list[1]))
    yield of_id(context, "unlink", miss_called("profile id", "nul"), it, probed)


def credentials(context: ScenarioContext) -> None:
    """Every kind of wrong credentials on both actions; afterwards nothing has been linked or unlinked."""
    roles = FixtureRoles(context)
    it, probed, kept = roles.appointment, roles.probed, roles.kept
    settle(context, it, linked=kept, unlinked=probed)
    for kind, headers in wrong_credentials(context.target):
        send_refused(context, uncredited(context, "link", it, kept if kind in LET_THROUGH else probed, kind, headers))
    do(context, "link", it, kept, AFTER_WRONG_CREDENTIALS["link"])
    for kind, headers in wrong_credentials(context.target):
        send_refused(context, uncredited(context, "unlink", it, probed if kind in LET_THROUGH else kept, kind, headers))
    do(context, "link", it, probed, AFTER_WRONG_CREDENTIALS["unlink"])


def paths(context: ScenarioContext) -> None:
    """Absent appointments and near misses of a fixture's number; afterwards nothing has been linked or unlinked."""
    roles = FixtureRoles(context)
    it, probed, kept = roles.appointment, roles.probed, roles.kept
    settle(context, it, linked=kept, unlinked=probed)
    for action, target, look in zip(ACTIONS, (probed, kept), (kept, probed), strict=True):
        for probe in wrong_paths(context, action, it, target):
            context.send_once(probe)
        do(context, "link", it, look, AFTER_WRONG_PATHS[action])


def methods(context: ScenarioContext) -> None:
    """Methods that the contract does not declare, where they can change nothing."""
    roles = FixtureRoles(context)
    for action in ACTIONS:
        context.send_once(undeclared_method_probe(context, roles.appointment, "GET", operation=action))
        # Only a safe method may name an appointment that exists.
        for method in ("PUT", "DELETE"):
            context.send_once(undeclared_method_probe(context, context.absent_appointment, method, operation=action))


def refusals(context: ScenarioContext, action: Action) -> None:
    """Every class of near misses and malformed bodies on one action; afterwards the links are what they were."""
    roles = FixtureRoles(context)
    it = roles.appointment
    for link in (roles.probed, roles.list):
        if link:
            ensure(context, it, link, linked=action == "unlink")
    do(context, "link", it, roles.kept, f"before-refusals-of-{action}")
    for probe in sendable(context, refused_bodies(context, action, roles)):
        context.send_once(probe)
    do(context, "link", it, roles.kept, AFTER_REFUSALS[action])


def refused_bodies(context: ScenarioContext, action: Action, roles: FixtureRoles) -> Iterator[Probe]:
    """Yield one probe a class, more in `thorough`: of the ids, the type, the whole body, and the JSON text."""
    families: list[tuple[Of, Link]] = [("profile id", roles.probed), ("type", roles.any), ("body", roles.probed)]
    if roles.list:
        families.insert(1, ("list id", roles.list))
    for of, link in families:
        probe = {"type": of_type, "body": near_miss}.get(of, of_id)
        for miss in near_misses_of(of):
            yield probe(context, action, miss, roles.appointment, link)
        if context.profile == "thorough" and of != "body":
            for drawn in drawn_near_misses(of, link[0] if of == "type" else link[1], seed_=context.seed):
                yield probe(context, action, drawn.miss, roles.appointment, link, drawn=drawn.number)
    if roles.list:
        yield near_miss(context, action, OTHER_TYPE, roles.appointment, ("profile", roles.list[1]))
    for miss in near_misses_of("raw body"):
        yield malformed(context, action, miss, roles.appointment, roles.probed)


_FAMILIES: tuple[Of, ...] = ("profile id", "list id", "type", "body", "raw body")
_BODIES = sum(len(near_misses_of(of)) for of in _FAMILIES) + len([OTHER_TYPE])
_PATHS = len(near_misses_of("omneo path")) + len(["absent"])
_DRAWN = 3 * EXAMPLES

PREFLIGHT = Scenario("preflight", {"link": 3, "unlink": 1}, starting_over(preflight), read_only=read_only.preflight)
LIFE_CYCLE = Scenario(
    "life cycle", {"link": 7 + 2, "unlink": 2 + 2 * (LEFTOVERS + 1), "read": 1}, starting_over(life_cycle)
)
ESSENTIALS = Scenario(
    "essentials",
    {"link": 5 + 3, "unlink": 10 + 1, "read": 1},
    starting_over(essentials),
    read_only=read_only.essentials,
)
AFTERMATH = Scenario("aftermath", {"link": 6, "unlink": 1, "read": 1}, starting_over(aftermath))
CREDENTIALS = Scenario(
    "credentials", {"link": 14, "unlink": 11, "read": 1}, starting_over(credentials), read_only=read_only.credentials
)
PATHS = Scenario("paths", {"link": _PATHS + 4, "unlink": _PATHS + 1}, starting_over(paths), read_only=read_only.paths)
REFUSALS = (
    Scenario(
        "refusals of link",
        {"link": _BODIES + 4, "unlink": 2},
        starting_over(partial(refusals, action="link")),
        explored={"link": _DRAWN},
    ),
    Scenario(
        "refusals of unlink",
        {"link": 4, "unlink": _BODIES},
        starting_over(partial(refusals, action="unlink")),
        explored={"unlink": _DRAWN},
    ),
)
METHODS = Scenario("methods", {"link": 3, "unlink": 3}, starting_over(methods), read_only=read_only.methods)
