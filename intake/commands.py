"""The small subcommands of ``postroom``: receive, status, retry, reread, audit, people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast, get_args

import click

from intake import arrival, audit, jobs, overview, rights, settings
from intake import people as accounts
from intake.model import NotFound, Person, Refused, Role
from intake.services import Services, open_services

ACTOR = "operator:command"


@contextmanager
def opened() -> Iterator[Services]:
    services = open_services(settings.load())
    try:
        yield services
    finally:
        services.close()


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--channel", type=click.Choice(["post", "counter"]), default="post")
@click.option("--station", default="command", help="Where the paper was scanned.")
def receive(files: tuple[Path, ...], channel: str, station: str) -> None:
    """Take in FILES and print a receipt for each."""
    refused = False
    with opened() as services:
        for file in files:
            name = click.format_filename(file)
            given = arrival.Arrival(
                "counter" if channel == "counter" else "post", station, file.name, actor=ACTOR
            )
            try:
                receipt = arrival.receive(services, file, given)
            except Refused as error:
                refused = True
                click.echo(f"{name}: {error.message} ({error.code})", err=True)
            except OSError as error:
                refused = True
                click.echo(f"{name}: cannot be read: {error.strerror}", err=True)
            else:
                again = ", received before" if receipt.repeated else ""
                click.echo(f"{name}: receipt {receipt.scan_id}{again}")
    if refused:
        raise SystemExit(2)


@click.command()
def status() -> None:
    """Show how far the post in hand is, and what is stuck."""
    with opened() as services:
        now = overview.progress(services)
        stuck = overview.stuck(services)
        trying_again = jobs.trying_again(services)
    click.echo(f"scans received        {now.scans}, of which {now.scans_waiting} not yet split")
    click.echo(f"pages read            {now.pages_read} of {now.pages}")
    click.echo(f"waiting for a person  {now.for_people}")
    click.echo(f"delivered             {now.delivered}")
    click.echo(f"quarantined           {now.quarantined}")
    click.echo(f"stuck                 {now.stuck}")
    for job in stuck:
        click.echo(f"  job {job.job_id}: {job.step} {job.subject}: {job.error}")
    if stuck:
        click.echo("When the cause is gone: postroom retry JOB, or postroom retry --all")
    for step, error, number in trying_again:
        click.echo(f"  {number} to try again: {step}: {error}")


@click.command()
@click.argument("job", type=int, required=False)
@click.option("--all", "every", is_flag=True, help="Every stuck job.")
@click.option("--step", type=click.Choice(get_args(jobs.Step)), help="With --all: of this step.")
def retry(job: int | None, every: bool, step: jobs.Step | None) -> None:
    """Let the stuck JOB try again, or all that are stuck."""
    if every == (job is not None):
        raise click.UsageError("Give the number of one job, or --all. See: postroom status")
    with opened() as services:
        if job is None:
            click.echo(f"Tried again: {jobs.retry_all(services, ACTOR, step)} jobs.")
            return
        if not jobs.retry(services, job, ACTOR):
            raise click.ClickException(f"Job {job} is not stuck. See: postroom status")
    click.echo(f"Job {job} will be tried again.")


@click.command()
@click.argument("receipt")
def reread(receipt: str) -> None:
    """Read the quarantined scan with this RECEIPT again, after a limit was raised."""
    with opened() as services:
        try:
            begun = jobs.reread(services, receipt, ACTOR)
        except NotFound as error:
            raise click.ClickException(str(error)) from None
    if not begun:
        raise click.ClickException(f"Scan {receipt} is not quarantined. See: postroom status")
    click.echo(f"Scan {receipt} will be read again.")


@click.command("audit")
def check_trails() -> None:
    """Check that no event of the audit trail was changed or removed from between others."""
    with opened() as services, services.database.reading() as connection:
        found = list(audit.broken(connection))
    spoilt = [(subject, n) for subject, n in found if n is not None]
    for subject, n in spoilt:
        click.echo(f"{subject}: changed or incomplete from event {n}")
    if spoilt:
        raise SystemExit(1)
    click.echo("1 trail is whole." if len(found) == 1 else f"{len(found)} trails are whole.")


@click.group()
def people() -> None:
    """Accounts of people."""


@people.command()
@click.argument("name")
@click.argument("role", type=click.Choice(get_args(Role)))
def add(name: str, role: str) -> None:
    """Make an account for NAME in ROLE, and print its password once."""
    with opened() as services:
        try:
            account = accounts.add(services, name, cast(Role, role))
        except accounts.BadAccount as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{account.person.name} ({role}): {account.password}")


@people.command()
@click.argument("name")
def password(name: str) -> None:
    """Give NAME a new password, and print it once."""
    with opened() as services:
        try:
            made = accounts.set_password(services, name)
        except NotFound as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{name}: {made}")


@people.command("close")
@click.argument("name")
def close_account(name: str) -> None:
    """Let nobody log in as NAME any more, and end its sessions."""
    with opened() as services:
        try:
            accounts.close(services, name)
        except NotFound as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{name} is closed. To open it again: postroom people password {name}")


@people.command("queues")
@click.argument("name")
@click.argument("queues", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All work queues, as for a new account.")
def set_queues(name: str, queues: tuple[str, ...], every: bool) -> None:
    """Give NAME applications of these work QUEUES only, or of all."""
    if every == bool(queues):
        raise click.UsageError("Give the names of work queues, or --all.")
    with opened() as services:
        try:
            person = rights.set_queues(services, name, queues, ACTOR)
        except (NotFound, rights.UnknownQueue) as error:
            raise click.ClickException(str(error)) from None
    click.echo(_told_of(person))


@people.command("clear")
@click.argument("name")
@click.option("--withdraw", is_flag=True, help="Not any more.")
def clear(name: str, withdraw: bool) -> None:
    """Let NAME see and check sensitive applications."""
    with opened() as services:
        try:
            person = rights.set_cleared(services, name, not withdraw, ACTOR)
        except NotFound as error:
            raise click.ClickException(str(error)) from None
    click.echo(_told_of(person))


@people.command("list")
def list_people() -> None:
    """List accounts with the work they are given."""
    with opened() as services:
        for person in accounts.everyone(services):
            click.echo(_told_of(person))


def _told_of(person: Person) -> str:
    parts = [f"{person.name} ({person.role})"]
    if person.closed:
        parts.append("closed")
    if person.queues:
        parts.append(f"work queues {' '.join(person.queues)}")
    if person.cleared:
        parts.append("cleared for sensitive applications")
    return ", ".join(parts)
