"""Conformant varieties that frameworks, validators and proxies in wide use bring at their defaults."""
# ruff: noqa: D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from starlette.responses import Response

from appointment_conformance.apis.omneo.reference.neighbours import AppointmentRead
from appointment_conformance.apis.omneo.reference.operations import Linking, UnlinkAction
from appointment_conformance.reference import shared_variants
from appointment_conformance.reference.mutation import shared_variant, variant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appointment_conformance.apis.omneo.reference.state import Record
    from appointment_conformance.reference.call import Answer, Call, Refused

READS = (shared_variant(shared_variants.ReadsAnswerAPage, AppointmentRead, of="link-"),)


@variant
class LinkReadsBreak(AppointmentRead):
    """A read of an appointment, which no page of the contract describes, breaks down."""

    async def respond(self, call: Call) -> Response:
        self.remember(call)
        return Response("Internal Server Error", 500, media_type="text/plain")


@variant
class ErrorsNameTheFirstFieldOnly(Linking):
    """A validator stops at the first field that is wrong."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        return dict(list(super().errors(fields).items())[:1])


@variant
class IdIsNamedUnderAWrongType(Linking):
    """Under a type that is wrong or missing, the id is named as well: which form applies is not known."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        errors = super().errors(fields)
        return {**errors, "id": ["The id must be a UUID or an integer."]} if "type" in errors else errors


@variant
class ErrorsListRightFieldsEmpty(Linking):
    """`errors` has both fields as keys, and no text under one that is right."""

    def error(self, call: Call, refused: Refused) -> Mapping[str, object]:
        document = super().error(call, refused)
        return document if refused.errors is None else {**document, "errors": {"type": [], "id": [], **refused.errors}}


class _NamesAlso(Linking):
    key: str

    def errors(self, fields: Record) -> dict[str, list[str]]:
        errors = super().errors(fields)
        return {**errors, self.key: ["The data is invalid."]} if errors else errors


@variant
class ErrorsNameTheBodyToo(_NamesAlso):
    """`errors` has a key `body` beside the wrong field."""

    key = "body"


@variant
class ErrorsNameNoFieldToo(_NamesAlso):
    """`errors` has a key `non_field_errors` beside the wrong field."""

    key = "non_field_errors"


@variant
class ErrorsNameTheSchemaToo(_NamesAlso):
    """`errors` has a key `_schema` beside the wrong field."""

    key = "_schema"


@variant
class ErrorsNameAnEmptyTextToo(_NamesAlso):
    """`errors` has the empty text as a key beside the wrong field."""

    key = ""


@variant
class ErrorsOfAnEmptyBodyNameNoField(Linking):
    """Of a body that has neither field, `errors` names none: it speaks of the body as a whole."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        errors = super().errors(fields)
        return errors if fields.keys() & {"type", "id"} else {"non_field_errors": ["No input was given."]}


@variant
class ErrorsQuoteTheMissingField(Linking):
    """A missing field has no place in the body: it is quoted in a text that stands at the root."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        errors = super().errors(fields)
        missing = [name for name in errors if name not in fields]
        named = {name: texts for name, texts in errors.items() if name not in missing}
        return {**named, "": [f"must have required property '{name}'" for name in missing]} if missing else named


@variant
class WrongTypeIsOfNoUnion(Linking):
    """A type that selects none of the forms is said of the whole body, its name in quotes."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        errors = super().errors(fields)
        return {"body": ["Input tag found using 'type' is none of 'profile', 'list'"]} if "type" in errors else errors


class _AnyDigits(Linking):
    kind: str

    def fields(self, call: Call) -> Record:
        fields = super().fields(call)
        value = fields.get("id")
        is_read = isinstance(value, str) and fields.get("type") == self.kind
        return {**fields, "id": _in_ascii(str(value))} if is_read else fields


def _in_ascii(text: str) -> str:
    return "".join(str(unicodedata.decimal(each, each)) for each in text)


@variant
class ListIdsInAnyDigits(_AnyDigits):
    """The id of a list is read as Python and Java read integers: in digits of any script."""

    kind = "list"


@variant
class ProfileIdsInAnyDigits(_AnyDigits):
    """The id of a profile is read as Python and Java read UUIDs: in digits of any script."""

    kind = "profile"


@variant
class ListIdsOfAnyLengthLinked(Linking):
    """The id of a list is any integer, kept as it was sent, of a list that is known or not."""

    def list_error(self, value: object) -> str | None:
        is_long = isinstance(value, str) and re.fullmatch(r"-?[0-9]{20,}", value)
        return None if is_long else super().list_error(value)

    def unknown(self) -> str | None:
        return None


@variant
class UnlinkDeclaresNoBytes(UnlinkAction):
    """The 204 of unlinking has a Content-Length of zero, which RFC 9110 forbids and servers in wide use add."""

    def headers(self, call: Call, answer: Answer) -> dict[str, str]:
        extra = {"Content-Length": "0"} if answer.status == 204 else {}
        return super().headers(call, answer) | extra
