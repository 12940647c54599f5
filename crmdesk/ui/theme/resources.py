"""Where icons, fonts, colours and translations lie."""

from __future__ import annotations

from crmdesk.domain.shipped import shipped as resource

__all__ = ["resource"]
