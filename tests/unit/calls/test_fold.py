"""What desks and boards are told, step by step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.call import contact_id
from crmdesk.domain.calls.fold import FoldSettings
from crmdesk.domain.calls.live import AgentState, Direction, Outcome, Phase, PopReason, RingResult, TransferKind
from crmdesk.domain.ids import instant_ms
from tests.support.folding import CALL, IVAN, NINE, RING, TRUNK, Floor, at


def _talking() -> Floor:
    floor = Floor()
    floor.member("1007")
    floor.join(10)
    floor.ring(11)
    floor.answer(15)
    return floor


def test_a_ring_puts_the_customer_before_the_agent() -> None:
    floor = Floor()
    floor.join(10)
    floor.ring(14)
    call = floor.calls[RING]
    assert (call.phase, call.pop, call.queue, call.direction) == (
        Phase.RINGING,
        PopReason.RING,
        "sales",
        Direction.INBOUND,
    )
    assert (call.party.e164, call.party.name, call.waited_s) == ("+13055550123", "Ivan Petrov", 4.0)


def test_a_ring_that_ends_elsewhere_closes_the_pop_and_says_who_took_it() -> None:
    floor = Floor()
    floor.join(10)
    floor.ring(11, "1007")
    floor.ring(11, "1008", "asterisk:1795285690.3")
    floor.answer(15, "asterisk:1795285690.3")
    call = floor.calls[RING]
    assert (call.phase, call.ring_result, call.taken_by) == (Phase.ENDED, RingResult.CANCELLED, "1008")


def test_hold_is_shown_and_not_counted_as_talk() -> None:
    floor = _talking()
    floor.apply(ev.Held(at(20), RING))
    assert (floor.calls[RING].phase, floor.calls[RING].held_since) == (Phase.HELD, at(20))
    floor.apply(ev.Resumed(at(50), RING))
    floor.hang_up(60)
    assert (floor.calls[RING].talk_s, floor.calls[RING].hold_s) == (15.0, 30.0)


def test_the_receiver_of_an_attended_transfer_sees_the_customer_under_a_new_key() -> None:
    floor = _talking()
    consult, target = "asterisk:1795285700.4", "asterisk:1795285700.5"
    phone = ev.Line(ev.LineKind.PHONE, "1007")
    floor.apply(
        ev.Offered(at(20), consult, phone),
        ev.Ringing(at(20), target, "1010", consult, line=phone, caller=ev.Caller("1007", "Agent 1007")),
        ev.Answered(at(22), target),
    )
    assert floor.calls[target].party.extension == "1007"
    assert floor.calls[target].pop is None
    output = floor.apply(
        ev.Transferred(at(30), TransferKind.ATTENDED, CALL, RING, "1007", "1010", consult, target, "1010")
    )
    taken = floor.calls[target + "/t"]
    assert (taken.pop, taken.party.e164, taken.contact_id) == (
        PopReason.TRANSFER,
        "+13055550123",
        contact_id(CALL, NINE),
    )
    assert floor.calls[target].phase is Phase.ENDED
    assert floor.calls[RING].transferred_to == "1010"
    assert (taken.handed_by, floor.calls[RING].handed_by) == ("1007", None)
    merged = [contact for contact in output.contacts if contact.merged_into is not None]
    assert [contact.key for contact in merged] == [consult]


def test_who_is_asked_over_the_line_of_a_waiting_customer_has_the_colleague_until_they_are_connected() -> None:
    """Asterisk's Atxfer: the asked phone has the customer's Linkedid, and is none of the customer's agents."""
    floor = _talking()
    helper, phone = "asterisk:Local/1010@from-agents-00000001@1795285690.1", "asterisk:1795285700.7"
    floor.apply(ev.Held(at(20), RING), ev.Ringing(at(20.1), helper, "1010", CALL, phone=phone))
    asked = floor.calls[helper]
    assert (asked.direction, asked.pop, asked.party.extension) == (Direction.INTERNAL, None, "1007")
    assert (floor.calls[RING].phase, floor.calls[RING].asks) == (Phase.HELD, "1010")
    output = floor.apply(ev.Answered(at(22), phone))
    floor.apply(ev.LegEnded(at(25), helper, ev.HangupCause.NORMAL, inner=True))
    floor.apply(ev.LegEnded(at(25), phone, ev.HangupCause.NORMAL), ev.Resumed(at(25), RING))
    assert floor.calls[helper].phase is Phase.ENDED
    assert (floor.calls[RING].phase, floor.calls[RING].asks) == (Phase.TALKING, None)
    output = floor.apply(ev.LegEnded(at(30), CALL, ev.HangupCause.NORMAL))
    assert [contact.agents for contact in output.contacts] == [("1007",)]


