"""The moves of review, and what happens when two people or two windows want the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake import audit, review, waiting
from intake.model import (
    Application,
    BadValue,
    HeldBySomeoneElse,
    LeaseLost,
    NotForYou,
    Person,
    Status,
    TooLate,
    Unresolved,
    VersionConflict,
)
from intake.services import Services
from tests.intake.house import Clock, Read, failing, job_states, now, read_item
from tests.intake.returned import send_back

VRN, FAMILY = "vehicle.vrn", "applicant.name.family"


@pytest.fixture
def waits(services: Services) -> Application:
    return read_item(services)


def answer_all(services: Services, application: Application, person: Person) -> int:
    shown = review.take(services, application.id, person)
    return review.accept_as_read(services, application.id, person, shown.version)


def actions(services: Services, application: Application) -> list[str]:
    with services.database.reading() as connection:
        assert audit.first_broken(connection, application.id) is None
        return [event.action for event in audit.trail(connection, application.id)]


def test_the_queue_shows_what_waits_and_who_has_it(
    services: Services, waits: Application, ann: Person
) -> None:
    assert [each.holder for each in waiting.soonest(services, ann, limit=5)] == [None]
    review.take(services, waits.id, ann)
    (line,) = waiting.soonest(services, ann, limit=5)
    assert line.holder == "ann"
    assert line.application.doubtful == (VRN, FAMILY)


def test_get_next_gives_the_item_due_first_to_one_person_only(
    services: Services, clock: Clock, ann: Person, ben: Person
) -> None:
    old = read_item(services)
    clock.pass_by(days=1)
    new = read_item(services)
    assert review.take_next(services, ann) == old.id
    assert review.take_next(services, ben) == new.id
    assert review.take_next(services, Person("P9", "cat", "reviewer")) is None


def test_get_next_twice_gives_the_same_item(services: Services, clock: Clock, ann: Person) -> None:
    old, _ = read_item(services), read_item(services)
    assert review.take_next(services, ann) == old.id
    assert review.take_next(services, ann) == old.id


def test_an_item_on_a_desk_cannot_be_taken_until_the_lease_runs_out(
    services: Services, clock: Clock, waits: Application, ann: Person, ben: Person
) -> None:
    review.take(services, waits.id, ann)
    with pytest.raises(HeldBySomeoneElse, match="ann"):
        review.take(services, waits.id, ben)
    clock.pass_by(minutes=11)
    assert review.take(services, waits.id, ben).application.holder == ben.id


def test_activity_holds_the_item_longer(
    services: Services, clock: Clock, waits: Application, ann: Person, ben: Person
) -> None:
    review.take(services, waits.id, ann)
    clock.pass_by(minutes=9)
    until = review.heartbeat(services, waits.id, ann)
    clock.pass_by(minutes=9)
    assert until > clock()
    with pytest.raises(HeldBySomeoneElse):
        review.take(services, waits.id, ben)


def test_a_late_answer_counts_as_long_as_nobody_else_took_the_item(
    services: Services, clock: Clock, waits: Application, ann: Person
) -> None:
    review.take(services, waits.id, ann)
    clock.pass_by(hours=1)
    assert review.answer(services, waits.id, ann, 1, (VRN, "accepted", None)) == 2


def test_whoever_lost_the_item_cannot_write_and_saved_answers_stay(
    services: Services, clock: Clock, waits: Application, ann: Person, ben: Person
) -> None:
    review.take(services, waits.id, ann)
    version = review.answer(services, waits.id, ann, 1, (VRN, "accepted", None))
    clock.pass_by(minutes=11)
    shown = review.take(services, waits.id, ben)
    assert shown.answers[VRN].by == ann.id
    assert shown.unresolved == (FAMILY,)
    with pytest.raises(LeaseLost):
        review.answer(services, waits.id, ann, version, (FAMILY, "accepted", None))


def test_a_second_window_is_told_to_load_again(
    services: Services, waits: Application, ann: Person
) -> None:
    review.take(services, waits.id, ann)
    review.answer(services, waits.id, ann, 1, (VRN, "accepted", None))
    with pytest.raises(VersionConflict) as conflict:
        review.answer(services, waits.id, ann, 1, (FAMILY, "accepted", None))
    assert conflict.value.current == 2


def test_a_correction_is_brought_into_its_canonical_form(
    services: Services, waits: Application, ann: Person
) -> None:
    review.take(services, waits.id, ann)
    review.answer(services, waits.id, ann, 1, (VRN, "corrected", "ab12 cdf"))
    said = review.task(services, waits.id).answers[VRN]
    assert (said.value, said.state, said.by) == ("AB12CDF", "corrected", ann.id)


def test_a_correction_that_does_not_fit_its_kind_is_explained(
    services: Services, waits: Application, ann: Person
) -> None:
    review.take(services, waits.id, ann)
    with pytest.raises(BadValue, match=r"\w+"):
        review.answer(services, waits.id, ann, 1, ("vehicle.off_road_from", "corrected", "32/13"))
    assert review.task(services, waits.id).version == 1


def test_what_is_kept_as_written_is_not_checked(
    services: Services, waits: Application, ann: Person
) -> None:
    review.take(services, waits.id, ann)
    review.answer(services, waits.id, ann, 1, (VRN, "as_written", "see letter"))
    assert review.task(services, waits.id).answers[VRN].value == "see letter"


def test_a_field_the_form_has_not_is_refused(
    services: Services, waits: Application, ann: Person
) -> None:
    review.take(services, waits.id, ann)
    with pytest.raises(KeyError):
        review.answer(services, waits.id, ann, 1, ("no.such.field", "absent", None))


def test_a_field_on_a_missing_page_can_be_answered(services: Services, ann: Person) -> None:
    application = read_item(services, Read(doubtful=("declaration.date",)))
    review.take(services, application.id, ann)
    given = ("declaration.date", "accepted", None)
    version = review.answer(services, application.id, ann, 1, given)
    assert review.task(services, application.id).answers["declaration.date"].state == "absent"
    review.confirm(services, application.id, ann, version)


def test_the_latest_answer_counts_and_earlier_ones_stay_as_history(
    services: Services, waits: Application, ann: Person
) -> None:
    review.take(services, waits.id, ann)
    version = review.answer(services, waits.id, ann, 1, (VRN, "illegible", None))
    review.answer(services, waits.id, ann, version, (VRN, "corrected", "AB12CDF"))
    assert review.task(services, waits.id).answers[VRN].value == "AB12CDF"
    with services.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM answers").scalar_one()
    assert kept == 2


def test_accept_as_read_leaves_out_what_breaks_a_rule_or_was_not_read(
    services: Services, ann: Person
) -> None:
    read = Read(
        doubtful=(VRN, "vehicle.off_road_from", FAMILY),
        illegible=("vehicle.off_road_from",),
        checks=(failing("XX-01", FAMILY),),
    )
    application = read_item(services, read)
    shown = review.take(services, application.id, ann)
    assert review.acceptable(shown) == (VRN,)
    review.accept_as_read(services, application.id, ann, shown.version)
    left = review.task(services, application.id)
    assert left.unresolved == ("vehicle.off_road_from", FAMILY)
    assert actions(services, application) == ["taken", "accepted_as_read"]


def test_confirming_needs_an_answer_for_every_doubtful_field(
    services: Services, waits: Application, ann: Person
) -> None:
    review.take(services, waits.id, ann)
    with pytest.raises(Unresolved) as unresolved:
        review.confirm(services, waits.id, ann, 1)
    assert unresolved.value.fields == (VRN, FAMILY)


def test_confirming_makes_it_ready_with_its_delivery_and_its_trail_at_once(
    services: Services, waits: Application, ann: Person
) -> None:
    version = answer_all(services, waits, ann)
    review.confirm(services, waits.id, ann, version)
    after = now(services, waits)
    assert (after.status, after.decided_by, after.holder) == (Status.READY, ann.id, None)
    assert job_states(services, waits.id) == [("deliver", "waiting", 1)]
    assert actions(services, waits) == ["taken", "accepted_as_read", "confirmed"]


def test_a_double_click_on_confirm_is_one_approval(
    services: Services, waits: Application, ann: Person, ben: Person
) -> None:
    version = answer_all(services, waits, ann)
    review.confirm(services, waits.id, ann, version)
    review.confirm(services, waits.id, ann, version)
    assert actions(services, waits).count("confirmed") == 1
    with pytest.raises(LeaseLost):
        review.confirm(services, waits.id, ben, version)


def test_nothing_is_half_written_when_the_delivery_job_cannot_be_added(
    services: Services, waits: Application, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = answer_all(services, waits, ann)

    def broken(*_args: object, **_more: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(review.jobs, "add", broken)
    with pytest.raises(OSError, match="disk full"):
        review.confirm(services, waits.id, ann, version)
    assert now(services, waits).status == Status.IN_REVIEW
    assert "confirmed" not in actions(services, waits)


def test_returning_to_sender_keeps_the_reason(
    services: Services, waits: Application, ann: Person
) -> None:
    review.take(services, waits.id, ann)
    send_back(services, waits.id, ann, 1, "MISSING_SIGNATURE")
    send_back(services, waits.id, ann, 1, "MISSING_SIGNATURE")
    after = now(services, waits)
    assert (after.status, after.code) == (Status.RETURNED, "MISSING_SIGNATURE")
    assert job_states(services, waits.id) == []
    assert actions(services, waits) == ["taken", "returned"]


def test_referring_or_giving_back_twice_is_done_once(
    services: Services, waits: Application, ann: Person, ben: Person
) -> None:
    shown = review.take(services, waits.id, ann)
    for _ in range(2):
        review.give_back(services, waits.id, ann)
    shown = review.take(services, waits.id, ann)
    for _ in range(2):
        review.refer(services, waits.id, ann, shown.version, "Look at the signature.")
    assert actions(services, waits)[-4:] == ["taken", "given_back", "taken", "referred"]
    with pytest.raises(LeaseLost):
        review.refer(services, waits.id, ann, shown.version - 1, "Something older.")
    with pytest.raises(LeaseLost):
        review.refer(services, waits.id, ben, shown.version, "Somebody else's.")


def test_a_referred_item_is_for_supervisors_only(
    services: Services, waits: Application, ann: Person, sue: Person
) -> None:
    review.take(services, waits.id, ann)
    review.refer(services, waits.id, ann, 1, "two names")
    assert review.take_next(services, ann) is None
    with pytest.raises(NotForYou, match="referred"):
        review.take(services, waits.id, ann)
    assert review.take_next(services, sue) == waits.id


def test_given_back_goes_into_the_queue_again(
    services: Services, waits: Application, ann: Person, ben: Person
) -> None:
    review.take(services, waits.id, ann)
    review.give_back(services, waits.id, ann)
    assert review.take_next(services, ben) == waits.id


def test_a_decision_can_be_taken_back_for_ten_minutes_as_a_new_revision(
    services: Services, clock: Clock, waits: Application, ann: Person
) -> None:
    review.confirm(services, waits.id, ann, answer_all(services, waits, ann))
    (decided,) = waiting.decided(services, ann)
    assert (decided.application.id, decided.may_reopen) == (waits.id, True)
    clock.pass_by(minutes=9)
    shown = review.reopen(services, waits.id, ann)
    assert (shown.application.revision, shown.application.holder) == (2, ann.id)
    assert shown.unresolved == ()
    review.confirm(services, waits.id, ann, shown.version)
    assert [revision for _, _, revision in job_states(services, waits.id)] == [1, 2]


def test_it_is_too_late_to_reopen_after_ten_minutes_or_for_somebody_else(
    services: Services, clock: Clock, waits: Application, ann: Person, ben: Person
) -> None:
    review.confirm(services, waits.id, ann, answer_all(services, waits, ann))
    with pytest.raises(TooLate, match="Only the person"):
        review.reopen(services, waits.id, ben)
    clock.pass_by(minutes=11)
    with pytest.raises(TooLate, match="time to reopen"):
        review.reopen(services, waits.id, ann)


def test_a_returned_item_reopens_with_the_same_revision(
    services: Services, waits: Application, ann: Person, sue: Person
) -> None:
    review.take(services, waits.id, ann)
    send_back(services, waits.id, ann, 1, "ILLEGIBLE")
    assert review.reopen(services, waits.id, sue).application.revision == 1


def test_rules_are_checked_again_with_what_was_answered(services: Services, ann: Person) -> None:
    late = Read(
        values=(("vehicle.off_road_from", "2026-11-01"), ("declaration.date", "2099-01-01")),
        doubtful=("declaration.date",),
    )
    application = read_item(services, replace(late, checks=(failing("DT-01", "declaration.date"),)))
    shown = review.take(services, application.id, ann)
    assert [each.rule for each in shown.failures] == ["DT-01"]
    given = ("declaration.date", "corrected", "02/11/2026")
    review.answer(services, application.id, ann, shown.version, given)
    assert review.task(services, application.id).failures == ()


def test_a_referral_is_taken_back_until_a_supervisor_takes_it(
    services: Services, clock: Clock, waits: Application, ann: Person, sue: Person
) -> None:
    review.take(services, waits.id, ann)
    review.refer(services, waits.id, ann, 1, "Which form is this?")
    (line,) = waiting.decided(services, ann)
    assert (line.application.id, line.may_reopen) == (waits.id, True)
    clock.pass_by(minutes=9)
    back = review.reopen(services, waits.id, ann).application
    assert (back.holder, back.referred, back.note, back.revision) == (ann.id, False, "", 1)
    assert actions(services, waits)[-3:] == ["referred", "referral_withdrawn", "taken"]
    assert waiting.decided(services, ann) == []

    review.refer(services, waits.id, ann, back.version, "Please look.")
    review.take(services, waits.id, sue)
    (line,) = waiting.decided(services, ann)
    assert not line.may_reopen
    with pytest.raises(NotForYou):
        review.reopen(services, waits.id, ann)


def test_a_referral_is_not_taken_back_by_others_or_later(
    services: Services, clock: Clock, waits: Application, ann: Person, ben: Person
) -> None:
    review.take(services, waits.id, ann)
    review.refer(services, waits.id, ann, 1, "Which form is this?")
    with pytest.raises(NotForYou):
        review.reopen(services, waits.id, ben)
    clock.pass_by(minutes=11)
    with pytest.raises(TooLate):
        review.reopen(services, waits.id, ann)
