"""The rules for complaints as editions that are never edited: regimes, the house's own (docs/sla.md), and templates."""

from __future__ import annotations

from sqlalchemy import Index

from crmdesk.models.base import Synced, came_with, led
from crmdesk.models.knowledge import Edition

_LED = {"info": came_with(5) | led()}


class Regime(Edition, Synced):
    """A regulator's or a standard's time limits: ``body`` is TOML as ``domain.sla.regimes`` reads it."""

    __tablename__ = "regime"

    __table_args__ = (Index("ix_regime_code", "code", "version"), _LED)


class HouseRules(Edition, Synced):
    """What the house itself decides: ``body`` is TOML as ``domain.cases.house`` reads it for the code "house"
    (``version`` is that of its calendar), and as ``domain.learning.causes`` does for "causes"."""

    __tablename__ = "house_rules"

    __table_args__ = (Index("ix_house_rules_code", "code", "version"), _LED)


class LetterTemplate(Edition, Synced):
    """A letter's template: ``body`` is a file as ``domain.cases.letter_templates`` reads it, with its head."""

    __tablename__ = "letter_template"

    __table_args__ = (Index("ix_letter_template_code", "code", "version"), _LED)
