"""``crmdesk register-links``: lets this person's computer open ``crmdesk://`` links with this program."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.knock import SCHEME

DESKTOP_FILE = "crmdesk-links.desktop"
REGISTRY_KEY = rf"Software\Classes\{SCHEME}"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("register-links", help="open crmdesk:// links with this program")
    parser.add_argument("--remove", action="store_true", help="do so no more")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Register or remove, for this person only; raises Unavailable with what stands in the way."""
    if sys.platform == "darwin":
        print("On macOS the bundle brings its links along: open crmdesk.app once and they work.")
        return 0
    try:
        if sys.platform == "win32":
            _on_windows(arguments.remove)
        else:
            place = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "applications"
            _on_linux(place, program(), arguments.remove)
    except OSError as error:
        reason = error.strerror or "unknown"
        raise Unavailable(f"Links cannot be registered ({reason}).", "Check the rights of your own folders.") from error
    print(
        "crmdesk:// links are no longer opened here." if arguments.remove else "crmdesk:// links are opened here now."
    )
    return 0


def program() -> tuple[str, ...]:
    """Return how this program is started: the bundle's file, or this Python with the package."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (sys.executable, "-m", "crmdesk")


# Linux (freedesktop.org: Desktop Entry 1.5, "The Exec key"; MIME applications 1.0.1) ---------------------------------


def desktop_entry(command: Sequence[str]) -> str:
    """Return the desktop file; the link takes the place of %u as one argument, and no shell sees it."""
    words = " ".join(_quoted(word) for word in command)
    return (
        "[Desktop Entry]\n"
        "Type=Application\n"
        "Name=crmdesk links\n"
        f"Exec={words} pop %u\n"
        "NoDisplay=true\n"
        "Terminal=false\n"
        f"MimeType=x-scheme-handler/{SCHEME};\n"
    )


def _quoted(word: str) -> str:
    """Return a word in double quotes; each backslash is doubled once more, as in all strings of such a file."""
    for mark in ("\\", '"', "`", "$"):
        word = word.replace(mark, "\\" + mark)
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'


def _on_linux(place: Path, command: Sequence[str], remove: bool) -> None:
    file = place / DESKTOP_FILE
    if remove:
        file.unlink(missing_ok=True)
    else:
        place.mkdir(parents=True, exist_ok=True)
        file.write_text(desktop_entry(command), encoding="utf-8")
    _tell(["update-desktop-database", str(place)])
    if not remove:
        _tell(["xdg-mime", "default", DESKTOP_FILE, f"x-scheme-handler/{SCHEME}"])


def _tell(command: list[str]) -> None:
    """Run a tool of the desktop where there is one; without it the file is found at the next sign-in."""
    if shutil.which(command[0]) is not None:
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# Windows ------------------------------------------------------------------------------------------------------------


def registry_values(command: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the values to set under HKEY_CURRENT_USER, by key: a scheme of URLs and the command that opens one."""
    words = subprocess.list2cmdline([*command, "pop"])
    return {
        REGISTRY_KEY: {"": "URL:crmdesk", "URL Protocol": ""},
        rf"{REGISTRY_KEY}\shell\open\command": {"": f'{words} "%1"'},
    }


if sys.platform == "win32":
    import winreg

    def _on_windows(remove: bool) -> None:
        if remove:
            for key in (r"\shell\open\command", r"\shell\open", r"\shell", ""):
                winreg.DeleteKey(winreg.HKEY_CURRENT_USER, REGISTRY_KEY + key)
            return
        for key, values in registry_values(program()).items():
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                for name, value in values.items():
                    winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)
