"""Colours, type, space and icons: the design tokens and what carries them to the screen."""

from __future__ import annotations

from crmdesk.domain.preferences import Density, MotionChoice, SchemeChoice
from crmdesk.ui.theme.icons import DIRECTED, Icon
from crmdesk.ui.theme.theme import STYLE, Theme, install_theme, theme
from crmdesk.ui.theme.tokens import Colors, Motion, Radius, Scheme, Size, Space, TextRole, Voice, VoiceColors

__all__ = [
    "STYLE",
    "Colors",
    "Density",
    "DIRECTED",
    "Icon",
    "Motion",
    "MotionChoice",
    "Radius",
    "Scheme",
    "SchemeChoice",
    "Size",
    "Space",
    "TextRole",
    "Theme",
    "Voice",
    "VoiceColors",
    "install_theme",
    "theme",
]
