"""The look of the running program: colours, fonts and icons of the present scheme, switched live."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QLoggingCategory, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from crmdesk.domain.preferences import Density, MotionChoice, SchemeChoice
from crmdesk.domain.shipped import shipped
from crmdesk.ui.theme.icons import Icon, IconStore
from crmdesk.ui.theme.tokens import Colors, Scheme, Size, TextRole, Tokens, TypeSize, load_tokens

_KEPT_AS = "crmdesk_theme"
"""The attribute of the application: a property of Qt's takes ten times as long to read, and painting reads it often."""

STYLE = ("-style", "Fusion")  # not shown
"""Arguments for the application. Setting the style on it costs 15 ms more: Python gets every constant of a style."""
_KEPT_WIDTHS = 4096


_ROWS = {Density.COMPACT: Size.ROW_COMPACT, Density.NORMAL: Size.ROW, Density.ROOMY: Size.ROW_ROOMY}


class Theme(QObject):
    """Colours, fonts and icons for painting, the height of rows, and whether anything moves.

    ``changed`` tells that the colours became others, ``spaced`` that rows have another height.
    """

    changed = Signal()
    spaced = Signal()

    def __init__(self, app: QApplication, tokens: Tokens) -> None:
        super().__init__(app)
        self._app = app
        self._tokens = tokens
        self._choice = SchemeChoice.SYSTEM
        self._density = Density.NORMAL
        self._motion = MotionChoice.SYSTEM
        self._icons = IconStore()
        self._fonts = {role: _font(tokens.families, size) for role, size in tokens.type.items()}
        self._metrics = {role: QFontMetricsF(font) for role, font in self._fonts.items()}
        self._widths: dict[tuple[TextRole, str], float] = {}
        self.colors = tokens.light
        self.reduced_motion = self._is_still()
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        app.setFont(self._fonts[TextRole.BODY])
        self._apply()

    @property
    def choice(self) -> SchemeChoice:
        """Return what was chosen: light, dark, or as the system says."""
        return self._choice

    def choose(self, choice: SchemeChoice) -> None:
        """Switch the whole program to a scheme, now."""
        self._choice = choice
        self._apply()

    @property
    def density(self) -> Density:
        """Return how much room rows have."""
        return self._density

    def space_rows(self, density: Density) -> None:
        """Give every row of lists and tables more or less room, now."""
        if density is not self._density:
            self._density = density
            self.spaced.emit()

    def row_height(self, designed: int) -> int:
        """Return the height in px that a row drawn ``designed`` px high has now: two lines grow as one does."""
        return round(designed * _ROWS[self._density] / Size.ROW)

    @property
    def motion(self) -> MotionChoice:
        """Return what was chosen about motion."""
        return self._motion

    def move(self, motion: MotionChoice) -> None:
        """Let cards fade in, or let nothing move, from now on."""
        self._motion = motion
        self.reduced_motion = self._is_still()

    @property
    def system_tells_motion(self) -> bool:
        """Return whether Qt knows what the system says about motion: on Windows only."""
        return sys.platform == "win32"

    def _is_still(self) -> bool:
        if self._motion is MotionChoice.SYSTEM:
            return self.system_tells_motion and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
        return self._motion is MotionChoice.REDUCED

    def font(self, role: TextRole) -> QFont:
        """Return the font of a type role, with tabular figures."""
        return self._fonts[role]

    def metrics(self, role: TextRole) -> QFontMetricsF:
        """Return the measures of a type role's font; they are kept, painting asks for them all the time."""
        return self._metrics[role]

    def advance(self, role: TextRole, line: str) -> float:
        """Return the width in px of one line; it is kept: the same words are measured to be placed, then painted."""
        width = self._widths.get((role, line))
        if width is None:
            if len(self._widths) >= _KEPT_WIDTHS:
                self._widths.clear()
            width = self._widths[role, line] = self._metrics[role].horizontalAdvance(line)
        return width

    def size(self, role: TextRole) -> TypeSize:
        """Return pixel size, weight and line height of a type role."""
        return self._tokens.type[role]

    def picture(self, icon: Icon, color: QColor, size: int, ratio: float) -> QPixmap:
        """Return an icon tinted and scaled; the picture is kept."""
        return self._icons.picture(icon, color, size, ratio)

    @property
    def paper(self) -> Colors:
        """Return the colours of what is shown as on paper: the same whatever the scheme."""
        return self._tokens.light

    def _system_changed(self) -> None:
        if self._choice is SchemeChoice.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        if self._choice is SchemeChoice.SYSTEM:
            dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        else:
            dark = self._choice is SchemeChoice.DARK
        self.colors = self._tokens.colors(Scheme.DARK if dark else Scheme.LIGHT)
        self._app.setPalette(palette_of(self.colors))
        self.changed.emit()


def _font(families: tuple[str, ...], size: TypeSize) -> QFont:
    font = QFont(list(families))
    font.setPixelSize(size.px)
    font.setWeight(QFont.Weight.DemiBold if size.weight >= 600 else QFont.Weight.Normal)
    font.setFeature(QFont.Tag.fromString("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font


def palette_of(colors: Colors) -> QPalette:
    """Return the palette that makes Fusion's own parts agree with the tokens."""
    role = QPalette.ColorRole
    table = {
        role.Window: colors.bg.window,
        role.Base: colors.bg.panel,
        role.AlternateBase: colors.bg.window,
        role.Button: colors.bg.panel,
        role.Text: colors.text.primary,
        role.WindowText: colors.text.primary,
        role.ButtonText: colors.text.primary,
        role.PlaceholderText: colors.text.muted,
        role.Highlight: colors.you.solid,
        role.HighlightedText: colors.you.on,
        role.Link: colors.you.text,
        role.LinkVisited: colors.you.text,
        role.ToolTipBase: colors.bg.raised,
        role.ToolTipText: colors.text.primary,
        role.Accent: colors.you.solid,
        role.Light: colors.bg.raised,
        role.Midlight: colors.bg.hover,
        role.Mid: colors.line.soft,
        role.Dark: colors.line.control,
        role.Shadow: colors.line.control,
        role.BrightText: colors.text.primary,
    }
    palette = QPalette()
    for which, color in table.items():
        palette.setColor(which, color)
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, colors.text.disabled)
    return palette


def install_theme(app: QApplication) -> Theme:
    """Give the program its look before the first widget: shipped fonts, palette. A second call returns the same look.

    The application was made with ``STYLE``.
    """
    present = getattr(app, _KEPT_AS, None)
    if isinstance(present, Theme):
        return present
    load_fonts()
    installed = Theme(app, load_tokens())
    setattr(app, _KEPT_AS, installed)
    return installed


def load_fonts() -> None:
    """Let the program write in its shipped fonts; there must be an application."""
    # A name in Devanagari makes Qt tell of each font of the chain that cannot write it.
    QLoggingCategory.setFilterRules("qt.text.font.db.info=false")
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        QFontDatabase.addApplicationFont(str(shipped("fonts", name)))


def theme() -> Theme:
    """Return the look of the running program. Raises ``RuntimeError`` before ``install_theme``."""
    app = QCoreApplication.instance()
    present = getattr(app, _KEPT_AS, None)
    if isinstance(present, Theme):
        return present
    raise RuntimeError("install_theme(app) comes before the first widget")
