"""The rules of the house in which complaints are measured: England, the FCA's limits, a second person above £500."""

from __future__ import annotations

RULES = """
title = "House"
regime = "uk-fca-disp"
subdivision = "ENG"
currency = "GBP"
second_person_above = "500.00"

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
