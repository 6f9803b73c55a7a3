"""Faults of what link and unlink take for a target: leniency by class of near miss, and breakdowns on odd input."""
# ruff: noqa: D102 - a fault is described once, by the docstring of its class

from __future__ import annotations

import re
from types import NoneType
from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.reference.operations import LinkAction, Linking, UnlinkAction
from appointment_conformance.apis.omneo.reference.rules import LIMIT
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import Mutation, fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from appointment_conformance.apis.omneo.reference.state import Link, Record

UUID_LENGTH = 36
BROKEN = ("OMN-BODY-03", "OMN-EFFECT-01")


def _matching(pattern: str) -> Callable[[object], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _accepting(name: str, breaks: str, kinds: str, what: str, accepts: Callable[[object], bool]) -> Mutation:
    class Accepting(Linking):
        def id_error(self, kind: object, value: object) -> str | None:
            is_taken = kind in kinds.split() and accepts(value)
            return None if is_taken else super().id_error(kind, value)

    Accepting.__doc__ = f"{what} is accepted as the id of a {' or a '.join(kinds.split())}."
    return fault(breaks, entails=(*BROKEN, "OMN-ID-04", "OMN-ID-05", "OMN-ID-06"), name=f"accepts-{name}")(Accepting)


PROFILE_IDS = (
    _accepting(
        "truncated-uuid", "OMN-ID-03", "profile", "A UUID that ends early",
        _matching(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{1,11}"),
    ),
    _accepting(
        "over-long-uuid", "OMN-ID-03", "profile", "A UUID with more digits after it",
        _matching(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{13,}"),
    ),
    _accepting(
        "non-hexadecimal-uuid", "OMN-ID-03", "profile", "A UUID with letters beyond f",
        _matching(r"(?=.*[g-zG-Z])[0-9a-zA-Z]{8}(-[0-9a-zA-Z]{4}){3}-[0-9a-zA-Z]{12}"),
    ),
    _accepting(
        "uuid-with-underscores", "OMN-ID-03", "profile", "A UUID with other separators",
        _matching(r"(?=.*[^0-9a-fA-F-])[0-9a-fA-F]{8}([^0-9a-zA-Z][0-9a-fA-F]{4}){3}[^0-9a-zA-Z][0-9a-fA-F]{12}"),
    ),
    _accepting(
        "uuid-line-with-more-text", "OMN-ID-03", "profile", "A UUID on a line of a longer text",
        _matching(r"(?s)(.*\n)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\n.+"),
    ),
    _accepting(
        "uuid-with-text-after-it", "OMN-ID-03", "profile", "A UUID with other letters after it",
        _matching(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}[g-zG-Z]+"),
    ),
    _accepting("digits-of-other-scripts", "OMN-ID-06", "profile", "A UUID in digits of another script",
        lambda value: isinstance(value, str) and not value.isascii() and len(value) == UUID_LENGTH),
    _accepting(
        "uuid-with-text-before-it", "OMN-ID-03", "profile", "A UUID with other letters before it",
        _matching(r"[g-zG-Z]+[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    ),
    _accepting("any-text", "OMN-ID-03", "profile", "Any text", lambda value: isinstance(value, str) and value != ""),
)  # fmt: skip

LIST_IDS = (
    _accepting("float", "OMN-ID-04", "list", "A decimal fraction", _matching(r"-?[0-9]+\.[0-9]+")),
    _accepting("exponent", "OMN-ID-04", "list", "A number with an exponent", _matching(r"[0-9.]+[eE][-+]?[0-9]+")),
    _accepting("hexadecimal", "OMN-ID-04", "list", "A hexadecimal number", _matching(r"0[xX][0-9a-fA-F]+")),
    _accepting(
        "digits-with-letters", "OMN-ID-04", "list", "A number with letters after it",
        _matching(r"(?!0[xX])[0-9]+[a-df-zA-DF-Z][a-zA-Z]*"),
    ),
    _accepting(
        "letters-with-digits", "OMN-ID-04", "list", "A number with letters before it", _matching(r"[g-zG-Z]+[0-9]+"),
    ),
    _accepting("list-id-line-with-more-text", "OMN-ID-04", "list", "A number on a line of a longer text",
        _matching(r"(?s)(.*\n)?[0-9]+\n.+")),
)  # fmt: skip

ANY_IDS = (
    _accepting("id-of-the-other-type", "OMN-ID-03", "profile", "An integer", _matching(r"-?[0-9]+")),
    _accepting(
        "uuid-for-a-list", "OMN-ID-04", "list", "A UUID",
        _matching(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    ),
    _accepting("text-after-nul", "OMN-ID-03", "profile list", "A text with a NUL", _matching(r"(?s).*\0.*")),
    _accepting(
        "very-long-id", "OMN-ID-03", "profile list", "A text of more than 255 letters", _matching(r"(?s).{256,}"),
    ),
    _accepting("empty-id", "OMN-ID-01", "profile list", "An empty text", lambda value: value == ""),
    _accepting("missing-id", "OMN-ID-01", "profile list", "Nothing", lambda value: value is None),
    _accepting("array-id", "OMN-ID-02", "profile list", "An array", lambda value: isinstance(value, list)),
    _accepting("object-id", "OMN-ID-02", "profile list", "An object", lambda value: isinstance(value, dict)),
    _accepting("boolean-id", "OMN-ID-02", "profile list", "A boolean", lambda value: isinstance(value, bool)),
    _accepting("number-for-a-profile", "OMN-ID-02", "profile", "A number",
        lambda value: isinstance(value, int | float) and not isinstance(value, bool)),
)  # fmt: skip


class _HugeInteger(Linking):
    def read(self, number: int) -> str:
        raise NotImplementedError

    def list_error(self, value: object) -> str | None:
        return super().list_error(self.understood(value))

    def target(self, call: Call) -> tuple[str, str]:
        kind, text = super().target(call)
        return kind, str(self.understood(text))

    def understood(self, value: object) -> object:
        is_huge = isinstance(value, str) and re.fullmatch(r"[0-9]{19,40}", value)
        return self.read(int(str(value))) if is_huge else value


@fault("OMN-ID-05", entails=BROKEN)
class HugeIntegerWraps(_HugeInteger):
    """The id of a list is cut to its lowest 64 bits."""

    def read(self, number: int) -> str:
        return str(number % 2**64)


@fault("OMN-ID-05", entails=BROKEN)
class AcceptsHugeInteger(LinkAction):
    """An integer beyond 64 bits is accepted as the id of a list, and rounded as floating point does."""

    def list_error(self, value: object) -> str | None:
        is_huge = isinstance(value, str) and re.fullmatch(r"-?[0-9]{20,40}", value)
        return None if is_huge else super().list_error(value)

    def link_document(self, link: Link) -> Record:
        document = super().link_document(link)
        is_huge = link.type == "list" and len(link.target_id) >= len(str(LIMIT))
        return document | {"target_id": float(link.target_id)} if is_huge else document


@fault("OMN-ID-02", entails=BROKEN)
class IdArrayUnwrapped(Linking):
    """An id within an array is taken, by a server that links whatever has digits."""

    def fields(self, call: Call) -> Record:
        fields = super().fields(call)
        value = fields.get("id")
        return {**fields, "id": value[0]} if isinstance(value, list) and value else fields

    def list_error(self, value: object) -> str | None:
        is_number = isinstance(value, str) and re.fullmatch(r"-?[0-9]+", value)
        return None if is_number else super().list_error(value)


@fault("OMN-ID-03", entails=(*BROKEN, "OMN-ID-04"))
class UnlinkAcceptsIdOfTheOtherType(UnlinkAction):
    """Unlinking takes an id in the form of either type, whatever the type."""

    def id_error(self, kind: object, value: object) -> str | None:
        other = {"profile": "list", "list": "profile"}.get(str(kind), kind)
        return super().id_error(kind, value) and super().id_error(other, value)


class _Careless(Linking):
    async def perform(self, call: Call) -> Answer:
        known = self.fields(call).get("type") in self.types
        return await super().perform(call) if known else self.done(self.found(call))


@fault("OMN-TYPE-01", entails=BROKEN)
class AcceptsUnknownTypes(_Careless):
    """Any alias is accepted, known or not."""

    def type_error(self, kind: object) -> str | None:
        known = isinstance(kind, str) and kind.lower() in self.types
        return None if isinstance(kind, str) and kind and not known else super().type_error(kind)


@fault("OMN-TYPE-01", entails=BROKEN)
class UnlinkAcceptsUnknownTypes(UnlinkAction):
    """Unlinking takes any alias, known or not."""

    def type_error(self, kind: object) -> str | None:
        known = isinstance(kind, str) and kind.lower() in self.types
        return None if isinstance(kind, str) and kind and not known else super().type_error(kind)


@fault("OMN-TYPE-01", entails=BROKEN)
class UnknownTypeAnswers404(Linking):
    """An unknown alias is answered 404."""

    def type_error(self, kind: object) -> str | None:
        if isinstance(kind, str) and kind and kind.lower() not in self.types:
            raise Refused(404)
        return super().type_error(kind)


@fault("OMN-TYPE-02", entails=BROKEN)
class TypeCaseIgnored(_Careless):
    """An alias in other case is accepted."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        kind = fields.get("type")
        return super().errors({**fields, "type": kind.lower() if isinstance(kind, str) else kind})


@fault("OMN-TYPE-03", entails=BROKEN)
class TypeComparedLoosely(_Careless):
    """An alias that is a number or a boolean is accepted, as by a loose comparison."""

    def type_error(self, kind: object) -> str | None:
        return None if isinstance(kind, int | float) else super().type_error(kind)

    def id_error(self, kind: object, value: object) -> str | None:
        return None if isinstance(kind, int | float) else super().id_error(kind, value)


@fault("OMN-TYPE-03", entails=BROKEN)
class TypeArrayUnwrapped(_Careless):
    """An alias within an array is accepted."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        kind = fields.get("type")
        return super().errors({**fields, "type": kind[0] if isinstance(kind, list) and kind else kind})


@fault("OMN-TYPE-04", entails=(*BROKEN, "OMN-ERR-02", "OMN-ERR-05"))
class TypeGuessedFromTheId(_Careless):
    """Without an alias the form of the id decides."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        if fields.get("type") is not None:
            return super().errors(fields)
        kind = "list" if str(fields.get("id")).isdecimal() else "profile"
        return super().errors({**fields, "type": kind})


@fault("OMN-BODY-01")
class MalformedJsonAccepted(Linking):
    """Content that is no JSON text is answered as if all were well."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        is_malformed = answer.status == 422 and call.body.strip() and self.decode(call.body) is None
        return self.done(self.found(call)) if is_malformed and call.body.strip() != b"null" else answer


@fault("OMN-BODY-01")
class EmptyBodyAccepted(Linking):
    """A request without content is answered as if all were well."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        return self.done(self.found(call)) if answer.status == 422 and not call.body.strip() else answer


@fault("OMN-BODY-02", entails=BROKEN)
class NonObjectBodyAccepted(Linking):
    """A body that is `null`, an array or a scalar is answered as if all were well."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        decoded = self.decode(call.body)
        is_other = not isinstance(decoded, dict) and (decoded is not None or call.body.strip() == b"null")
        return self.done(self.found(call)) if answer.status == 422 and is_other else answer


@fault("OMN-BODY-02", entails=BROKEN)
class ArrayBodyAnswers400(Linking):
    """A body that is an array is answered 400."""

    def body(self, call: Call) -> None:
        if isinstance(self.decode(call.body), list):
            raise Refused(400)
        super().body(call)


@fault("OMN-BODY-03", entails=("OMN-ERR-01", "OMN-ERR-02", "OMN-ERR-05", "OMN-TYPE-01", "OMN-TYPE-02", "OMN-TYPE-03",
       "OMN-TYPE-04", "OMN-ID-01", "OMN-ID-02", "OMN-ID-03", "OMN-ID-04", "OMN-ID-05", "OMN-ID-06",
       "OMN-BODY-02"))  # fmt: skip
class BrokenBodiesAnswer400(Linking):
    """Whatever is wrong with the body, the answer is 400."""

    def refusal(self, call: Call, refused: Refused) -> Answer:
        answer = super().refusal(call, refused)
        return Answer(400, answer.content) if answer.status == 422 else answer


@fault("OMN-EFFECT-01")
class LinkRefusedAndMade(LinkAction):
    """A link that is answered 422 is made all the same."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        kind, text = self.target(call)
        if answer.status == 422 and kind in self.types:
            self.add(self.found(call), (kind, text))
        return answer


@fault("OMN-EFFECT-01", entails=("OMN-EFFECT-02",))
class UnlinkRefusedAndDone(UnlinkAction):
    """An unlink that is answered 422 takes every link of the appointment away."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        if answer.status == 422:
            self.found(call).links.clear()
        return answer


def _breaking(name: str, breaks: tuple[str, ...], what: str, odd: Callable[[object], bool]) -> Mutation:
    class Breaking(Linking):
        def body(self, call: Call) -> None:
            if any(odd(value) for value in self.fields(call).values()):
                raise Refused(500)
            super().body(call)

    Breaking.__doc__ = f"{what} in the body is answered 500."
    refusals = ("OMN-ID-03", "OMN-ID-04", "OMN-ID-05", "OMN-ID-06", "OMN-TYPE-03")
    return fault("OMN-ERR-04", *breaks, entails=(*BROKEN, *refusals), name=f"{name}-answers-500")(Breaking)


BREAKDOWNS = (
    _breaking("nul", (), "A NUL", lambda value: isinstance(value, str) and "\0" in value),
    _breaking("non-ascii", (), "A letter or digit beyond ASCII",
        lambda value: isinstance(value, str) and not value.isascii()),
    _breaking("huge-integer", (), "A number beyond 64 bits",
        lambda value: isinstance(value, str) and re.fullmatch(r"-?[0-9]{20,}", value) is not None),
    _breaking("very-long-text", (), "A text of more than 255 letters",
        lambda value: isinstance(value, str) and len(value) > 255),
    _breaking("array", ("OMN-ID-02",), "An array", lambda value: isinstance(value, list)),
    _breaking("object", ("OMN-ID-02",), "An object", lambda value: isinstance(value, dict)),
    _breaking("unknown-type", ("OMN-TYPE-01",), "An unknown alias",
        lambda value: isinstance(value, str) and value.isalpha() and value.lower() not in Linking.types),
)  # fmt: skip


@fault("OMN-ERR-04", "OMN-BODY-01")
class MalformedJsonAnswers500(Linking):
    """Content that is no JSON text is answered 500."""

    def body(self, call: Call) -> None:
        if call.body.strip() not in {b"", b"null"} and self.decode(call.body) is None:
            raise Refused(500)
        super().body(call)


@fault("OMN-ERR-04", "OMN-BODY-02", entails=BROKEN)
class NonObjectBodyAnswers500(Linking):
    """A body that is an array or a scalar is answered 500."""

    def body(self, call: Call) -> None:
        if not isinstance(self.decode(call.body), dict | NoneType):
            raise Refused(500)
        super().body(call)
