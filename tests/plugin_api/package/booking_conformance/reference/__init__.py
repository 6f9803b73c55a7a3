"""The reference API of bookings: one conforming server, with faults and a variant that can be switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from appointment_conformance.reference import MakeOperation, ReferenceApi, mutations

from . import defects
from .records import ABSENT, BOOKINGS, FOREIGN, BookingState
from .serving import ConfirmAction, MakeAction, ReadAction, RemoveAction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appointment_conformance.reference import Rules

__all__ = ["REFERENCE"]


def table(make: MakeOperation) -> Mapping[str, Mapping[str, Rules]]:
    """Return the paths of the server, each with its methods."""
    return {
        "/v2/bookings": {"POST": make(MakeAction)},
        "/v2/bookings/{appointment}": {"GET": make(ReadAction), "DELETE": make(RemoveAction)},
        "/v2/bookings/{appointment}/confirm": {"POST": make(ConfirmAction)},
    }


REFERENCE: Final = ReferenceApi(
    api="booking",
    base_path="/v2",
    start=BookingState.start,
    table=table,
    fixtures={"bookings": [*BOOKINGS], "absent_booking": ABSENT, "foreign_bookings": [*FOREIGN]},
    mutations=mutations(defects),
)
