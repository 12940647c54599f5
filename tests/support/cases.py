"""Complaints with a life: the rules of a house as rows, steps that hang together, one complaint that has come far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from crmdesk.domain.cases.rules import HOUSE
from crmdesk.domain.cases.steps import StepKind, digest_of, written
from crmdesk.domain.complaints import ComplaintState, Finding, RedressKind
from crmdesk.domain.shipped import shipped
from crmdesk.models.base import Synced
from crmdesk.models.complaint import Complaint, ComplaintIssue, ComplaintStep, Redress
from crmdesk.models.rules import HouseRules, Regime
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, LUCIA, MARGARET, ME, OMAR, TOMASZ, House, a_complaint, a_customer, known_id
from tests.support.house_rules import HOUSE_TOML

GRACE = known_id("Grace Adeyemi")
LONG = "CP-26-07102"
VERBATIM = (
    "The plumber mended the pipe in the bathroom and two days later my ceiling came down. I was told that somebody "
    "would ring and nobody did. My mother has just died and I cannot deal with this as well."
)
Taken = tuple[StepKind, datetime, UUID, Mapping[str, object]]


def rules(more: str = "") -> list[Synced]:
    """Return the house's rules, with ``more`` in them, and every regime that is shipped, as if they had been pulled."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in shipped("regimes").glob("*.toml")}
    house = _edition(HouseRules, HOUSE, "Harbour Home Cover", HOUSE_TOML + more)
    return [house, *(_edition(Regime, key, key, text) for key, text in sorted(texts.items()))]


def _edition(model: type[HouseRules | Regime], code: str, title: str, body: str) -> Synced:
    return model(
        id=known_id(f"rules {code}"),
        code=code,
        version=1,
        edition=f"{code}/1",
        title=title,
        body=body,
        scope_id=1,
        ver=1,
        updated_at=AFTERNOON - timedelta(days=90),
    )


def steps_of(complaint: UUID, taken: Iterable[Taken]) -> list[Synced]:
    """Return these steps as rows, each naming the one before it."""
    rows: list[Synced] = []
    parents: tuple[str, ...] = ()
    for place, (kind, at, by, details) in enumerate(taken):
        id_, text = known_id(f"{complaint} {place}"), written(details)
        digest = digest_of(id_, complaint, kind.value, by, at, None, text, parents)
        rows.append(
            ComplaintStep(
                id=id_,
                complaint_id=complaint,
                kind=kind.value,
                by_id=by,
                at=at,
                details=text,
                parents=" ".join(parents),
                digest=digest,
                accepted=place + 1,
                scope_id=1,
                ver=1,
            )
        )
        parents = (digest,)
    return rows


def an_issue(complaint: str, position: int, words: str, finding: str = "", answer: str = "") -> ComplaintIssue:
    """Return an issue of a complaint."""
    return ComplaintIssue(
        id=known_id(f"issue {complaint} {position}"),
        complaint_id=known_id(complaint),
        position=position,
        words=words,
        category="Fault not repaired",
        finding=finding,
        answer=answer,
        scope_id=1,
        ver=1,
    )