@pytest.mark.parametrize("named", [True, False])
def test_who_was_asked_has_the_customer_once_the_asker_hangs_up_also_where_the_report_does_not_name_them(
    named: bool,
) -> None:
    """Asterisk leaves the target out of some reports (recorded on a busy machine: Atxfer, 22.10)."""
    floor = _talking()
    helper, phone = "asterisk:Local/1010@from-agents-00000001@1795285690.1", "asterisk:1795285700.7"
    floor.apply(ev.Held(at(20), RING), ev.Ringing(at(20.1), helper, "1010", CALL, phone=phone))
    floor.apply(ev.Answered(at(22), phone))
    floor.apply(ev.HangupAsked(at(30), RING, ev.HangupCause.NORMAL))
    target = (helper, "1010") if named else (None, None)
    floor.apply(ev.Transferred(at(30.001), TransferKind.ATTENDED, CALL, RING, "1007", "", RING, *target))
    floor.apply(ev.LegEnded(at(30.002), RING, ev.HangupCause.NORMAL))
    taken = floor.calls[helper + "/t"]
    assert (taken.phase, taken.pop, taken.party.e164) == (Phase.TALKING, PopReason.TRANSFER, "+13055550123")
    assert (taken.handed_by, floor.calls[RING].transferred_to) == ("1007", "1010")
    assert floor.calls[helper].phase is Phase.ENDED


def test_a_queue_that_a_look_at_all_of_them_does_not_name_is_stale_until_something_is_heard_of_it() -> None:
    floor = Floor()
    floor.member("1007")
    floor.join(10, queue="sales")
    floor.join(11, "asterisk:1795285690.7", "support")
    floor.apply(ev.QueuesSeen(at(20), ("support",), (), ()))
    assert (floor.queue(30).stale_since, floor.queue(30, "support").stale_since) == (at(20), None)
    floor.apply(ev.QueuesSeen(at(40), ("support",), (), ()))
    assert floor.queue(41).stale_since == at(20)
    floor.join(50, "asterisk:1795285690.8")
    assert floor.queue(51).stale_since is None


def test_a_phone_that_talks_when_somebody_looks_has_answered_unseen() -> None:
    floor = Floor()
    floor.member("1007")
    floor.join(10)
    floor.ring(11)
    assert floor.fold.looked_at is None
    phone = ev.Line(ev.LineKind.PHONE, "1007")
    floor.apply(
        ev.LinkLost(at(12)),
        ev.QueuesSeen(at(30), ("sales",), (), ()),
        ev.LegsSeen(
            at(30),
            (
                ev.SeenLeg(CALL, CALL, TRUNK, ev.SeenState.UP, True, 20, IVAN, "sales"),
                ev.SeenLeg(RING, CALL, phone, ev.SeenState.UP, True, 19, ev.Caller()),
            ),
        ),
        ev.LinkUp(at(31)),
    )
    assert floor.fold.looked_at == at(31)
    assert (floor.calls[RING].phase, floor.calls[RING].ring_result) == (Phase.TALKING, RingResult.ANSWERED)
    queue = floor.queue(32)
    assert (queue.offered, queue.answered, queue.waiting) == (1, 1, 0)


