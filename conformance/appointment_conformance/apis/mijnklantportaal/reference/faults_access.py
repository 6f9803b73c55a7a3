"""Faults of MijnKlantportaal's paths, credentials and methods, and of what all its answers have in common."""
# ruff: noqa: D102 - a fault is described once, by the docstring of its class

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction
from appointment_conformance.apis.mijnklantportaal.reference.state import APPOINTMENTS
from appointment_conformance.reference import shared_faults
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import Mutation, fault, shared_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from appointment_conformance.apis.mijnklantportaal.reference.state import Record

OF = "cancel-"

# A cancel that should have been refused uses up an appointment, which a later request then finds canceled.
CONSUMED = ("MKP-AUTH-07", "MKP-EFFECT-02", "MKP-CANCEL-01")

CREDENTIALS = (
    shared_fault(shared_faults.NoCredentialsNeeded, CancelAction, "MKP-AUTH-01", entails=CONSUMED, of=OF),
    shared_fault(shared_faults.TokenTruncated, CancelAction, "MKP-AUTH-06", entails=CONSUMED, of=OF),
    shared_fault(shared_faults.AnonymousAnswers403, CancelAction, "MKP-AUTH-07", of=OF),
    shared_fault(shared_faults.AnonymousIsSentToLogin, CancelAction, "MKP-AUTH-01", entails=("MKP-AUTH-07",), of=OF),
    shared_fault(
        shared_faults.AnyTokenServed,
        CancelAction,
        "MKP-AUTH-02",
        entails=("MKP-AUTH-04", "MKP-AUTH-06", "MKP-AUTH-09", "MKP-AUTH-10", *CONSUMED),
        of=OF,
    ),
    shared_fault(shared_faults.UnknownTokenAnswers403, CancelAction, "MKP-AUTH-07", of=OF),
    shared_fault(shared_faults.AnySchemeServed, CancelAction, "MKP-AUTH-03", entails=("MKP-AUTH-08", *CONSUMED), of=OF),
    shared_fault(
        shared_faults.UnknownSchemeServed, CancelAction, "MKP-AUTH-03", entails=("MKP-AUTH-08", *CONSUMED), of=OF
    ),
    shared_fault(shared_faults.SchemeEndingServed, CancelAction, "MKP-AUTH-08", of=OF),
    shared_fault(shared_faults.JunkAfterTokenIgnored, CancelAction, "MKP-AUTH-09", entails=CONSUMED, of=OF),
    shared_fault(shared_faults.JunkAfterTokenAnswers500, CancelAction, "MKP-ERR-02", "MKP-AUTH-09", of=OF),
    shared_fault(shared_faults.TokenCaseIgnored, CancelAction, "MKP-AUTH-04", entails=CONSUMED, of=OF),
    shared_fault(shared_faults.PermissionIgnored, CancelAction, "MKP-AUTH-05", entails=CONSUMED, of=OF),
    shared_fault(shared_faults.AnonymousRefusedAndServed, CancelAction, "MKP-EFFECT-02", entails=CONSUMED, of=OF),
    shared_fault(shared_faults.ForbiddenRefusedAndServed, CancelAction, "MKP-EFFECT-02", entails=CONSUMED, of=OF),
)

ERRORS = (
    shared_fault(shared_faults.NoMessageWith404, CancelAction, "MKP-ERR-01", of=OF),
    shared_fault(shared_faults.NoMessageWith409, CancelAction, "MKP-ERR-01", of=OF),
    shared_fault(shared_faults.MessageIsAnObject, CancelAction, "MKP-ERR-01", of=OF),
)

METHODS = (
    shared_fault(shared_faults.UndeclaredMethodAnswers200, CancelAction, "MKP-METHOD-01", entails=("HTTP-01",), of=OF),
    shared_fault(
        shared_faults.UndeclaredMethodAnswers500,
        CancelAction,
        "MKP-ERR-02",
        "MKP-METHOD-01",
        entails=("HTTP-01",),
        of=OF,
    ),
    shared_fault(shared_faults.NoAllow, CancelAction, "HTTP-06", of=OF),
    shared_fault(shared_faults.AllowIsEmpty, CancelAction, "HTTP-01", entails=("HTTP-06",), of=OF),
    shared_fault(shared_faults.AllowNamesAnother, CancelAction, "HTTP-06", of=OF),
    shared_fault(shared_faults.AllowNamesTheRefused, CancelAction, "HTTP-01", of=OF),
    shared_fault(shared_faults.NoChallenge, CancelAction, "HTTP-02", of=OF),
)

