"""The window around every page: rail, call lane, status line, palette, keys; pages register themselves.

Contracts for pages: ``page`` (PageSpec, Page, Place, pages_of), ``commands`` (the actions and their keys), ``fold``
(what folds at which size), ``lane_model`` (what the lane shows), ``window`` (MainWindow: show_lane, go_to, tell ...).
"""

from __future__ import annotations
