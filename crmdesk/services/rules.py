"""The rules in force on this desk, read anew when others were published."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.rules import Published, newest_rules
from crmdesk.models.rules import HouseRules, Regime
from crmdesk.models.unit_of_work import UnitOfWork

_STATE = tuple(
    select(func.count(), func.max(model.updated_at), func.max(model.version)) for model in (Regime, HouseRules)
)
_EDITIONS = tuple(select(model.code, model.version, model.state, model.body) for model in (Regime, HouseRules))


class RulesInForce:
    """Keeps the rules that were read last: what they were read from tells whether they still are the newest. Reading
    threads share it; two that read at once read the same."""

    def __init__(self) -> None:
        self._read: tuple[object, RuleBook] | None = None

    def book(self, uow: UnitOfWork) -> RuleBook:
        """Return the newest published rules, without any where none were published."""
        now = tuple(tuple(uow.session.execute(query).one()) for query in _STATE)
        if self._read is None or self._read[0] != now:
            regimes, houses = (_published(uow, query) for query in _EDITIONS)
            self._read = (now, newest_rules(regimes, houses))
        return self._read[1]


def _published(uow: UnitOfWork, query: Select[str, int, str, str]) -> list[Published]:
    return [(code, version, state, body) for code, version, state, body in uow.session.execute(query)]
