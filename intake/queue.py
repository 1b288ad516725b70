"""How a claimed job reaches the thread that runs it: the only place in intake that knows dramatiq.

A message carries a claim, which is ids only. It may be lost, doubled or late without harm, because
the job table says what has to happen and the claim's fence decides whose result counts.
Here the broker lives inside one process: whoever claims also runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple

from dramatiq import Actor, Broker, Message
from dramatiq.brokers.stub import StubBroker

from intake.jobs import Claim

ACTOR = "run_claim"


def embedded_broker() -> Broker:
    """A broker inside this process. Retries and time limits are the job table's, not dramatiq's."""
    return StubBroker(middleware=[])


def subscribe(broker: Broker, lane: str, run: Callable[[Claim], None]) -> None:
    """Call ``run`` with each claim announced on ``lane``."""

    def run_claim(*fields: object) -> None:
        run(Claim(*fields))  # type: ignore[arg-type]

    Actor(
        run_claim,
        broker=broker,
        actor_name=f"{ACTOR}_{lane}",
        queue_name=lane,
        priority=0,
        options={},
    )


def announce(broker: Broker, lane: str, given: Claim) -> None:
    """Hand a claim to whoever subscribed to ``lane``."""
    message: Message[None] = Message(
        queue_name=lane, actor_name=f"{ACTOR}_{lane}", args=astuple(given), kwargs={}, options={}
    )
    broker.enqueue(message)
