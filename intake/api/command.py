"""``postroom keys``: make, list and revoke the keys of machines."""

from __future__ import annotations

from typing import cast, get_args

import click

from intake.api import keys as machines
from intake.api.keys import BadKey, Scope
from intake.commands import opened
from intake.model import NotFound


@click.group()
def keys() -> None:
    """Keys of machines that call the API."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(get_args(Scope)),
    help="What the key may do: hand in scans, or pull and acknowledge applications.",
)  # fmt: skip
def new(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key for the machine NAME and print it once."""
    with opened() as services:
        try:
            key = machines.new(services, name, cast(tuple[Scope, ...], scopes))
        except BadKey as error:
            raise click.ClickException(str(error)) from None
    click.echo(key)


@keys.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Refuse the key of NAME from now on."""
    with opened() as services:
        try:
            machines.revoke(services, name)
        except NotFound as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"The key of {name} is refused from now on.")


@keys.command("list")
def list_keys() -> None:
    """List keys by name, with what they may do."""
    with opened() as services:
        for line in machines.every(services):
            revoked = f", revoked {line.revoked_at:%Y-%m-%d}" if line.revoked_at else ""
            click.echo(
                f"{line.name} ({', '.join(line.scopes)}), made {line.created_at:%Y-%m-%d}{revoked}"
            )
