"""The Omneo scenarios: what is sent to link and unlink."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from appointment_conformance.apis.omneo.form import fixtures_of
from appointment_conformance.apis.omneo.links import Link, facts_of, link_state, links_of
from appointment_conformance.engine import read_only
from appointment_conformance.engine.context import Stage
from appointment_conformance.engine.credentials import LET_THROUGH, wrong_credentials
from appointment_conformance.engine.reads import read, read_until
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.errors import TooFewFixtures
from appointment_conformance.traffic.answer import data_of
from appointment_conformance.traffic.case import HUGE_NUMBER, NEGATIVE_NUMBER, POSITIVE, Credentials, Moment
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import NOT_FOUND, UNAVAILABLE, Seen
from appointment_strategies.omneo import Of, near_misses_of, safe_segments

from .drawn_cases import EXAMPLES, drawn_near_misses
from .fixtures import raise_not_there, raise_unknown_target, refuse_none_left, starting_over
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
    undeclared,
    wrong_paths,
)
from .sample import differing

#: How many appointments are asked about at most while all are answered as the absent one is.
MOST_ALIKE = 5
#: Links of earlier runs that are taken away from an appointment at most; they are few, under few spellings.
LEFTOVERS = 4
#: What the page describes for an id that names nothing.
UNKNOWN_TARGET = 422


def note(stage: Stage, seen: Seen) -> Seen:
    """Enter into the stage's book what an answer to a valid probe tells about the links.

    Raises FixtureMissing where a link says that its appointment, or what is to be linked, never was there, and
    FixtureLost where the appointment has gone.
    What an unlink of a link that is not there is answered is an open question: it says nothing of the appointment.
    """
    probe, link, state = seen.probe, facts_of(seen).link, link_state(stage)
    may_be_linked = probe.kind != "generated" or probe.case == POSITIVE
    if seen.status in NOT_FOUND and probe.operation == "link" and may_be_linked:
        raise_not_there(stage, seen)
    if seen.status == UNKNOWN_TARGET and probe.operation == "link" and probe.kind == "valid":
        raise_unknown_target(stage, seen)
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


def do(stage: Stage, action: Action, appointment: str, link: Link, name: str) -> Seen:
    """Send a valid probe and note what it tells."""
    return note(stage, stage.send(act(stage, action, appointment, link, name=name)))


def do_on_bare_wire(stage: Stage, action: Action, appointment: str, link: Link, name: str) -> Seen:
    """Send a valid probe on a connection of its own, read to the last byte, and note what it tells."""
    return note(stage, stage.send_together([act(stage, action, appointment, link, name=name)])[0])


def ensure(stage: Stage, appointment: str, link: Link, *, linked: bool) -> None:
    """Bring one link into the wanted state, at no cost where the book already says so.

    What a target answers to an unlink of what is not linked is an open question: it is linked first where in doubt.
    """
    holds = link_state(stage).holds(appointment, link)
    if holds is None and not linked:
        do(stage, "link", appointment, link, "prepare")
    if holds is not linked:
        do(stage, "link" if linked else "unlink", appointment, link, "prepare")


def settle(stage: Stage, appointment: str, *, linked: Link, unlinked: Link) -> None:
    """Bring two links into these states, and have seen that they are in them."""
    ensure(stage, appointment, unlinked, linked=False)
    if link_state(stage).unlinked(appointment):
        do(stage, "link", appointment, linked, "prepare")
    ensure(stage, appointment, linked, linked=True)


def clear(stage: Stage, seen: Seen) -> None:
    """Take away the links of earlier runs that the answer to a link shows, so that every run begins alike.

    What is done to that end is no evidence: a target that shows what is not there is another scenario's business.
    """
    it, linked, shown = seen.probe.appointment, facts_of(seen).link, dict.fromkeys(links_of(seen) or ())
    left = [link for link in shown if link != linked and _is_own(stage, link)][:LEFTOVERS]
    if not left or not linked:
        return
    for link in (*left, linked):
        note(stage, stage.send(act(stage, "unlink", it, link, name="leftover", kind="question")))
    note(stage, stage.send(act(stage, "link", it, linked, name="after-leftovers", kind="question")))


def _is_own(stage: Stage, link: Link) -> bool:
    """Whether a link is to a fixture, however that is spelt."""
    fixtures, (kind, name) = fixtures_of(stage.target), link
    if kind == "list":
        return name.isascii() and name.isdecimal() and name.lstrip("0") in fixtures.lists
    return kind == "profile" and name.lower() in {profile.lower() for profile in fixtures.profiles}


class Cast:
    """The fixtures that the scenarios play with, under the names of their parts."""

    def __init__(self, stage: Stage) -> None:
        """Hand out the parts. Raises TooFewFixtures where there are not two profiles, or no appointment is left."""
        fixtures = fixtures_of(stage.target)
        if len(fixtures.profiles) < 2:
            raise TooFewFixtures("this needs two profiles; add one to fixtures.profiles.")
        refuse_none_left(stage)
        self.appointment = stage.live_appointment()
        self.bystander = stage.bystander()
        self.probed: Link = ("profile", fixtures.profiles[0])
        self.kept: Link = ("profile", fixtures.profiles[1])
        self.list: Link | None = ("list", fixtures.lists[0]) if fixtures.lists else None
        #: What to name where the type is wrong: an integer is right for everything else than a profile.
        self.any: Link = self.list or self.probed


def life_cycle(stage: Stage) -> None:
    """Read, then link, unlink, link again, add others, and look at what each answer shows of the rest."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    stage.send(read(stage, it, Moment.BEFORE))
    first = do_on_bare_wire(stage, "link", it, probed, "first")
    stage.check_rights(first)
    clear(stage, first)
    do_on_bare_wire(stage, "unlink", it, probed, "first")
    do(stage, "link", it, kept, "after-the-first-unlink")
    if cast.bystander:
        clear(stage, do(stage, "link", cast.bystander, probed, "bystander-first"))
        do(stage, "link", cast.bystander, kept, "bystander-second")
    do(stage, "link", it, cast.list or kept, "after-a-link-elsewhere")
    do(stage, "link", it, kept, "again")
    if cast.list:
        do(stage, "unlink", it, cast.list, "list")
    do(stage, "link", it, probed, "after-unlinking-the-list" if cast.list else "second-target")


