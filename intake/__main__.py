"""The ``postroom`` command. Its parts are found by name, and loaded only when used."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

COMMANDS = {
    "up": "intake.up:up",
    "read": "extractors.command:read_command",
    "receive": "intake.commands:receive",
    "status": "intake.commands:status",
    "retry": "intake.commands:retry",
    "reread": "intake.commands:reread",
    "audit": "intake.commands:check_trails",
    "people": "intake.commands:people",
    "keys": "intake.api.command:keys",
    "sheet": "extractors.forms.sheet_command:sheet",
    "forms": "extractors.forms.command:forms",
}
"""Each subcommand with the dotted name of its click command."""


class ByName(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=ByName)
@click.version_option(package_name="postroom")
def postroom() -> None:
    """Turn post into structured applications, with people kept in the loop."""


def main() -> None:
    from extractors.formpack import BadFormPack
    from intake.settings import CannotStart

    os.umask(0o077)  # what people wrote is for this account only
    try:
        postroom()
    except (CannotStart, BadFormPack) as error:
        click.echo(f"Postroom cannot start: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        told = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        advice = "Check that the place is there, has room, and that this account may write to it."
        click.echo(f"Postroom cannot go on: {told}. {advice}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
