"""Stands in for ``workers.child``: does what the task asks for, good or bad."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from multiprocessing.connection import Connection


def main() -> None:
    connection = Connection(int(sys.argv[1]))
    while True:
        try:
            task = json.loads(connection.recv_bytes())
        except EOFError:
            return
        do = task["do"]
        connection.send_bytes(json.dumps({"pid": os.getpid()}).encode())
        if do == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif do == "hang":
            time.sleep(600)
        elif do == "slowly":
            for _ in range(4):
                time.sleep(0.4)
                connection.send_bytes(b'{"still": "here"}')
        ends = {
            "refuse": {"end": "unreadable", "code": "blank", "reason": "Scan it again."},
            "fail": {"end": "failed", "error": "ValueError", "places": "  File x", "outage": False},
        }
        connection.send_bytes(json.dumps(ends.get(do, {"end": "done"})).encode())


if __name__ == "__main__":
    main()
