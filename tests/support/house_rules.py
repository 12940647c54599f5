"""The rules of a house as tests publish them: London, England, the FCA's rules, a second person above £500."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.files import read_rules
from crmdesk.domain.cases.house import house_from
from crmdesk.domain.cases.rules import HOUSE
from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.domain.shipped import shipped
from crmdesk.domain.sla.regimes import read_regimes
from crmdesk.models.base import Synced
from crmdesk.models.rules import HouseRules, Regime
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.knowledge import publish
from tests.support.server import desk_of

HOUSE_TOML = """
title = "Harbour Home Cover"
regime = "uk-fca-disp"
subdivision = "ENG"
currency = "GBP"
second_person_above = "500.00"
silent_days = 28

[[product]]
name = "Pay by wallet"
regime = "uk-fca-disp-payments"

[calendar]
name = "England"
zone = "Europe/London"

[[calendar.periods]]
public_holidays = { country = "GB", subdivision = "ENG" }

[calendar.periods.hours]
mon = [["09:00", "17:30"]]
tue = [["09:00", "17:30"]]
wed = [["09:00", "17:30"]]
thu = [["09:00", "17:30"]]
fri = [["09:00", "17:30"]]
"""


def rule_book(text: str = HOUSE_TOML) -> RuleBook:
    """Return the rules of a house with every regime that is shipped."""
    return RuleBook(house_from(text, 1), {one.key: one for one in read_regimes(shipped("regimes"))})


def publish_house(engine: Engine, folder: Path, text: str = HOUSE_TOML) -> None:
    """Publish the rules of a house with every regime and letter that is shipped, in the name of its supervisor Lea."""
    (folder / "house.toml").write_text(text, encoding="utf-8")
    leader = desk_of(engine, "lea", role=Role.SUPERVISOR).principal.user_id
    rules = read_rules(folder, shipped("regimes"), shipped("letters"))
    engine.run(lambda conn: publish(conn, leader, rules))


def rules_on_the_desk(text: str = HOUSE_TOML, version: int = 1) -> list[Synced]:
    """Return the rules of a house with every regime that is shipped, as rows that a desk pulled."""
    house = HouseRules(**_edition(HOUSE, version, "Harbour Home Cover", text))
    regimes = (
        (one, (shipped("regimes") / f"{one.key}.toml").read_text(encoding="utf-8"))
        for one in read_regimes(shipped("regimes"))
    )
    return [house, *(Regime(**_edition(one.key, version, one.title, body)) for one, body in regimes)]


def _edition(code: str, version: int, title: str, body: str) -> dict[str, Any]:
    return {
        **{"id": new_id(), "code": code, "version": version, "edition": f"{code}/{version}", "title": title},
        **{"body": body, "scope_id": 1, "ver": 1},
    }
