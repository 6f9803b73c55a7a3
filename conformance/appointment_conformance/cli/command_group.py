"""The group of all commands: it sets the exit codes of everything that is not a verdict."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import click

from appointment_conformance.output import complain, hurry, visible_consoles


class CommandGroup(click.Group):
    """Commands that never end with 1 by accident, because 1 is a verdict here.

    A signal that asks the process to end gives 130, a defect of the suite gives 5, and a console that cannot be written
    to changes nothing.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Read the arguments and run the command."""
        from appointment_conformance.signals import interrupt_on_signals  # noqa: PLC0415 - help does not need it

        # Libraries read this variable when they are imported, and would write the keys of encrypted connections there.
        os.environ.pop("SSLKEYLOGFILE", None)
        try:
            with visible_consoles():
                interrupt_on_signals()
                return super().main(*args, **kwargs)
        except KeyboardInterrupt:
            _exit_with(130)
        except SystemExit as end:
            _exit_with(end.code if isinstance(end.code, int) else int(bool(end.code)))

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the arguments. A signal gives 130 here, too, where click would give 1."""
        try:
            return super().make_context(*args, **kwargs)
        except KeyboardInterrupt:
            sys.exit(130)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except click.Abort:
            # A question was not answered. Click would end with 1.
            complain("")
            sys.exit(130)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - 1, the code of Python itself, is a verdict
            sys.exit(_code_after(error))


def _code_after(error: BaseException) -> int:
    """Return 130 for an interrupt. Any other unexpected error is a defect of the suite, not a verdict: show it."""
    from appointment_conformance.signals import is_interrupt  # noqa: PLC0415 - help does not need it
    from appointment_conformance.traffic.redaction import traceback_without_secrets  # noqa: PLC0415 - the same

    if is_interrupt(error):
        hurry()
        return 130
    complain(traceback_without_secrets(error).rstrip())
    return 5


def _exit_with(code: int) -> NoReturn:
    """End the process with `code`. With PYTHONINSPECT set, Python would go on after `sys.exit` and end with 1."""
    if sys.flags.inspect and os.environ.get("PYTHONINSPECT"):
        os._exit(code)
    sys.exit(code)
