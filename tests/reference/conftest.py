"""What the tests of the reference API share: a way to send, and a round of requests that shows how a server behaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import requests

from appointment_conformance.reference_apis import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from appointment_conformance.reference import Reference

Told = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller of a reference server, with the full token unless told otherwise."""

    reference: Reference
    session: requests.Session

    def send(self, method: str, path: str, *, authorization: str | None = "", **options: Any) -> requests.Response:
        """Send a request; an authorization of None sends no credentials."""
        value = f"Bearer {self.reference.token}" if authorization == "" else authorization
        headers = {"Accept": "application/json", **({"Authorization": value} if value else {})}
        headers |= options.pop("headers", {})
        url = self.reference.base_url + path
        return self.session.request(method, url, headers=headers, allow_redirects=False, timeout=10, **options)

    def tell(self, method: str, path: str, **options: Any) -> Told:
        """Send a request and return what came back, apart from what differs each time."""
        try:
            response = self.send(method, path, **options)
        except requests.RequestException as error:
            return (method, path, type(error).__name__)
        headers = sorted((name, value) for name, value in response.headers.items() if name.lower() != "date")
        return (method, path, response.status_code, headers, response.content)

    def at_once(self, *calls: tuple[str, str, object]) -> list[Told]:
        """Send requests at the same instant, each over a connection of its own."""
        barrier = Barrier(len(calls))

        def one(call: tuple[str, str, object]) -> Told:
            with requests.Session() as session:
                caller = Caller(self.reference, session)
                barrier.wait()
                return caller.tell(call[0], call[1], json=call[2])

        with ThreadPoolExecutor(len(calls)) as pool:
            return sorted(pool.map(one, calls), key=repr)


@pytest.fixture
def call() -> Iterator[Callable[[Reference], Caller]]:
    """Return what makes a caller; its connections end with the test."""
    with requests.Session() as session:
        yield lambda reference: Caller(reference, session)


@pytest.fixture
def round_of(call: Callable[[Reference], Caller]) -> Callable[[Reference], Iterator[Told]]:
    """Return what sends one round of requests, and tells what came back of each as it comes."""

    def tell(reference: Reference) -> Iterator[Told]:
        caller = call(reference)
        return _omneo(caller) if reference.api == "omneo" else _mijnklantportaal(caller)

    return tell


@pytest.fixture(scope="session")
def conforming() -> dict[str, list[Told]]:
    """Return, by api, what a server without faults answers to one round."""
    told = {}
    for api, round_of in (("omneo", _omneo), ("mijnklantportaal", _mijnklantportaal)):
        with requests.Session() as session, serve(api) as reference:
            told[api] = list(round_of(Caller(reference, session)))
    return told


def _credentials(reference: Reference) -> tuple[str | None, ...]:
    token = reference.token
    return (
        None, "Bearer nobody", "Basic bm9ib2R5Om5vYm9keQ==", f"Bearer {token.swapcase()}", f"Bearer {token[:-1]}",
        f"Bearer {token} x", f"XBearer {token}", f"ApiKey {token}",
        f"Bearer {reference.forbidden_token}", f"Bearer {reference.expired_token}", f"Bearer {reference.second_token}",
    )  # fmt: skip


def _omneo(caller: Caller) -> Iterator[Told]:
    first, second, third, fourth = (f"/v3/appointments/{text}" for text in caller.reference.appointments)
    ada, blaise, _, dorothy = ({"type": "profile", "id": text} for text in caller.reference.profiles)
    shelf, *_ = ({"type": "list", "id": text} for text in caller.reference.lists)
    yield from _life_cycle(caller, first, third)
    for action in ("/link", "/unlink"):
        yield from _credentialed(caller, second, action)
        yield from _refused(caller, first, action)
        yield caller.tell("POST", third + "/link", json=ada)
    for path, body in ((fourth, ada), (first, ada), (first, blaise)):
        yield caller.tell("POST", path + "/unlink", json=body)
    for path in (first, third):
        yield caller.tell("POST", path + "/link", json=shelf)
    yield from caller.at_once(("POST", fourth + "/link", blaise), ("POST", fourth + "/link", blaise))
    for path in (first, second, third, fourth):
        yield from caller.at_once(("POST", path + "/link", dorothy), ("POST", path + "/link", dorothy))
    yield from caller.at_once(("POST", fourth + "/link", ada), ("POST", fourth + "/unlink", ada))
    for path, body in (("/unlink", ada), ("/link", blaise)):
        yield caller.tell("POST", fourth + path, json=body)
    for path, body in (("/unlink", ada), ("/unlink", dorothy), ("/unlink", shelf), ("/link", shelf)):
        yield caller.tell("POST", third + path, json=body)
    foreign = f"/v3/appointments/{caller.reference.foreign_appointments[0]}"
    for action in ("/link", "/unlink"):
        yield caller.tell("POST", foreign + action, json=ada)
        yield caller.tell("GET", foreign)
    yield caller.tell("GET", third)


