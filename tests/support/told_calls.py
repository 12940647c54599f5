"""What truly happened in each recorded call, written down from the SIP side's log: the expectation of every replay.

Rings and pops are "extension result" and "extension reason", comma-separated; seconds are of the SIP side.
"""

from __future__ import annotations

from dataclasses import dataclass

IVAN = "+13055550123"


@dataclass(frozen=True)
class Call:
    """One contact as the SIP side saw it: ``queues`` "name outcome", ``transfers`` "kind from>to", by commas."""

    outcome: str
    ended_by: str
    agents: str = ""
    queues: str = ""
    party: str | None = IVAN
    direction: str = "inbound"
    transfers: str = ""
    waits: tuple[float, ...] = ()
    talk: float = 0.0
    hold: float = 0.0
    did: str | None = None
    name: str | None = None
    withheld: bool = False


@dataclass(frozen=True)
class Told:
    """One recording: its contacts in order, rings, pops; ``internal`` rings show no outside number."""

    calls: tuple[Call, ...]
    rings: str = ""
    pops: str = ""
    internal: str = ""


def _sales(agents: str, talk: float, ended_by: str = "caller", wait: float = 0.5, **more: object) -> Call:
    fields = {"queues": "sales answered", "waits": (wait,), "did": "13125550102", **more}
    return Call("answered", ended_by, agents, talk=talk, **fields)  # type: ignore[arg-type]


def _local(agents: str, talk: float, ended_by: str = "caller", wait: float = 1.0, **more: object) -> Call:
    fields = {"queues": "local answered", "waits": (wait,), "did": "13125550103", **more}
    return Call("answered", ended_by, agents, talk=talk, **fields)  # type: ignore[arg-type]


_ALL_RANG = "1007 answered, 1006 cancelled, 1008 cancelled"
_ALL_POPPED = "1007 ring, 1006 ring, 1008 ring"
_NONE_ANSWERED = "1006 no_answer, 1007 no_answer, 1008 no_answer"
_TIMED_OUT = Call("timed_out", "system", queues="sales timed_out", waits=(4.0,), did="13125550104")
_ANONYMOUS = _sales("1007", 1.195, party=None, withheld=True)
_INSIDE = Call("answered", "caller", "1010", party=None, direction="internal", name="Agent 1003", talk=2.0)
_A = Call(
    "answered", "caller", "1001", "support answered", waits=(1.2,), talk=3.008, did="13125550101", name="Ivan Petrov"
)
_DIRECT = Call("answered", "caller", "1010", did="13125550110", talk=2.0)
_OUT = Call("answered", "agent", "1003", party="+17135550199", direction="outbound", talk=2.0)

