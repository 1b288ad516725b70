"""Settings: read once, from the environment and one file; a bad one names its key."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from intake.bucket import BucketObjects, open_objects
from intake.objects import FolderObjects
from intake.settings import BadSetting, load


def test_everything_has_a_place_under_the_data_folder(tmp_path: Path) -> None:
    given = load({"POSTROOM_HOME": str(tmp_path)})
    assert given.database == f"sqlite:///{tmp_path}/postroom.db"
    assert (given.objects, given.inbox) == (tmp_path / "objects", tmp_path / "inbox")
    assert given.forms == (tmp_path / "forms",)
    assert (given.host, given.port, given.workers) == ("127.0.0.1", 8000, 2)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "postroom.toml").write_text('port = 9000\nworkers = 3\nforms = ["/f"]\n')
    given = load({"POSTROOM_HOME": str(tmp_path), "POSTROOM_PORT": "9001"})
    assert (given.port, given.workers, given.forms) == (9001, 3, (Path("/f"),))


def test_several_form_folders_come_as_a_path_list(tmp_path: Path) -> None:
    given = load({"POSTROOM_HOME": str(tmp_path), "POSTROOM_FORMS": "/a:/b"})
    assert given.forms == (Path("/a"), Path("/b"))
    assert given.form_folders[1:] == given.forms


def test_days_on_which_the_office_is_closed_come_from_either_place(tmp_path: Path) -> None:
    days = (date(2026, 12, 24), date(2027, 5, 14))
    told = {"POSTROOM_HOME": str(tmp_path), "POSTROOM_CLOSED_DAYS": "2026-12-24, 2027-05-14"}
    assert load(told).closed_days == days
    (tmp_path / "postroom.toml").write_text('closed_days = [2026-12-24, "2027-05-14"]\n')
    assert load({"POSTROOM_HOME": str(tmp_path)}).closed_days == days


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("POSTROOM_CLOSED_DAYS", "Christmas Eve"),
        ("POSTROOM_PORT", "99999"),
        ("POSTROOM_WORKERS", "many"),
        ("POSTROOM_NO_SUCH_KEY", "1"),
        ("POSTROOM_LEASE_MINUTES", "-1"),
        ("POSTROOM_TRUSTED_PROXIES", "everybody"),
    ],
)
def test_a_bad_variable_is_named(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(BadSetting, match=key):
        load({"POSTROOM_HOME": str(tmp_path), key: value})


def test_a_bad_key_in_the_file_is_named_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "postroom.toml").write_text("prot = 9000\n")
    with pytest.raises(BadSetting, match=r"postroom\.toml: prot"):
        load({"POSTROOM_HOME": str(tmp_path)})


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "postroom.toml").write_text("port 9000")
    with pytest.raises(BadSetting, match=r"postroom\.toml: not valid TOML"):
        load({"POSTROOM_HOME": str(tmp_path)})


def test_a_webhook_needs_its_secret(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="webhook_secret"):
        load({"POSTROOM_HOME": str(tmp_path), "POSTROOM_WEBHOOK_URL": "https://example.org"})


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    given = load({"POSTROOM_HOME": str(tmp_path), "POSTROOM_WEBHOOK_SECRET": secret})
    assert secret not in repr(given)


@pytest.mark.parametrize("secret", ["abc", "whsec_abc", "whsec_" + "!" * 44, "whsec_" + "A" * 31])
def test_a_webhook_secret_of_another_form_is_refused_without_showing_it(
    tmp_path: Path, secret: str
) -> None:
    with pytest.raises(BadSetting, match="whsec_ and 24 to 64 bytes") as raised:
        load({"POSTROOM_HOME": str(tmp_path), "POSTROOM_WEBHOOK_SECRET": secret})
    assert secret.removeprefix("whsec_") not in str(raised.value)


def test_two_webhook_secrets_may_be_set_while_the_receiver_changes_over(tmp_path: Path) -> None:
    secrets = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    given = load({"POSTROOM_HOME": str(tmp_path), "POSTROOM_WEBHOOK_SECRET": secrets})
    assert given.webhook_secret == secrets


def test_a_bucket_needs_to_know_where_and_who(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="s3_endpoint"):
        load({"POSTROOM_HOME": str(tmp_path), "POSTROOM_BUCKET": "originals"})


def test_objects_go_to_the_bucket_when_one_is_set(tmp_path: Path) -> None:
    given = load(
        {
            "POSTROOM_HOME": str(tmp_path),
            "POSTROOM_BUCKET": "originals",
            "POSTROOM_S3_ENDPOINT": "127.0.0.1:9",
            "POSTROOM_S3_ACCESS_KEY": "somebody",
            "POSTROOM_S3_SECRET_KEY": "not shown",
        }
    )
    assert isinstance(open_objects(given), BucketObjects)
    assert "not shown" not in repr(given)
    assert isinstance(open_objects(load({"POSTROOM_HOME": str(tmp_path)})), FolderObjects)
