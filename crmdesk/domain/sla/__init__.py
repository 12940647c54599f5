"""Due times that explain themselves: calendars of business hours, clocks of cases, and regimes as data (docs/sla.md).

A ``timetable`` lays a calendar out on the line of real time; ``due`` computes, ``explanation`` says why, ``clocks`` how
a clock stands, ``milestones`` when to warn, and ``regimes`` reads what regulators demand.
"""
