"""What is opened once in each process."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from intake.services import Services, open_services
from intake.settings import load


def test_the_packs_are_known_by_code_and_edition(services: Services) -> None:
    assert services.packs["V890-S", "2026-11"].code == "V890-S"


def test_many_processes_that_start_at_once_share_one_secret_key(tmp_path: Path) -> None:
    settings = load({"POSTROOM_HOME": str(tmp_path / "var")})
    opened = [open_services(settings) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda each: each.session_key, opened))
    assert [len(key) for key in keys] == [32]
    path = settings.home / "session.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (
        sorted(each.name for each in settings.home.iterdir() if each.name.startswith("tmp")) == []
    )
    for each in opened:
        each.close()
