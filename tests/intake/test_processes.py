"""A process that is to die with its parent does, even when that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

PARENT = """
import os, subprocess, sys
from functools import partial
from intake.processes import die_with
child = subprocess.Popen(
    [sys.executable, "-c", "import time; time.sleep(600)"],
    preexec_fn=partial(die_with, os.getpid()),
)
print(child.pid, flush=True)
child.wait()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_child_ends_with_its_parent(number: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": "."},
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.send_signal(number)
    latest = time.monotonic() + 10
    while _runs(child):
        assert time.monotonic() < latest
        time.sleep(0.05)


def test_a_child_whose_parent_is_already_gone_ends_at_once() -> None:
    orphan = "from intake.processes import die_with; die_with(1_000_000_000); print('alive')"
    ended = subprocess.run(
        [sys.executable, "-c", orphan], capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (-signal.SIGKILL, b"")


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
