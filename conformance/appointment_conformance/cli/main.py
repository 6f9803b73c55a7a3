"""The entry point of the command line: every command, in the order of the help."""

from __future__ import annotations

import click

from appointment_conformance import __version__

from .command_group import CommandGroup
from .commands.apis import apis
from .commands.cleanup import cleanup
from .commands.contract import contract
from .commands.deviations import deviations
from .commands.doctor import doctor
from .commands.explain import explain
from .commands.faults import faults
from .commands.init import init
from .commands.merge import merge
from .commands.plan import plan
from .commands.requirements import requirements
from .commands.run import run
from .commands.selftest import selftest
from .commands.targets import targets


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="appointment-conformance")
def main() -> None:
    """Say which requirements of a vendor's appointment API hold, which do not, and which could not be judged."""


for _command in (
    *(run, merge, plan, doctor, cleanup, deviations),
    *(init, targets, contract),
    *(apis, requirements, explain, faults, selftest),
):
    main.add_command(_command)

if __name__ == "__main__":
    main()