def test_a_call_for_click_to_dial_is_outbound_and_never_popped() -> None:
    floor = Floor()
    own, far = "asterisk:crmdesk-1", "asterisk:1795285700.9"
    floor.apply(
        ev.Offered(at(0), own, ev.Line(ev.LineKind.PHONE, "1001"), placed="17135550101"),
        ev.Ringing(at(0), own, "1001", own=True),
        ev.Answered(at(1), own),
        ev.Dialled(at(1), own, far, "17135550101"),
        ev.Answered(at(3), far),
    )
    call = floor.calls[own]
    assert (call.direction, call.pop, call.party.e164) == (Direction.OUTBOUND, None, "+17135550101")
    assert (call.ring_result, call.phase, call.answered_at) == (RingResult.ANSWERED, Phase.TALKING, at(3))


def test_a_desk_that_connects_late_is_given_its_open_calls() -> None:
    floor = _talking()
    (call,) = floor.fold.agent_calls("1007")
    assert call == floor.calls[RING]
    assert floor.fold.agent_calls("1008") == ()
    floor.hang_up(30)
    assert floor.fold.agent_calls("1007") == ()


def test_a_hidden_number_is_hidden_as_soon_as_it_is_known_to_be() -> None:
    floor = Floor()
    floor.join(10)
    floor.ring(11)
    output = floor.apply(ev.CallDescribed(at(11.5), CALL, withheld=True))
    assert [call.party.withheld for call in output.agent_calls] == [True]
    assert "3055550123" not in repr(output)
    assert "Ivan" not in repr(output)


def test_one_call_has_one_id_whoever_hears_of_it_first() -> None:
    assert contact_id(CALL, at(0)) == contact_id(CALL, at(500))
    assert instant_ms(contact_id(CALL, at(0))) == 1795285690_000


def test_the_board_counts_and_ticks() -> None:
    floor = Floor()
    floor.member("1007")
    floor.join(10)
    queue = floor.queue(20)
    assert (queue.waiting, queue.waiting_since, queue.offered) == (1, (at(10),), 1)
    assert queue.service_level is None
    floor.ring(11)
    floor.answer(25)
    floor.hang_up(85)
    queue = floor.queue(90)
    assert (queue.answered, queue.mean_wait_s, queue.service_level, queue.mean_handle_s) == (1, 15.0, 1.0, 60.0)


def test_an_agent_goes_from_ready_to_ringing_to_talking_to_wrap_up_and_back() -> None:
    floor = Floor(FoldSettings(wrap_up_s={"sales": 30}))
    floor.member("1007")
    seen = [(floor.agent(1).state, floor.queue(1).agents_ready)]
    floor.join(10)
    floor.ring(11)
    seen.append((floor.agent(12).state, floor.queue(12).agents_ready))
    floor.answer(15)
    seen.append((floor.agent(16).state, 0))
    floor.apply(ev.Held(at(20), RING))
    seen.append((floor.agent(21).state, 0))
    floor.hang_up(40)
    seen.append((floor.agent(41).state, floor.queue(41).agents_ready))
    seen.append((floor.agent(71).state, floor.queue(71).agents_ready))
    assert seen == [
        (AgentState.READY, 1),
        (AgentState.RINGING, 0),
        (AgentState.TALKING, 0),
        (AgentState.HELD, 0),
        (AgentState.WRAP_UP, 0),
        (AgentState.READY, 1),
    ]


def test_after_call_work_ends_when_the_desk_says_so() -> None:
    floor = Floor(FoldSettings(wrap_up_s={"sales": 600}))
    floor.member("1007")
    floor.join(10)
    floor.ring(11)
    floor.answer(15)
    floor.hang_up(40)
    assert floor.agent(50).state is AgentState.WRAP_UP
    floor.apply(ev.WrapUpEnded(at(55), "1007"))
    assert (floor.agent(60).state, floor.agent(60).since) == (AgentState.READY, at(55))