def aftermath(stage: Stage) -> None:
    """Unlink a profile, and look at what that leaves, here and elsewhere; a read tells what else changed."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    if cast.bystander:
        ensure(stage, cast.bystander, probed, linked=True)
    ensure(stage, it, kept, linked=True)
    ensure(stage, it, probed, linked=True)
    do(stage, "unlink", it, probed, "profile")
    linked = do(stage, "link", it, cast.list or kept, "after-unlinking-the-profile")
    read_until(stage, read(stage, it, Moment.AFTER), partial(_agrees, linked))
    if cast.bystander:
        do(stage, "link", cast.bystander, kept, "bystander-again")


def _agrees(linked: Seen, read_: Seen) -> bool:
    """Whether a read shows the appointment as the answer to a link did; without one of the two nothing differs."""
    expected, shown = data_of(linked), data_of(read_)
    return expected is None or shown is None or not differing(expected, shown)


def preflight(stage: Stage) -> None:
    """An absent appointment, no credentials, an unknown alias: three answers that only this API gives.

    Where the first two are alike, a missing id tells an API that is wrong about aliases from a fixture that is absent.
    """
    cast = Cast(stage)
    absent = stage.send_once(at_absent(stage, "link", cast.probed))
    if absent and absent.status in UNAVAILABLE:
        return
    unknown = stage.send_once(of_type(stage, "unlink", near_misses_of("type")[0], cast.appointment, cast.any))
    if absent and unknown and unknown.status == absent.status:
        cast = _not_found_alike(stage, cast)
    stage.send_once(uncredited(stage, "link", cast.appointment, cast.probed, *wrong_credentials(stage.target)[0]))


def _not_found_alike(stage: Stage, cast: Cast) -> Cast:
    """Ask about a missing id, and about the next appointments where that is answered as the absent one is; return whom.

    One that is answered otherwise tells that those before it are not there. Where all are alike, no list is blamed.
    """
    missing = miss_called("profile id", "missing")
    asked = stage.send_once(near_miss(stage, "link", missing, cast.appointment, cast.probed))
    if asked is None or asked.status not in NOT_FOUND:
        return cast
    for number, other in enumerate(stage.unused[1:MOST_ALIKE], start=1):
        answer = stage.send(of_type(stage, "unlink", near_misses_of("type")[0], other, cast.any))
        if answer.judged and answer.status not in NOT_FOUND:
            for gone in stage.unused[:number]:
                stage.pass_by_missing(gone, f"status {asked.status}")
            return Cast(stage)
    return cast


def essentials(stage: Stage) -> None:
    """The probes that tell most apart, each on one action; what they leave to ask follows in its own scenario."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    if cast.list:
        ensure(stage, it, cast.list, linked=False)
    if link_state(stage).unlinked(it):
        # What the unlink did besides is not to be blamed on the refusals that follow.
        do(stage, "link", it, kept, "prepare")
    ensure(stage, it, kept, linked=True)
    ensure(stage, it, probed, linked=True)
    for probe in sendable(stage, _most_telling(stage, cast)):
        send_refused(stage, probe)
    do(stage, "link", it, cast.list or kept, Look.AFTER_ESSENTIALS)


def send_refused(stage: Stage, probe: Probe) -> None:
    """Send a probe that has to be refused, once.

    A token without the permission that is refused with 401 is answered as an unknown one is: what it may read tells
    whether it is one.
    """
    seen = stage.send_once(probe)
    if probe.case == Credentials.FORBIDDEN.case and seen and seen.status == 401:
        credentials = tuple(header for header in probe.headers if header[0] == "Authorization")
        stage.send_once(read(stage, probe.appointment, case=probe.case, headers=credentials))


