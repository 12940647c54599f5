"""Figures on the screen: tiles, sparklines, the queue table, agents by state; painted by hand, repainted sparingly."""

from __future__ import annotations

from crmdesk.ui.reports.spark import draw_spark
from crmdesk.ui.reports.tile import Tile, TileFace

__all__ = ["Tile", "TileFace", "draw_spark"]