def test_a_break_has_its_reason_and_since_when() -> None:
    floor = Floor()
    floor.member("1007")
    output = floor.apply(ev.MemberPaused(at(100), "sales", "1007", "Agent 1007", True, "Lunch"))
    assert [(one.paused, one.reason) for one in output.pauses] == [(True, "Lunch")]
    status = floor.agent(160)
    assert (status.state, status.reason, status.since) == (AgentState.BREAK, "Lunch", at(100))
    again = floor.apply(ev.MemberPaused(at(120), "sales", "1007", "Agent 1007", True, "Lunch"))
    assert again.pauses == ()


def test_a_phone_that_is_off_is_offline() -> None:
    floor = Floor()
    floor.member("1007", device=ev.Device.OFFLINE)
    assert floor.agent(1).state is AgentState.OFFLINE
    assert (floor.queue(1).agents, floor.queue(1).agents_ready) == (0, 0)


def test_a_lost_phone_system_makes_the_board_stale_not_frozen() -> None:
    floor = Floor()
    floor.member("1007")
    floor.apply(ev.LinkLost(at(100)))
    board = floor.fold.board(at(500))
    assert (board.as_of, board.stale_since) == (at(100), at(100))
    floor.apply(ev.LinkUp(at(600)))
    assert floor.fold.board(at(601)).stale_since is None


def test_what_vanished_while_nobody_listened_is_closed_and_not_counted() -> None:
    floor = Floor()
    floor.join(10)
    floor.ring(11)
    floor.apply(
        ev.LinkLost(at(20)),
        ev.QueuesSeen(at(60), ("sales",), (), ()),
        ev.LegsSeen(at(60), ()),
        ev.LinkUp(at(60)),
    )
    assert floor.calls[RING].phase is Phase.ENDED
    queue = floor.queue(61)
    assert (queue.offered, queue.waiting, queue.abandoned) == (0, 0, 0)
    assert floor.fold.open_counts().contacts == 0


def test_nobody_ended_a_talk_that_was_over_before_somebody_looked_again_and_its_length_is_not_known() -> None:
    floor = _talking()
    floor.apply(ev.LinkLost(at(20)), ev.LegsSeen(at(60), ()), ev.LinkUp(at(60)))
    call = floor.calls[RING]
    assert (call.phase, call.ended_at, call.end_seen, call.ended_by) == (Phase.ENDED, at(60), False, None)
    (contact,) = floor.fold.contacts()
    assert (contact.outcome, contact.ended_at) == (Outcome.ANSWERED, at(60))
    assert (contact.talk_s, contact.hold_s, contact.ended_by) == (None, None, None)
    assert floor.queue(61).mean_handle_s is None, "an average of what is known only"


def test_an_account_without_channels_ends_a_call_when_the_phone_is_found_free() -> None:
    floor = _talking()
    free = ev.MemberChanged(at(60), "sales", "1007", "Agent 1007", ev.Device.FREE, paused=False)
    floor.apply(ev.LinkLost(at(20)), ev.QueuesSeen(at(60), ("sales",), (free,), ()), ev.LinkUp(at(60)))
    assert floor.calls[RING].phase is Phase.ENDED
    assert floor.fold.open_counts().contacts == 0


def test_an_account_without_channels_keeps_a_call_while_the_phone_is_in_use() -> None:
    floor = _talking()
    busy = ev.MemberChanged(at(60), "sales", "1007", "Agent 1007", ev.Device.IN_USE, paused=False)
    floor.apply(ev.LinkLost(at(20)), ev.QueuesSeen(at(60), ("sales",), (busy,), ()), ev.LinkUp(at(60)))
    assert floor.calls[RING].phase is Phase.TALKING


def test_who_waits_and_who_talks_after_a_look() -> None:
    floor = Floor()
    talking, phone, waiting = CALL, RING, "asterisk:1795285699.7"
    up = ev.SeenState.UP
    floor.apply(
        ev.QueuesSeen(at(60), ("sales",), (), (ev.WaitingCaller(waiting, "sales", 25, TRUNK, IVAN),)),
        ev.LegsSeen(
            at(60),
            (
                ev.SeenLeg(talking, talking, TRUNK, up, True, 90, IVAN, "sales"),
                ev.SeenLeg(phone, talking, ev.Line(ev.LineKind.PHONE, "1007"), up, True, 80, ev.Caller()),
                ev.SeenLeg(waiting, waiting, TRUNK, up, False, 26, IVAN, "sales"),
            ),
        ),
    )
    assert floor.queue(61).waiting_since == (at(35),)
    assert (floor.calls[phone].phase, floor.calls[phone].queue) == (Phase.TALKING, "sales")
    floor.join(34.6, waiting)
    assert floor.queue(61).waiting_since == (at(34.6),)
    assert floor.queue(61).offered == 1