def _most_telling(stage: Stage, cast: Cast) -> Iterator[Probe]:
    """Yield what tells most servers apart first: a run that is cut short ends among these."""
    it, probed, kept, wrong = cast.appointment, cast.probed, cast.kept, dict(wrong_credentials(stage.target))
    segments = safe_segments(it, records_of(stage.equipped_target))
    yield undeclared(stage, "unlink", "GET", it)
    yield of_id(stage, "unlink", miss_called("profile id", "very-long"), it, probed)
    if Credentials.FORBIDDEN in wrong:
        yield uncredited(stage, "unlink", it, kept, Credentials.FORBIDDEN, wrong[Credentials.FORBIDDEN])
    if cast.list:
        yield of_id(stage, "link", miss_called("list id", "beyond-64-bits"), it, cast.list)
    yield near_miss(stage, "unlink", miss_called("body", "array"), it, probed)
    yield uncredited(stage, "unlink", it, kept, Credentials.JUNK_AFTER, wrong[Credentials.JUNK_AFTER])
    for case in (NEGATIVE_NUMBER, HUGE_NUMBER):
        if case.name in segments:
            yield at_segment(stage, "link", segments[case.name], probed, case=case)
    yield of_id(stage, "unlink", miss_called("profile id", "array"), it, probed)
    if Credentials.EXPIRED in wrong:
        yield uncredited(stage, "unlink", it, kept, Credentials.EXPIRED, wrong[Credentials.EXPIRED])
    for kind in (Credentials.MADE_UP_SCHEME, Credentials.UNKNOWN):
        yield uncredited(stage, "unlink", it, kept, kind, wrong[kind])
    if cast.list:
        yield near_miss(stage, "unlink", OTHER_TYPE, it, ("profile", cast.list[1]))
    yield of_id(stage, "unlink", miss_called("profile id", "nul"), it, probed)


def credentials(stage: Stage) -> None:
    """Every kind of wrong credentials on both actions; afterwards nothing has been linked or unlinked."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    settle(stage, it, linked=kept, unlinked=probed)
    for kind, headers in wrong_credentials(stage.target):
        send_refused(stage, uncredited(stage, "link", it, kept if kind in LET_THROUGH else probed, kind, headers))
    do(stage, "link", it, kept, AFTER_WRONG_CREDENTIALS["link"])
    for kind, headers in wrong_credentials(stage.target):
        send_refused(stage, uncredited(stage, "unlink", it, probed if kind in LET_THROUGH else kept, kind, headers))
    do(stage, "link", it, probed, AFTER_WRONG_CREDENTIALS["unlink"])


def paths(stage: Stage) -> None:
    """Absent appointments and near misses of a fixture's number; afterwards nothing has been linked or unlinked."""
    cast = Cast(stage)
    it, probed, kept = cast.appointment, cast.probed, cast.kept
    settle(stage, it, linked=kept, unlinked=probed)
    for action, target, look in zip(ACTIONS, (probed, kept), (kept, probed), strict=True):
        for probe in wrong_paths(stage, action, it, target):
            stage.send_once(probe)
        do(stage, "link", it, look, AFTER_WRONG_PATHS[action])


def methods(stage: Stage) -> None:
    """Methods that the contract does not declare, where they can change nothing."""
    cast = Cast(stage)
    for action in ACTIONS:
        stage.send_once(undeclared(stage, action, "GET", cast.appointment))
        # Only a safe method may name an appointment that exists.
        for method in ("PUT", "DELETE"):
            stage.send_once(undeclared(stage, action, method, stage.absent_appointment))


def refusals(stage: Stage, action: Action) -> None:
    """Every class of near misses and malformed bodies on one action; afterwards the links are what they were."""
    cast = Cast(stage)
    it = cast.appointment
    for link in (cast.probed, cast.list):
        if link:
            ensure(stage, it, link, linked=action == "unlink")
    do(stage, "link", it, cast.kept, f"before-refusals-of-{action}")
    for probe in sendable(stage, refused_bodies(stage, action, cast)):
        stage.send_once(probe)
    do(stage, "link", it, cast.kept, AFTER_REFUSALS[action])


def refused_bodies(stage: Stage, action: Action, cast: Cast) -> Iterator[Probe]:
    """Yield one probe a class, more in `thorough`: of the ids, the type, the whole body, and the JSON text."""
    families: list[tuple[Of, Link]] = [("profile id", cast.probed), ("type", cast.any), ("body", cast.probed)]
    if cast.list:
        families.insert(1, ("list id", cast.list))
    for of, link in families:
        probe = {"type": of_type, "body": near_miss}.get(of, of_id)
        for miss in near_misses_of(of):
            yield probe(stage, action, miss, cast.appointment, link)
        if stage.profile == "thorough" and of != "body":
            for one in drawn_near_misses(of, link[0] if of == "type" else link[1], seed_=stage.seed):
                yield probe(stage, action, one.miss, cast.appointment, link, drawn=one.number)
    if cast.list:
        yield near_miss(stage, action, OTHER_TYPE, cast.appointment, ("profile", cast.list[1]))
    for miss in near_misses_of("raw body"):
        yield malformed(stage, action, miss, cast.appointment, cast.probed)


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
AFTERMATH = Scenario("aftermath", {"link": 5, "unlink": 1, "read": 1}, starting_over(aftermath))
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
