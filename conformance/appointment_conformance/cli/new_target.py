"""Describe a new target for the command `init`: from options, and from the answers to questions about the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from appointment_conformance.api import NAME, Api, Apis
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets import TargetForm
from appointment_conformance.targets.address import normal_base_url
from appointment_conformance.targets.answers import FixtureKey, fixture_keys, read_fixture, read_value
from appointment_conformance.targets.complaint import suggestion
from appointment_conformance.targets.draft import TargetDraft, variable_for
from appointment_conformance.targets.target import TOKENS
from appointment_conformance.targets.token_form import FormError
from appointment_specs import targets_schema

#: By convention a variable has no small letters, and most tokens have some: no token is taken for a variable.
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*", re.ASCII)
#: The keys that `--set` does not accept -> the option for each.
OWN_OPTIONS: Final = {"api": "--api", "base_url": "--base-url", "fixtures": "--fixture", "provision": "--provision"}
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Question:
    """Something that no option says."""

    #: What is asked for, and the key of the targets file that it is about.
    about: str
    key: str
    #: The answer that is used if none is given; None if there must be one.
    default: str | None
    #: Returns the value of an answer, or raises ConfigurationError.
    read: Callable[[str], Any]
    choices: tuple[str, ...] = ()


#: Returns the value of the answer to a question.
Ask = Callable[[Question], Any]


@dataclass(frozen=True, slots=True)
class GivenOptions:
    """What the options of the command say about the target; None or empty if they do not say it."""

    api: str | None = None
    name: str | None = None
    base_url: str | None = None
    #: Key of a token -> the environment variable that holds it.
    variables: Mapping[str, str] = field(default_factory=dict)
    #: Key in `fixtures` -> its value as text.
    fixtures: Mapping[str, str] = field(default_factory=dict)
    provision: str | None = None
    #: Another key of the target -> its value.
    settings: Mapping[str, Any] = field(default_factory=dict)


def fixtures_given(options: tuple[str, ...]) -> Mapping[str, str]:
    """Return the values of `--fixture KEY=VALUE` by key. Raises ConfigurationError for one without `=`."""
    return _by_key("--fixture", options, "write KEY=VALUE, or KEY=VALUE,VALUE for a list.")


def settings_given(options: tuple[str, ...]) -> Mapping[str, Any]:
    """Return the values of `--set KEY=YAML` by key. Raises ConfigurationError for one that cannot be used.

    A key that has an option of its own is refused, and so is a token as text, which would be written into the file.
    """
    settings = {
        key: read_value(value, f"--set {key}") for key, value in _by_key("--set", options, "write KEY=YAML.").items()
    }
    for key, value in settings.items():
        if key in OWN_OPTIONS:
            raise ConfigurationError(f"--set {key}: use {OWN_OPTIONS[key]}.")
        if key in TOKENS and not isinstance(value, Mapping):
            raise ConfigurationError(f"--set {key}: use {_token_option(key)}, or give a mapping with its source.")
    return settings


def _by_key(option: str, given: tuple[str, ...], remedy: str) -> dict[str, str]:
    for text in given:
        if "=" not in text:
            raise ConfigurationError(f"{option} {text}: {remedy}")
    return {key.strip(): value for key, _, value in (text.partition("=") for text in given)}


def default_answer(question: Question) -> Any:
    """Return the value of a question's default, for a command that cannot ask."""
    return question.read(question.default or "")


def missing_options(given: GivenOptions, apis: Apis) -> tuple[str, ...]:
    """Return the options without which a target cannot be described if nothing can be asked."""
    missing = [option for option, value in (("--api", given.api), ("--base-url", given.base_url)) if not value]
    if given.api and given.provision is None:
        keys = fixture_keys(_api(given.api, apis).form)
        missing += [f"--fixture {key.name}=..." for key in keys if key.is_required and key.name not in given.fixtures]
    return tuple(missing)