def test_an_outbound_call_found_by_a_look_is_the_agents() -> None:
    floor = Floor()
    own, far, up = "asterisk:1795285699.1", "asterisk:1795285699.2", ev.SeenState.UP
    phone = ev.Line(ev.LineKind.PHONE, "1003")
    floor.apply(
        ev.LegsSeen(
            at(60),
            (
                ev.SeenLeg(own, own, phone, up, True, 30, ev.Caller("1003")),
                ev.SeenLeg(far, own, TRUNK, up, True, 29, ev.Caller("17135550199")),
            ),
        )
    )
    call = floor.calls[own]
    assert (call.direction, call.party.e164, call.phase) == (Direction.OUTBOUND, "+17135550199", Phase.TALKING)
    floor.hang_up(70, far)
    floor.hang_up(70, own)
    assert floor.fold.open_counts().contacts == 0


def test_a_new_day_begins_at_the_midnight_of_the_house() -> None:
    floor = Floor(FoldSettings(zone="Asia/Tashkent"))
    floor.join(0)
    floor.ring(1)
    floor.answer(5)
    floor.hang_up(50)
    evening = (19 - 9) * 3600 - 30
    floor.join(evening, "asterisk:1795320000.9")
    assert floor.queue(evening).offered == 2
    queue = floor.queue(evening + 60)
    assert (queue.offered, queue.answered, queue.waiting) == (1, 0, 1)
    assert queue.waiting_since == (at(evening),)


def test_a_short_abandon_stands_apart() -> None:
    floor = Floor()
    for number, wait in enumerate((3, 30)):
        call = f"asterisk:1795285690.{number}"
        floor.join(10, call)
        floor.apply(ev.QueueLeft(at(10 + wait), call, "sales", ev.QueueExit.ABANDONED))
    queue = floor.queue(60)
    assert (queue.abandoned, queue.short_abandoned, queue.service_level) == (2, 1, 0.0)


def test_an_hour_of_rings_for_one_caller_and_a_day_of_calls_are_not_kept() -> None:
    floor = Floor()
    floor.join(0)
    for number in range(2000):
        leg = f"asterisk:1795285691.{number}"
        floor.ring(number, "1007", leg)
        floor.apply(ev.RingEnded(at(number + 0.5), leg, ev.RingEnd.NO_ANSWER))
    (contact,) = floor.fold.contacts()
    assert contact.open
    assert floor.fold.legs_kept() < 100
    floor.hang_up(2001)
    for number in range(500):
        call = f"asterisk:1795290000.{number}"
        floor.join(3000 + number, call)
        floor.apply(ev.QueueLeft(at(3000 + number + 0.5), call, "sales", ev.QueueExit.ABANDONED))
        floor.hang_up(3000 + number + 0.6, call)
    assert len(floor.fold.contacts()) < 100
    assert floor.queue(4000).offered == 501
    assert sum(floor.queue(4000).offered_per_quarter) == 501


def test_a_report_that_comes_a_day_late_does_not_wake_a_call() -> None:
    floor = Floor()
    floor.join(0)
    floor.hang_up(5)
    floor.join(200, "asterisk:1795290000.1")
    floor.apply(ev.QueueLeft(at(0.5), CALL, "sales", ev.QueueExit.ABANDONED), ev.Offered(at(0), CALL, TRUNK))
    assert CALL not in {contact.key for contact in floor.fold.contacts()}
    assert floor.fold.board(at(200) + timedelta(seconds=1)).queues[0].offered == 2
