"""Gets the programs tests need that are no Python packages, and says what could not be had.

As root or with sudo (without a password) missing Debian packages are installed. Otherwise the
missing ones are named and their tests are skipped; with ``CI=true`` a missing one is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

# program: the Debian package that has it, and which tests use it
NEEDED = {"chromium": ("chromium", "the browser journeys in tests/journeys")}


def main() -> int:
    missing = {name: told for name, told in NEEDED.items() if not shutil.which(name)}
    if missing and shutil.which("apt-get"):
        _install([package for package, _ in missing.values()])
        missing = {name: told for name, told in NEEDED.items() if not shutil.which(name)}
    for name, (package, tests) in missing.items():
        print(
            f"{name} is missing, so {tests} cannot run. "
            f"Install it with: sudo apt-get install {package}",
            file=sys.stderr,
        )
    return 1 if missing and os.environ.get("CI") == "true" else 0


def _install(packages: list[str]) -> None:
    if os.geteuid() == 0:
        rights = []
    elif (
        shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], check=False).returncode == 0
    ):
        rights = ["sudo", "-n"]
    else:
        return
    print(f"Installing {', '.join(packages)} with apt-get for the tests.", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    for command in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        subprocess.run(
            [*rights, "apt-get", *command],
            check=False,
            env=quiet,
            stdout=subprocess.DEVNULL,
            timeout=900,
        )


if __name__ == "__main__":
    sys.exit(main())