TOLD: dict[str, Told] = {
    "a_answered": Told((_A,), "1001 answered", "1001 ring"),
    "a_answered_stamped": Told((_A,), "1001 answered", "1001 ring"),
    "a2_agent_hangup": Told(
        (Call("answered", "agent", "1002", "support answered", waits=(0.7,), talk=2.0, did="13125550101"),),
        "1002 answered",
        "1002 ring",
    ),
    "b_abandoned": Told(
        (Call("abandoned", "caller", queues="support abandoned", waits=(2.5,), did="13125550101"),),
        "1003 caller_hung_up",
        "1003 ring",
    ),
    "b2_all_paused": Told((Call("abandoned", "caller", queues="support abandoned", waits=(2.0,), did="13125550101"),)),
    "c_ringnoanswer": Told(
        (Call("answered", "caller", "1006", "support answered", waits=(10.51,), talk=2.015, did="13125550101"),),
        "1004 no_answer, 1005 no_answer, 1006 answered",
        "1004 ring, 1005 ring, 1006 ring",
    ),
    "c2_ringall": Told((_sales("1007", 2.0, wait=1.0),), _ALL_RANG, _ALL_POPPED),
    "c3_reject_busy": Told(
        (_sales("1008", 1.99, wait=1.5, party="+442079460018"),),
        "1006 busy, 1007 rejected, 1008 answered",
        _ALL_POPPED,
    ),
    "d_blind_transfer": Told(
        (_sales("1007, 1010", 4.494, transfers="blind 1007>1010"),),
        f"{_ALL_RANG}, 1010 answered",
        f"{_ALL_POPPED}, 1010 transfer",
    ),
    "d2_attended_transfer": Told(
        (_sales("1007, 1010", 4.498, hold=2.818, transfers="attended 1007>1010"),),
        _ALL_RANG,
        f"{_ALL_POPPED}, 1010 transfer",
        internal="1010 answered",
    ),
    "d3_blind_to_queue": Told(
        (
            _sales(
                "1007, 1001",
                5.49,
                queues="sales answered, support answered",
                waits=(0.5, 0.5),
                transfers="blind 1007>support",
            ),
        ),
        f"{_ALL_RANG}, 1001 answered",
        f"{_ALL_POPPED}, 1001 ring",
    ),
    "e_hold": Told((_sales("1007", 1.999, "agent", hold=2.002),), _ALL_RANG, _ALL_POPPED),
    "f_pause": Told(()),
    "g_withheld": Told(
        (_ANONYMOUS, _ANONYMOUS, _sales("1007", 1.195, party=None, withheld=True, name="Иван Петров")),
        ", ".join([_ALL_RANG] * 3),
        ", ".join([_ALL_POPPED] * 3),
    ),
    "h_click_to_dial": Told(
        (
            Call("answered", "agent", "1001", party="+17135550101", direction="outbound", talk=2.893),
            Call("no_answer", "system", party="+17135550102", direction="outbound"),
            Call("failed", "system", party="+17135550103", direction="outbound"),
        ),
        "1001 answered, 1002 no_answer",
    ),
    "h2_outbound_and_direct": Told((_OUT, _DIRECT), "1010 answered", "1010 ring"),
    "l_local_members": Told((_local("1009", 1.99),), "1009 answered", "1009 ring"),
    "m_three_waiting": Told(
        (
            _sales("1007", 3.196, wait=0.6, party="+12025550101"),
            Call(
                "abandoned", "caller", queues="sales abandoned", waits=(2.3,), party="+12025550102", did="13125550102"
            ),
            _sales("1007", 2.699, wait=3.61, party="+12025550103"),
        ),
        "1007 answered, 1007 answered",
        "1007 ring, 1007 ring",
    ),
    "n_queue_timeout": Told((_TIMED_OUT,), _NONE_ANSWERED, _ALL_POPPED),
    "x1_direct_caller_gives_up": Told(
        (Call("abandoned", "caller", did="13125550110"),), "1010 caller_hung_up", "1010 ring"
    ),
    "x2_direct_busy": Told((Call("no_answer", "system", did="13125550110"),), "1010 busy", "1010 ring"),
    "x3_internal": Told((_INSIDE,), internal="1010 answered"),
    "x4_out_noanswer_busy": Told(
        (
            Call("no_answer", "agent", party="+17135550199", direction="outbound"),
            Call("no_answer", "system", party="+17135550198", direction="outbound"),
        )
    ),
    "x5_timeout_then_queue": Told(
        (
            Call(
                "answered",
                "caller",
                "1002",
                "sales timed_out, support answered",
                waits=(3.0, 0.5),
                talk=3.99,
                did="13125550105",
            ),
        ),
        f"{_NONE_ANSWERED}, 1002 answered",
        f"{_ALL_POPPED}, 1002 ring",
    ),
    "x6_blind_noanswer": Told(
        (_sales("1007", 1.49, transfers="blind 1007>1010"),),
        f"{_ALL_RANG}, 1010 caller_hung_up",
        f"{_ALL_POPPED}, 1010 transfer",
    ),
    "x7_attended_to_queue": Told(
        (
            _sales(
                "1007, 1003",
                4.49,
                queues="sales answered, support answered",
                waits=(0.5, 0.8),
                hold=3.31,
                transfers="attended 1007>1003",
            ),
        ),
        _ALL_RANG,
        f"{_ALL_POPPED}, 1003 transfer",
        internal="1003 answered",
    ),
    "x8_consult_back": Told(
        (
            _sales("1007", 2.0, "agent", hold=2.11),
            Call("answered", "agent", "1010", party=None, direction="internal", name="Agent 1007", talk=1.0),
        ),
        _ALL_RANG,
        _ALL_POPPED,
        internal="1010 answered",
    ),
    "x9_hold_caller_hangs_up": Told((_sales("1007", 0.99, hold=2.0),), _ALL_RANG, _ALL_POPPED),
    "y1_blind_outside": Told((_sales("1007", 1.49, transfers="blind 1007>17135550177"),), _ALL_RANG, _ALL_POPPED),
    "y2_local_hold_agent_hangup": Told((_local("1010", 2.5, "agent", hold=2.0),), "1010 answered", "1010 ring"),
    "y3_local_rna": Told((_local("1010", 3.49, wait=8.0),), "1009 no_answer, 1010 answered", "1009 ring, 1010 ring"),
    "y4_local_blind": Told(
        (_local("1009, 1001", 3.98, transfers="blind 1009>1001"),),
        "1009 answered, 1001 answered",
        "1009 ring, 1001 transfer",
    ),
    "y5_local_abandon": Told(
        (Call("abandoned", "caller", queues="local abandoned", waits=(2.0,), did="13125550103"),),
        "1010 caller_hung_up",
        "1010 ring",
    ),
    "y6_local_busy": Told((_local("1010", 3.49),), "1009 busy, 1010 answered", "1009 ring, 1010 ring"),
    "y7_ring_group": Told(
        (Call("answered", "caller", "1010", talk=2.49, did="13125550111"),),
        "1009 cancelled, 1010 answered",
        "1009 ring, 1010 ring",
    ),
    "y8_local_attended": Told(
        (_local("1009, 1001", 4.49, hold=2.31, transfers="attended 1009>1001"),),
        "1009 answered",
        "1009 ring, 1001 transfer",
        internal="1001 answered",
    ),
    "y9_blind_then_back_to_same_queue": Told(
        (
            _sales(
                "1007, 1006",
                4.48,
                queues="sales answered, sales answered",
                waits=(0.5, 1.5),
                transfers="blind 1007>sales",
            ),
        ),
        f"{_ALL_RANG}, 1006 answered, 1008 cancelled",
        f"{_ALL_POPPED}, 1006 ring, 1008 ring",
    ),
    "z1_direct_blind": Told(
        (
            Call(
                "answered",
                "agent",
                "1010, 1004",
                "support answered",
                waits=(0.5,),
                talk=3.5,
                did="13125550110",
                transfers="blind 1010>support",
            ),
        ),
        "1010 answered, 1004 answered",
        "1010 ring, 1004 ring",
    ),
    "z2_abandon_before_ring": Told((Call("abandoned", "caller", did="13125550101"),)),
    "z3_attended_early": Told(
        (
            _sales("1007, 1010", 3.99, hold=1.61, transfers="blind 1007>1010"),
            Call("no_answer", "caller", party=None, direction="internal", name="Agent 1007"),
        ),
        f"{_ALL_RANG}, 1010 answered",
        f"{_ALL_POPPED}, 1010 transfer",
        internal="1010 caller_hung_up",
    ),
    "z4_outbound_blind": Told(
        (
            Call(
                "answered",
                "caller",
                "1003, 1010",
                party="+17135550199",
                direction="outbound",
                talk=4.2,
                transfers="blind 1003>1010",
            ),
        ),
        "1010 answered",
        "1010 transfer",
    ),
    "z5_direct_rings_out": Told((Call("no_answer", "system", did="13125550110"),), "1010 no_answer", "1010 ring"),
    "z6_click_far_silent": Told(
        (
            Call("no_answer", "agent", party="+17135550101", direction="outbound"),
            Call("no_answer", "system", party="+17135550102", direction="outbound"),
        ),
        "1001 answered, 1001 answered",
    ),
    "z7_timeout_all_paused": Told((_TIMED_OUT,)),
    "z8_callee_hangs_up_direct": Told(
        (
            Call("answered", "agent", "1010", talk=1.5, did="13125550110"),
            Call("answered", "agent", "1010", party=None, direction="internal", name="Agent 1003", talk=1.5),
        ),
        "1010 answered",
        "1010 ring",
        internal="1010 answered",
    ),
    "z9_out_far_hangs_up": Told(
        (Call("answered", "caller", "1003", party="+17135550199", direction="outbound", talk=1.5),)
    ),
}

TOLD["g2_withheld_channelvars"] = TOLD["g_withheld_exported"] = TOLD["g_withheld"]
TOLD["l_local_members_exported"] = TOLD["l_local_members"]
TOLD["n_queue_timeout_no_dialplan"] = TOLD["n_queue_timeout"]

NARROW = {
    "a2_agent_hangup_board": "a2_agent_hangup",
    "b2_all_paused_board": "b2_all_paused",
    "c2_ringall_board": "c2_ringall",
    "l_local_members_board": "l_local_members",
    "l_local_members_desk": "l_local_members",
    "n_queue_timeout_board": "n_queue_timeout",
    "n_queue_timeout_desk": "n_queue_timeout",
    "h2_outbound_and_direct_desk": "h2_outbound_and_direct",
}
"""Recordings of accounts that see no new channels: all the same, but for the number dialled."""
