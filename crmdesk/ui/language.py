"""Chooses the language of the program before its first window is made, and lets Qt speak and run the same way."""

from __future__ import annotations

import logging
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from crmdesk.domain.language import ENGLISH, MIRRORED, Mirrored, is_right_to_left, speak
from crmdesk.domain.shipped import shipped
from crmdesk.domain.translations import translation_named, translations

_CATALOGUE = ("LC_MESSAGES", "crmdesk.mo")
_QT = "crmdesk qt translator"  # not shown

log = logging.getLogger(__name__)


def own_name(code: str) -> str:
    """Return a language by the name that it has for itself: "Deutsch"."""
    name = QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:] if code != ENGLISH else "English"  # not shown


def speak_as_chosen(app: QApplication, chosen: str) -> None:
    """Speak the language with this tag, or with "" the first of the system's that there is; English else."""
    code = (_known(chosen) if chosen else None) or _of_the_system()
    speak(code, _catalogue(code))
    QLocale.setDefault(QLocale(code))
    _let_qt_speak(app, code)
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if is_right_to_left(code) else Qt.LayoutDirection.LeftToRight)


def _of_the_system() -> str:
    known = translations()
    for tag in QLocale.system().uiLanguages():
        for code in (tag, tag.partition("-")[0]):
            if code in known:
                return code
    return ENGLISH


def _known(chosen: str) -> str | None:
    found = translation_named(chosen)
    if found is None:
        log.warning("there is no translation into the language that was chosen")
    return found


def _catalogue(code: str) -> NullTranslations:
    if code == MIRRORED:
        return Mirrored()
    if code == ENGLISH:
        return NullTranslations()
    with shipped("translations", code, *_CATALOGUE).open("rb") as file:
        return GNUTranslations(file)


def _let_qt_speak(app: QApplication, code: str) -> None:
    """Let what Qt says itself (menus of text fields) be in this language, and in no former one."""
    for former in app.findChildren(QTranslator, _QT):
        app.removeTranslator(former)
        former.deleteLater()
    own = QTranslator(app)
    own.setObjectName(_QT)
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    if own.load(QLocale(code), "qtbase", "_", str(folder)):
        app.installTranslator(own)