def a_long_life() -> list[Synced]:
    """Return a complaint whose decision waits for approval: its customer, steps, issues and redress."""
    received = datetime(2026, 11, 9, 15, 44, tzinfo=AFTERNOON.tzinfo)
    day = timedelta(days=1)
    taken: tuple[Taken, ...] = (
        (StepKind.REGISTERED, received, LUCIA, {}),
        (StepKind.ACKNOWLEDGED, received + 18 * timedelta(hours=1), JABU, {"proof": "By e-mail"}),
        (StepKind.TRIAGED, received + day, JABU, {}),
        (StepKind.TAKEN_UP, received + 3 * day, JABU, {}),
        (StepKind.ASKED_THIRD_PARTY, received + 22 * day, JABU, {"question": "Plasterer: what would restoring cost?"}),
        (StepKind.PROGRESS_SENT, received + 37 * day, JABU, {"proof": "By post, proof RM-771205"}),
        (StepKind.ANSWER_CAME, received + 39 * day, JABU, {"words": "2 pages, £590.00 to restore"}),
        (
            StepKind.DECISION_DRAFTED,
            AFTERNOON - timedelta(hours=3),
            JABU,
            {
                "outcome": "upheld",
                "reason": "The pressure test after the repair was not done.",
                "redress_minor": 64_000,
                "currency": "GBP",
            },
        ),
    )
    complaint = known_id(LONG)
    answered = "The pressure test after the repair was not done. We are sorry, and pay for the ceiling."
    return [
        a_customer("Grace Adeyemi"),
        a_complaint(
            LONG,
            GRACE,
            received,
            category="Fault not repaired",
            product="HomeCover, plumbing",
            verbatim=VERBATIM,
            desired_remedy="The ceiling restored, and an apology in writing",
            severity=3,
            regime="uk-fca-disp",
            vulnerability="life_event",
            vulnerability_basis="Her mother died in October",
            state=ComplaintState.DECISION_DRAFTED.value,
            assigned_to=JABU,
            outcome="upheld",
            decided_by=JABU,
            redress_minor=64_000,
            currency="GBP",
            second_person=True,
            acknowledged_at=received + 18 * timedelta(hours=1),
            moved_at=AFTERNOON - timedelta(hours=3),
        ),
        *steps_of(complaint, taken),
        an_issue(LONG, 1, "The ceiling came down after the repair", Finding.UPHELD.value, answered),
        an_issue(LONG, 2, "Nobody rang her back", Finding.UPHELD.value, "Nobody rang. That was our mistake."),
        *(
            Redress(
                id=known_id(f"redress {words}"),
                complaint_id=complaint,
                kind=kind.value,
                words=words,
                amount_minor=amount,
                currency="GBP",
                scope_id=1,
                ver=1,
            )
            for kind, words, amount in (
                (RedressKind.REPAIR, "Ceiling", 59_000),
                (RedressKind.DISTRESS, "And delay", 5_000),
            )
        ),
    ]


def many_steps(number: int, reference: str = "CP-26-05000") -> list[Synced]:
    """Return a complaint under investigation with so many steps."""
    received = AFTERNOON - timedelta(days=40)
    taken: list[Taken] = [
        (StepKind.REGISTERED, received, LUCIA, {}),
        (StepKind.TRIAGED, received + timedelta(hours=1), JABU, {}),
        (StepKind.TAKEN_UP, received + timedelta(hours=2), JABU, {}),
        *(
            (
                StepKind.NOTED,
                received + timedelta(hours=3, minutes=place),
                JABU,
                {"words": f"Rang the engineer, {place}"},
            )
            for place in range(number - 3)
        ),
    ]
    case = a_complaint(reference, MARGARET, received, regime="uk-fca-disp", assigned_to=ME.agent_id)
    return [case, *steps_of(known_id(reference), taken)]


def a_full_list() -> list[Complaint]:
    """Return complaints that are late, due today, and later, beside those of every house."""
    states = ComplaintState
    given = (
        ("CP-26-06001", TOMASZ, 57.2, "Contract and cancellation", states.APPROVED, 2, JABU),
        ("CP-26-06002", MARGARET, 56.0, "Conduct of staff", states.TRIAGED, 4, ME.agent_id),
        ("CP-26-06003", OMAR, 55.0, "Billing and payments", states.INVESTIGATING, 2, ME.agent_id),
        ("CP-26-06004", MARGARET, 9.0, "Appointment missed", states.REGISTERED, 3, None),
        ("CP-26-06005", OMAR, 3.0, "Product quality", states.AWAITING_COMPLAINANT, 1, LUCIA),
    )
    return [
        a_complaint(
            reference,
            customer,
            AFTERNOON - timedelta(days=days),
            category=category,
            state=state.value,
            severity=severity,
            assigned_to=owner,
            regime="uk-fca-disp",
        )
        for reference, customer, days, category, state, severity, owner in given
    ]


def furnish(house: House) -> None:
    """Give a house its rules, complaints in every state, and the one with a long life."""
    house.add(*rules(), *a_full_list(), *a_long_life())
