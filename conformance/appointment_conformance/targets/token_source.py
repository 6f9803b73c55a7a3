"""Where a token comes from that is not in the targets file: a command, or a token endpoint of OAuth 2.0 (RFC 6749)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

Grant = Literal["client_credentials", "password", "refresh_token"]
ClientAuthentication = Literal["basic", "body"]
#: Key of a target that is short for `token: {...}` -> the key in that mapping.
SHORT_FORMS: Final = {"token_command": "command", "oauth2": "oauth2"}


@dataclass(frozen=True, slots=True)
class TokenCommand:
    """A program that prints a token as the first line of its output; it is run without a shell."""

    #: The place in a target, such as `token_command` or `forbidden_token.command`.
    key: str
    #: The program and its arguments, which may include secrets.
    arguments: tuple[str, ...] = field(repr=False)
    #: The folder that it runs in.
    folder: Path = Path()

    def __str__(self) -> str:
        """Return the program, without its arguments."""
        return f"the command {self.program}"

    @property
    def program(self) -> str:
        """The program, without its arguments, also if all of them were written as one text by mistake."""
        return next(iter(self.arguments[0].split()), self.arguments[0])

    def secrets(self) -> dict[str, str]:
        """Return no secrets: which of the arguments are secret is not known."""
        return {}

    @property
    def lasting_secret(self) -> str:
        """Text that is the same for every token of this source."""
        return json.dumps(self.arguments)


@dataclass(frozen=True, slots=True)
class OAuth2:
    """A token endpoint (RFC 6749, section 3.2), and the grant that it is asked for."""

    #: The place in a target, such as `oauth2` or `forbidden_token.oauth2`.
    key: str
    #: It may have a query with a secret, so messages show it as `str` does.
    token_url: str = field(repr=False)
    client_id: str
    grant: Grant
    client_secret: str = field(default="", repr=False)
    #: Whether the credentials of the client are sent in the header or in the body (RFC 6749, section 2.3.1).
    client_authentication: ClientAuthentication = "basic"
    username: str = ""
    password: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    scope: str = ""

    def __str__(self) -> str:
        """Return the address of the endpoint, without its query."""
        return self.token_url.partition("?")[0]

    def secrets(self) -> dict[str, str]:
        """Return placeholder name -> secret value."""
        return {
            "CLIENT_SECRET": self.client_secret,
            "OAUTH2_PASSWORD": self.password,
            "REFRESH_TOKEN": self.refresh_token,
        }

    @property
    def lasting_secret(self) -> str:
        """Text that is the same for every token of this source."""
        return json.dumps([self.client_id, self.client_secret, self.password, self.refresh_token])


TokenSource = TokenCommand | OAuth2


def sources_in(entry: Mapping[str, Any], keys: Iterable[str]) -> dict[str, TokenSource]:
    """Return the token sources of a target that has passed the schema, by the keys that hold a token."""
    given = {key: _source(key, entry[key]) for key in keys if isinstance(entry.get(key), Mapping)}
    for key, name in SHORT_FORMS.items():
        if key in entry:
            given["token"] = _source("", {name: entry[key]})
    return given


def _source(written: str, value: Mapping[str, Any]) -> TokenSource:
    """Return the source in the mapping `value`; `written` is the key of that mapping, empty for a short form."""
    if "command" in value:
        return TokenCommand(f"{written}.command" if written else "token_command", tuple(value["command"]))
    return OAuth2(f"{written}.oauth2" if written else "oauth2", **value["oauth2"])
