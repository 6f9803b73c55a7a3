"""The command `init`: describe a target, write a targets file with it, and check the target."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from appointment_conformance.cli.configuration import exit_2_on_errors, load_usable_apis
from appointment_conformance.cli.options import env_file_option
from appointment_conformance.output import complain, say

if TYPE_CHECKING:
    from appointment_conformance.cli.new_target import GivenOptions, Question
    from appointment_conformance.targets import Target
    from appointment_conformance.targets.draft import TargetDraft


@click.command(short_help="Write a targets file for a new target, and check the target.")
@click.option("--api", metavar="NAME", help="The API that the target claims to follow; the command `apis` lists them.")
@click.option("--name", help="Name of the target.  [default: the API's name and -staging]")
@click.option("--base-url", metavar="URL", help="Where the API is served.")
@click.option("--token-variable", metavar="VAR", help="Environment variable with the token.  [default: from the name]")
@click.option("--forbidden-token-variable", metavar="VAR", help="The one with a token without the permission.")
@click.option("--expired-token-variable", metavar="VAR", help="The one with an expired token.")
@click.option("--second-token-variable", metavar="VAR", help="The one with another valid token.")
@click.option("--fixture", multiple=True, metavar="KEY=VALUE", help="A key of `fixtures`; a list as VALUE,VALUE.")
@click.option("--provision", metavar="YAML", help="The value of `provision`; fixtures are then optional.")
@click.option(
    "--set", "setting", multiple=True, metavar="KEY=YAML", help="Any other key, such as `headers` or `oauth2`."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("targets.yaml"),
    show_default=True,
    help="The file to write; it must not exist.",
)
@env_file_option
@click.option("--no-probe", is_flag=True, help="Send nothing to the target.")
@click.option("--yes", is_flag=True, help="Ask nothing: use the options and the defaults.")
def init(*, output: Path, env_file: Path | None, no_probe: bool, yes: bool, **options: Any) -> None:
    """Write a targets file for a new target, check the target, and say which requirements still lack something.

    On a terminal it asks for everything that no option says. Every secret is written as a variable. The requests are
    those of `doctor`, which cannot change anything.

    Exit: 0 written, 2 usage or configuration (nothing is written), 3 written, but the target cannot be tested.
    """
    with exit_2_on_errors():
        from appointment_conformance.cli.target_writer import checked, refuse_existing, write_targets
        from appointment_conformance.targets.env_file import read_env_file

        refuse_existing(output)
        environ = {**(read_env_file(env_file) if env_file else {}), **os.environ}
        draft = _described(_given(options), asks=not yes and sys.stdin is not None and sys.stdin.isatty())
        target = checked(draft, output, environ)
        for sentence in write_targets(draft, output):
            say(sentence)
    unset = [variable for variable in draft.variables.values() if not environ.get(variable)]
    if unset and not no_probe:
        complain(f"{', '.join(unset)}: not set, so nothing was sent; set it, and run `appointment-conformance doctor`")
    is_testable = no_probe or bool(unset) or _is_testable(target)
    _show_gaps(target)
    say(f"next: {_next_command('run' if is_testable else 'doctor', draft.name, output, env_file)}")
    sys.exit(0 if is_testable else 3)


def _next_command(command: str, name: str, output: Path, env_file: Path | None) -> str:
    variables = ["--env-file", str(env_file)] if env_file else []
    return shlex.join(["appointment-conformance", command, name, "--targets", str(output), *variables])


def _given(options: Mapping[str, Any]) -> GivenOptions:
    from appointment_conformance.cli.new_target import GivenOptions, fixtures_given, settings_given

    variables = {key.removesuffix("_variable"): value for key, value in options.items() if key.endswith("_variable")}
    return GivenOptions(
        **{key: options[key] for key in ("api", "name", "base_url", "provision")},
        variables={key: value for key, value in variables.items() if value is not None},
        fixtures=fixtures_given(options["fixture"]),
        settings=settings_given(options["setting"]),
    )


def _described(given: GivenOptions, *, asks: bool) -> TargetDraft:
    from appointment_conformance.cli.new_target import default_answer, describe, missing_options
    from appointment_conformance.errors import ConfigurationError

    apis = load_usable_apis()
    if not asks and (missing := missing_options(given, apis)):
        raise ConfigurationError(f"add {', '.join(missing)}: without a terminal, or with --yes, nothing is asked.")
    return describe(given, apis, _ask if asks else default_answer)


def _ask(question: Question) -> Any:
    """Return the value of the answer of a person, who is asked again if it cannot be used."""
    from appointment_conformance.errors import ConfigurationError

    def read(answer: str) -> Any:
        try:
            return question.read(answer)
        except ConfigurationError as error:
            raise click.UsageError(str(error)) from error

    say(fill(question.about, min(get_terminal_size().columns, 100)))
    choices = f" ({', '.join(question.choices)})" if question.choices else ""
    shows = bool(question.default)
    return click.prompt(f"  {question.key}{choices}", default=question.default, show_default=shows, value_proc=read)


def _is_testable(target: Target) -> bool:
    from appointment_conformance.cli.doctor import diagnose, finding_line
    from appointment_conformance.traffic.redaction import track
    from appointment_conformance.traffic.secrets import secrets_of

    track(secrets_of(target))
    grades = set()
    for finding in diagnose(target):
        say(finding_line(target.name, finding))
        grades.add(finding.grade)
    return "fail" not in grades


def _show_gaps(target: Target) -> None:
    """Show the requirements that a run leaves untested, and what to add; an API without a reference API has none."""
    from appointment_conformance.api import load_apis
    from appointment_conformance.cli.cost_plan import forecast, gap_lines

    if load_apis()[target.api].reference is None:
        return
    lines = list(gap_lines(forecast(target)))
    say("a run judges every requirement" if not lines else "a run leaves these requirements untested:")
    for line in lines:
        say(line)