def _life_cycle(caller: Caller, path: str, other: str) -> Iterator[Told]:
    ada, blaise, carl, _ = ({"type": "profile", "id": text} for text in caller.reference.profiles)
    shelf, rack, _ = ({"type": "list", "id": text} for text in caller.reference.lists)
    yield caller.tell("POST", other + "/link", json=ada)
    for body in (ada, shelf, blaise, rack, ada):
        yield caller.tell("POST", path + "/link", json=body)
    for body in (blaise, rack):
        yield caller.tell("POST", path + "/unlink", json=body)
        yield caller.tell("POST", path + "/link", json=carl)


def _credentialed(caller: Caller, path: str, action: str) -> Iterator[Told]:
    body, shown = ({"type": "profile", "id": text} for text in caller.reference.profiles[:2])
    for authorization in _credentials(caller.reference):
        if action == "/unlink":
            yield caller.tell("POST", path + "/link", json=body)
        yield caller.tell("POST", path + action, json=body, authorization=authorization)
        yield caller.tell("POST", path + "/link", json=shown)
        yield caller.tell("POST", path + "/unlink", json=body)


def _refused(caller: Caller, path: str, action: str) -> Iterator[Told]:
    reference = caller.reference
    number, body = path[-6:], {"type": "profile", "id": reference.profiles[2]}
    for method in ("PUT", "GET"):
        yield caller.tell(method, path + action, json=body)
    for segment in (
        reference.absent_appointment,
        f"{number}abc",
        f"x{number}",
        f"-{number}",
        "0",
        str(2**64 + int(number)),
    ):
        yield caller.tell("POST", f"/v3/appointments/{segment}{action}", json=body)
    for bad in _bad_bodies(reference.profiles[0], reference.lists[0]):
        yield caller.tell("POST", path + action, json=bad)
    for data in (b"{", b"", b"null"):
        yield caller.tell("POST", path + action, data=data, headers={"Content-Type": "application/json"})


def _bad_bodies(profile: str, shelf: str) -> Iterator[object]:
    kinds: tuple[object, ...] = ("shop", "Profile", 0, ["profile"], None, {})
    for kind in kinds:
        yield {"type": kind, "id": profile}
    ids = (
        profile[:-1], profile + "0", profile[:-1] + "g", profile.replace("-", "_"), f"{profile}\nmore", shelf,
        f"{profile}\0", f"{profile}xyz", f"xyz{profile}", "", None, [profile], {"id": profile}, True, 7, "é",
        f"{profile[:-1]}٢",
    )  # fmt: skip
    for value in ids:
        yield {"type": "profile", "id": value}
    forms = (f"{shelf}.5", f"{shelf}e0", hex(int(shelf)), f"{shelf}abc", "٢٠٤", f"{shelf}\nmore", profile, f"{shelf}\0")
    for value in (*forms, f"xyz{shelf}", "", None, [shelf], True, str(2**64 + int(shelf)), "9" * 300):
        yield {"type": "list", "id": value}
    yield from ({}, {"id": profile}, {"type": "profile"}, [], [{"type": "profile", "id": profile}], 3, "profile")


def _mijnklantportaal(caller: Caller) -> Iterator[Told]:
    reference = caller.reference
    spare, *rest = reference.appointments
    for text in (reference.absent_appointment, *_near_misses(spare)):
        yield caller.tell("DELETE", "/appointments/" + text)
    for method in ("PUT", "POST"):
        yield caller.tell(method, "/appointments/" + spare)
    for authorization, text in zip(_credentials(reference), rest, strict=False):
        yield caller.tell("DELETE", "/appointments/" + text, authorization=authorization)
    for text in reference.appointments:
        yield caller.tell("GET", "/appointments/" + text)
    for text in (rest[-1], reference.pending_appointments[0]):
        for method in ("DELETE", "DELETE", "DELETE", "GET"):
            yield caller.tell(method, "/appointments/" + text)
    yield caller.tell("GET", "/appointments/" + rest[-2])
    for method in ("DELETE", "GET"):
        yield caller.tell(method, "/appointments/" + reference.foreign_appointments[0])
    yield caller.tell("GET", "/appointments?start_at=2031-02-20%2010:00&days=40")
    for text in (rest[-3], spare, rest[0]):
        yield from caller.at_once(*[("DELETE", "/appointments/" + text, None)] * 2)


def _near_misses(text: str) -> Iterator[str]:
    bare = text.removeprefix("apt_")
    yield from (text[1:], f"x{text}", bare, f"{text}%25", f"{text}*", f"{text}%27", f"{text}%22", text + "0" * 200)
    yield f"%25{ord(text[0]):02x}{text[1:]}"
    yield quote(chr(ord(text[-1]) + 0xFEE0).join((text[:-1], "")))