WIRE = (
    shared_fault(shared_faults.ErrorsAsHtml, CancelAction, "HTTP-03", of=OF),
    shared_fault(shared_faults.NoMediaTypeWith404, CancelAction, "HTTP-03", entails=("MKP-ERR-01",), of=OF),
    shared_fault(shared_faults.SuccessAsText, CancelAction, "HTTP-03", of=OF),
    shared_fault(
        shared_faults.ShorterThanDeclared, CancelAction, "HTTP-04",
        entails=("MKP-PATH-01", "MKP-PATH-02", "MKP-ERR-01"), of=OF,
    ),
    shared_fault(shared_faults.InvalidUtf8, CancelAction, "HTTP-05", entails=("MKP-ERR-01",), of=OF),
    shared_fault(shared_faults.HtmlAsJson, CancelAction, "HTTP-05", of=OF),
    shared_fault(shared_faults.ByteOrderMark, CancelAction, "HTTP-05", entails=("MKP-CANCEL-05", "MKP-ERR-01"), of=OF),
    shared_fault(shared_faults.NotANumber, CancelAction, "HTTP-05", of=OF),
)  # fmt: skip

PATHS = (
    shared_fault(shared_faults.AbsentAnswers400, CancelAction, "MKP-PATH-01", of=OF),
    shared_fault(
        shared_faults.AbsentAnswers500, CancelAction, "MKP-ERR-02", "MKP-PATH-01", entails=("MKP-PATH-02",), of=OF
    ),
)


@fault("MKP-PATH-01", entails=("MKP-PATH-02",))
class CancelOfTheAbsentAnswers200(CancelAction):
    """A cancel of an appointment that does not exist is answered 200."""

    def record(self, call: Call) -> None:
        """Let every path through."""

    def found(self, call: Call) -> Record:
        sample = self.state.appointments[APPOINTMENTS[0]]
        return self.find(call.appointment) or sample | {"id": call.appointment, "status": "scheduled"}


def _finding(name: str, what: str, read: Callable[[str], str]) -> Mutation:
    """Return the fault that finds an appointment by a pattern read from the path."""

    class Finding(CancelAction):
        def find(self, text: str) -> Record | None:
            pattern = re.compile(read(text), re.DOTALL)
            known = self.state.appointments
            return known.get(text) or next((known[each] for each in known if pattern.fullmatch(each)), None)

    Finding.__doc__ = f"An id is found {what}."
    return fault("MKP-PATH-02", entails=("MKP-EFFECT-01",), name=f"cancel-finds-{name}")(Finding)


def _folded(text: str) -> str:
    plain = (each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return "".join(re.escape(each) if each.isascii() else "." for each in plain).lower()


FINDINGS = (
    _finding("by-wildcard", "by a pattern with wildcards",
             lambda text: re.escape(text).replace("%", ".*").replace(r"\*", ".*")),
    _finding("by-its-end", "by its end alone", lambda text: ".*" + re.escape(text) if len(text) > 8 else "-"),
    _finding("by-its-start", "by the first letters of a very long text",
             lambda text: re.escape(text[:18]) if len(text) > 100 else "-"),
    _finding("after-other-letters", "after other letters",
             lambda text: re.escape(text[text.find("apt_") :]) if "apt_" in text else "-"),
    _finding("without-prefix", "without its prefix", lambda text: "apt_" + re.escape(text)),
    _finding("without-its-quote", "when a quote comes after it", lambda text: re.escape(text.rstrip("'\""))),
    _finding("after-a-second-decoding", "when it is percent-encoded twice", lambda text: re.escape(unquote(text))),
    _finding("by-look-alike", "by letters that only look alike", _folded),
)  # fmt: skip


def _breaking(name: str, what: str, pattern: str) -> Mutation:
    class Breaking(CancelAction):
        def record(self, call: Call) -> None:
            if re.search(pattern, call.appointment):
                raise Refused(500)
            super().record(call)

    Breaking.__doc__ = f"{what} in the path is answered 500."
    return fault("MKP-ERR-02", "MKP-PATH-02", name=f"cancel-{name}-answers-500")(Breaking)


BREAKDOWNS = (
    _breaking("quote", "A quote", r"['\"]"),
    _breaking("wildcard", "A wildcard", r"[%*]"),
    _breaking("non-ascii", "A letter beyond ASCII", r"[^\x00-\x7f]"),
    _breaking("very-long-id", "A text of more than 100 letters", r"(?s).{101}"),
    _breaking("missing-prefix", "An id without `apt_`", r"^(?!apt_)"),
)


@fault("MKP-EFFECT-01")
class CancelOfANearMissRefusedAndServed(CancelAction):
    """An id without its prefix or with more after it is answered 404, and the cancel is carried out all the same."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        meant = next((each for each in APPOINTMENTS if each.removeprefix("apt_") in call.appointment), None)
        if answer.status == 404 and meant:
            with suppress(Refused):
                await self.perform(replace(call, path={"appointment": meant}))
        return answer