def describe(given: GivenOptions, apis: Apis, ask: Ask) -> TargetDraft:
    """Return the target that the options and the answers describe. Raises ConfigurationError for a wrong option."""
    about = "Which contract the target claims to follow."
    read_api = _reader("--api", lambda name: _api(name, apis))
    api: Api = _settled(given.api, Question(about, "api", None, read_api, tuple(apis)), ask)
    _refuse_unknown_fixtures(given, api.form)
    keys = targets_schema({api.name: api.form.keys})["$defs"]["target"]["properties"]
    url = Question(keys["base_url"]["description"], "base_url", None, _reader("--base-url", _base_url))
    base_url = _settled(given.base_url, url, ask)
    about = "A name for the target, on the command line and as the name of its folder of reports."
    named = Question(about, "name", f"{api.name}-staging", _reader("--name", _name))
    name = _settled(given.name, named, ask)
    for key in _sourced(given.settings) & given.variables.keys():
        raise ConfigurationError(f"{_token_option(key)}: --set says where the token is from; give one of the two.")
    variables = {
        key: _settled(given.variables.get(key), _token_question(name, key, keys), ask)
        for key in TOKENS
        if key not in _sourced(given.settings)
    }
    provision = _settled(given.provision, _provision_question(keys), ask)
    return TargetDraft(
        name=name,
        form=api.form,
        base_url=base_url,
        variables={key: variable for key, variable in variables.items() if variable},
        fixtures=dict(_fixtures(given, api.form, ask, provides=bool(provision))),
        provision=provision,
        settings=given.settings,
    )


def _sourced(settings: Mapping[str, Any]) -> set[str]:
    """Return the keys of the tokens that have a source, so that no variable holds them."""
    return {"token" if key in ("token_command", "oauth2") else key for key in settings}


def _settled(given: str | None, question: Question, ask: Ask) -> Any:
    return ask(question) if given is None else question.read(given)


def _reader(option: str, read: Callable[[str], Value]) -> Callable[[str], Value]:
    """Return `read` with its errors as sentences that begin with the name of an option."""

    def reading(answer: str) -> Value:
        try:
            return read(answer.strip())
        except FormError as error:
            raise ConfigurationError(f"{option} {error}.") from error

    return reading


def _api(name: str, apis: Apis) -> Api:
    if name in apis.broken:
        raise ConfigurationError(apis.broken[name])
    if name not in apis:
        raise ConfigurationError(f"there is no API `{name}`{suggestion(name, apis)}")
    return apis[name]


def _base_url(answer: str) -> str:
    normal_base_url(answer)
    return answer


def _name(answer: str) -> str:
    if not NAME.fullmatch(answer):
        raise FormError("must be letters, digits, `.`, `_` and `-`, with a letter or a digit first")
    return answer


def _token_question(name: str, key: str, keys: Mapping[str, Any]) -> Question:
    """Return the question for the variable of a token; only the first token must be there."""
    is_needed = key == "token"

    def read(answer: str) -> str:
        if answer and not _VARIABLE.fullmatch(answer):
            raise FormError("is not the name of a variable (capital letters, digits, `_`); never give the token itself")
        return answer

    about = f"{keys[key].get('description', '')} The name of the environment variable with it"
    default = variable_for(name, key) if is_needed else ""
    end = "." if is_needed else "; empty for none."
    return Question(f"{about}{end}", key, default, _reader(_token_option(key), read))


def _token_option(key: str) -> str:
    return f"--{key.replace('_', '-')}-variable"


def _provision_question(keys: Mapping[str, Any]) -> Question:
    def read(answer: str) -> Any:
        return read_value(answer, "--provision") if answer else None

    about = f"{keys['provision']['description']} `true`, or a mapping of its keys; empty for no."
    return Question(about, "provision", "", read)


def _fixtures(given: GivenOptions, form: TargetForm, ask: Ask, *, provides: bool) -> Iterator[tuple[str, Any]]:
    """Yield the keys of `fixtures` with their values; `provides` says whether the run makes its own fixtures."""
    for key in fixture_keys(form):
        question = _fixture_question(form, key, is_needed=key.is_required and not provides)
        value = _settled(given.fixtures.get(key.name), question, ask)
        if value is not None:
            yield key.name, value


def _fixture_question(form: TargetForm, key: FixtureKey, *, is_needed: bool) -> Question:
    def read(answer: str) -> Any:
        return read_fixture(form, key, answer) if answer or is_needed else None

    how = " Several with commas between them" if key.is_list else ""
    end = "" if is_needed else "; empty for none" if how else " Empty for none"
    about = f"{key.description}{how}{end}{'.' if how or end else ''}"
    return Question(about, f"fixtures.{key.name}", None if is_needed else "", read)


def _refuse_unknown_fixtures(given: GivenOptions, form: TargetForm) -> None:
    known = [key.name for key in fixture_keys(form)]
    for name in given.fixtures:
        if name not in known:
            raise ConfigurationError(f"--fixture {name}: {form.api} has no such fixtures{suggestion(name, known)}")
