"""Processor seconds: what work costs on a machine that may be busy with something else."""

from __future__ import annotations

import resource
from collections.abc import Callable
from typing import Any


def used() -> float:
    """Processor seconds of this process and of the programs it ran to their end."""
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


def best(work: Callable[[], Any], runs: int = 5) -> float:
    """The least processor seconds that ``work`` takes."""
    times = []
    for _ in range(runs):
        start = used()
        work()
        times.append(used() - start)
    return min(times)
