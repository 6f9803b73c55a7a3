"""Start a reference API and say what a target needs to know of it."""

from __future__ import annotations

import difflib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from appointment_conformance.apis.mijnklantportaal.reference import state as mijnklantportaal_state
from appointment_conformance.apis.mijnklantportaal.reference.state import MijnKlantportaalState
from appointment_conformance.apis.omneo.reference import state as omneo_state
from appointment_conformance.apis.omneo.reference.state import OmneoState
from appointment_conformance.reference.api import mijnklantportaal_table, omneo_table
from appointment_conformance.reference.catalogue import CHANGES, FAULTS, VARIANTS
from appointment_conformance.reference.routing import application
from appointment_conformance.reference.server import served

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from starlette.applications import Starlette

    from appointment_conformance.reference.mutation import Change
    from appointment_conformance.reference.state import State

__all__ = ["Reference", "UnknownFault", "serve"]


class UnknownFault(ValueError):  # noqa: N818 - the name is part of the public interface
    """A fault or a variant that does not exist; the message names the closest one that does."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A running server: its address, its tokens, and the records that are there for the taking."""

    api: str
    base_url: str
    token: str
    forbidden_token: str
    expired_token: str
    second_token: str
    appointments: tuple[str, ...]
    pending_appointments: tuple[str, ...]
    profiles: tuple[str, ...]
    lists: tuple[str, ...]
    absent_appointment: str
    foreign_appointments: tuple[str, ...]
    definition_id: int | None
    location_id: int | None
    state: State = field(repr=False)

    def foreign_touched(self) -> tuple[str, ...]:
        """Return the path ids of all writes so far that led to somebody else's appointment that is no fixture."""
        return tuple(self.state.touched)


@contextmanager
def serve(
    api: str, *, faults: Collection[str] = (), variants: Collection[str] = (), port: int = 0
) -> Iterator[Reference]:
    """Serve one vendor's API, with these faults and variants, until the context ends.

    What belongs to the other api is ignored. Raises `UnknownFault` for a name that does not exist, `ValueError` for an
    api that does not, and `OSError` when the port is taken.
    """
    chosen = [*_chosen(faults, FAULTS, "fault"), *_chosen(variants, VARIANTS, "variant")]
    make = {"omneo": _omneo, "mijnklantportaal": _mijnklantportaal}.get(api)
    if make is None:
        message = f"unknown api {api!r}; there are omneo and mijnklantportaal"
        raise ValueError(message)
    state, app, path = make(chosen)
    with served(app, port) as number:
        yield _reference(api, f"http://127.0.0.1:{number}{path}", state)


def _chosen(names: Collection[str], known: Mapping[str, object], what: str) -> Iterator[Change]:
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1, cutoff=0)
            message = f"unknown {what} {name!r}; did you mean {close[0]!r}?"
            raise UnknownFault(message)
        yield CHANGES[name]


def _omneo(changes: list[Change]) -> tuple[State, Starlette, str]:
    state = OmneoState.start()
    return state, application(omneo_table(state, changes)), "/api"


def _mijnklantportaal(changes: list[Change]) -> tuple[State, Starlette, str]:
    state = MijnKlantportaalState.start()
    return state, application(mijnklantportaal_table(state, changes)), "/v1"


def _reference(api: str, base_url: str, state: State) -> Reference:
    is_omneo = api == "omneo"
    source = omneo_state if is_omneo else mijnklantportaal_state
    return Reference(
        api=api,
        base_url=base_url,
        token=state.full_token,
        forbidden_token=state.forbidden_token,
        expired_token=state.expired_token,
        second_token=state.second_token,
        appointments=source.APPOINTMENTS,
        pending_appointments=() if is_omneo else mijnklantportaal_state.PENDING,
        profiles=omneo_state.PROFILES if is_omneo else (),
        lists=omneo_state.LISTS if is_omneo else (),
        absent_appointment=source.ABSENT,
        foreign_appointments=source.FOREIGN_FIXTURES,
        definition_id=omneo_state.DEFINITION if is_omneo else None,
        location_id=omneo_state.LOCATION if is_omneo else None,
        state=state,
    )
