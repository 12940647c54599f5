"""The icons (Lucide, ISC licence): their names, and pictures tinted and cached per colour and size."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from crmdesk.domain.shipped import shipped

_STROKE = "1.75"


class Icon(StrEnum):
    """An icon by the name of its file in resources/icons."""

    ALARM_CLOCK = "alarm-clock"
    ARROW_DOWN = "arrow-down"
    ARROW_DOWN_LEFT = "arrow-down-left"
    ARROW_UP = "arrow-up"
    BELL = "bell"
    BELL_OFF = "bell-off"
    BOOK_OPEN = "book-open"
    BUG = "bug"
    BUILDING_2 = "building-2"
    CALENDAR_CLOCK = "calendar-clock"
    CHECK = "check"
    CHEVRON_DOWN = "chevron-down"
    CHEVRON_LEFT = "chevron-left"
    CHEVRON_RIGHT = "chevron-right"
    CHEVRON_UP = "chevron-up"
    CIRCLE = "circle"
    CIRCLE_ALERT = "circle-alert"
    CIRCLE_CHECK = "circle-check"
    CIRCLE_DOT = "circle-dot"
    CLOCK = "clock"
    CLOCK_ALERT = "clock-alert"
    CLOUD = "cloud"
    CLOUD_DOWNLOAD = "cloud-download"
    CLOUD_OFF = "cloud-off"
    CLOUD_UPLOAD = "cloud-upload"
    COFFEE = "coffee"
    COPY = "copy"
    CORNER_DOWN_LEFT = "corner-down-left"
    CORNER_DOWN_RIGHT = "corner-down-right"
    DATABASE = "database"
    EAR = "ear"
    ELLIPSIS = "ellipsis"
    ELLIPSIS_VERTICAL = "ellipsis-vertical"
    EYE = "eye"
    EYE_OFF = "eye-off"
    FILE_TEXT = "file-text"
    FILTER = "filter"
    GIT_COMPARE = "git-compare"
    GIT_MERGE = "git-merge"
    HANDSHAKE = "handshake"
    HARD_DRIVE = "hard-drive"
    HARD_DRIVE_DOWNLOAD = "hard-drive-download"
    HASH = "hash"
    HEADPHONES = "headphones"
    HEART_PULSE = "heart-pulse"
    HISTORY = "history"
    HOURGLASS = "hourglass"
    HOUSE = "house"
    INBOX = "inbox"
    INFO = "info"
    KEYBOARD = "keyboard"
    LANGUAGES = "languages"
    LAYOUT_DASHBOARD = "layout-dashboard"
    LINK = "link"
    LIST_CHECKS = "list-checks"
    LIST_FILTER = "list-filter"
    LOADER = "loader"
    LOCK = "lock"
    LOG_IN = "log-in"
    LOG_OUT = "log-out"
    MAIL = "mail"
    MAP_PIN = "map-pin"
    MAXIMIZE = "maximize"
    MESSAGE_SQUARE = "message-square"
    MESSAGE_SQUARE_WARNING = "message-square-warning"
    MINUS = "minus"
    MONITOR = "monitor"
    MOON = "moon"
    OCTAGON_ALERT = "octagon-alert"
    PAPERCLIP = "paperclip"
    PAUSE = "pause"
    PEN_LINE = "pen-line"
    PENCIL = "pencil"
    PHONE = "phone"
    PHONE_CALL = "phone-call"
    PHONE_FORWARDED = "phone-forwarded"
    PHONE_INCOMING = "phone-incoming"
    PHONE_MISSED = "phone-missed"
    PHONE_OFF = "phone-off"
    PHONE_OUTGOING = "phone-outgoing"
    PIN = "pin"
    PLUS = "plus"
    PRINTER = "printer"
    QUOTE = "quote"
    RADIO = "radio"
    REFRESH_CW = "refresh-cw"
    ROTATE_CW = "rotate-cw"
    ROWS_3 = "rows-3"
    SCALE = "scale"
    SEARCH = "search"
    SEND = "send"
    SETTINGS = "settings"
    SHIELD_CHECK = "shield-check"
    SLIDERS_HORIZONTAL = "sliders-horizontal"
    SNOWFLAKE = "snowflake"
    STAR = "star"
    SUN = "sun"
    TERMINAL = "terminal"
    TIMER = "timer"
    TRIANGLE_ALERT = "triangle-alert"
    TRUCK = "truck"
    UNDO_2 = "undo-2"
    UNPLUG = "unplug"
    USER = "user"
    USER_PLUS = "user-plus"
    USER_ROUND_CHECK = "user-round-check"
    USERS = "users"
    VOLUME_2 = "volume-2"
    WRENCH = "wrench"
    X = "x"


DIRECTED = frozenset(
    {
        *(Icon.CHEVRON_LEFT, Icon.CHEVRON_RIGHT, Icon.CORNER_DOWN_LEFT, Icon.CORNER_DOWN_RIGHT, Icon.LOG_IN),
        *(Icon.LOG_OUT, Icon.PEN_LINE, Icon.PENCIL, Icon.QUOTE, Icon.SEND, Icon.UNDO_2, Icon.VOLUME_2),
        *(Icon.LIST_CHECKS, Icon.FILE_TEXT),
    }
)
"""Icons that point along the line of writing, and so the other way from right to left."""


class IconStore:
    """Draws icons, keeping each picture it made (a screen uses some forty)."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[Icon, int, int, float], QPixmap] = {}

    def picture(self, icon: Icon, color: QColor, size: int, ratio: float = 1.0) -> QPixmap:
        """Return ``icon`` in ``color``, ``size`` px square, sharp at a device pixel ratio of ``ratio``."""
        key = (icon, color.rgba(), size, ratio)
        found = self._pictures.get(key)
        if found is None:
            found = self._pictures[key] = _draw(icon, color, size, ratio)
        return found


def _draw(icon: Icon, color: QColor, size: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import (
        QSvgRenderer,
    )  # imported late: the first paint waits for nothing it can do without

    svg = shipped("icons", f"{icon}.svg").read_text(encoding="utf-8")
    svg = svg.replace("currentColor", color.name()).replace('stroke-width="2"', f'stroke-width="{_STROKE}"')
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(color.alphaF())
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
