"""One worker process: ``python -m workers.app``. ``postroom up`` starts several of them.

It claims jobs from the job table and runs them on its own threads through an embedded broker. It
stops on SIGTERM: what it was reading goes back into the table untried.
"""

from __future__ import annotations

import logging
import signal

from intake import settings as intake_settings
from intake.services import Services, open_services
from workers.claimer import Claimer, Lane

STOP_MILLISECONDS = 15_000
QUIET = ("dramatiq", "alembic", "httpx", "httpcore")
"""Libraries that say too much. That of the webhook tells its address, which may hold a password."""


def lanes() -> tuple[Lane, ...]:
    """Reading takes a processor, so one at a time; deliveries mostly wait for the receiver."""
    return Lane("pages", ("split", "read"), 1), Lane("deliveries", ("deliver",), 2)


def work(services: Services) -> None:
    """Run jobs until SIGTERM or SIGINT."""
    mine = lanes()
    claimer = Claimer(services, mine)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: claimer.stop.set())
    threads = [lane.worker() for lane in mine]
    for each in threads:
        each.start()
    claimer.run()
    for each in threads:
        each.stop(timeout=STOP_MILLISECONDS)
    claimer.kill_children()


def start_log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    for noisy in QUIET:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def main() -> None:
    start_log()
    services = open_services(intake_settings.load())
    try:
        work(services)
    finally:
        services.close()


if __name__ == "__main__":
    main()
