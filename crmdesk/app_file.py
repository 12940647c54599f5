"""Opening the local encrypted file: its key from the keyring or a passphrase, and what is asked where it stays shut."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import CrmdeskError, DamagedStore, Unavailable, UserMistake
from crmdesk.domain.language import tr
from crmdesk.runtime.profile import Profile

if TYPE_CHECKING:
    from crmdesk.models.engine import StoreEngines
    from crmdesk.ui.frame.cover import Cover

log = logging.getLogger(__name__)


class LocalFile:
    """The file of a profile before it is open. ``passphrase`` takes the place of the keyring where given; ``cover``
    shows a sheet over the window. What is heavy is loaded after the first paint."""

    def __init__(
        self, profile: Profile, clock: Clock, passphrase: str | None, cover: Callable[[QWidget], Cover]
    ) -> None:
        self._profile = profile
        self._clock = clock
        self._passphrase = passphrase
        self._cover = cover

    async def open(self) -> StoreEngines:
        """Return the open file, asking for what is missing as often as it takes: the person may set it aside."""
        mistake: UserMistake | None = None
        while True:
            asked = asyncio.ensure_future(self._key(mistake))
            await asyncio.sleep(0)  # the key is made on a thread, or typed, while the rest of the program is loaded
            from crmdesk.runtime.session import open_file

            mistake = None
            try:
                return await asyncio.to_thread(self._open_with, open_file, await asked)
            except CrmdeskError as error:
                log.warning("the local file: %s", type(error).__name__)
                if isinstance(error, UserMistake) and self._passphrase is None:
                    mistake = error
                elif await self.ask_about(error):
                    self._set_aside_for(error)

    def _open_with(self, open_file: Callable[[Path, bytes], StoreEngines], key: bytes) -> StoreEngines:
        """Open the file, on a thread; a file of before there was a check may be whole and the passphrase mistyped."""
        from crmdesk.runtime import keychain

        folder = self._profile.folder
        typed = self._passphrase is None and keychain.uses_passphrase(folder)
        try:
            engines = open_file(self._profile.store_path, key)
        except DamagedStore as error:
            if typed and not keychain.has_check(folder):
                raise UserMistake(
                    "passphrase", tr("This passphrase does not open the file."), tr("Try again.")
                ) from error
            raise
        if keychain.uses_passphrase(folder):
            with suppress(Unavailable):  # a full disk: the next start keeps it
                keychain.keep_check(key, folder)
        return engines

    def _set_aside_for(self, error: CrmdeskError) -> None:
        from crmdesk.runtime import keychain

        if isinstance(error, keychain.LostKey):
            self._profile.set_aside_with_key(self._clock.now())
        else:
            self._profile.set_aside(self._clock.now())

    async def _key(self, mistake: UserMistake | None) -> bytes:
        from crmdesk.runtime import keychain

        folder = self._profile.folder
        if self._passphrase is not None:
            return await asyncio.to_thread(keychain.key_from_passphrase, self._passphrase, folder)
        if not keychain.uses_passphrase(folder):
            try:
                return await asyncio.to_thread(keychain.key_from_keyring, str(folder))
            except keychain.NoKeyring as error:
                log.info("keyring: %s", type(error.__cause__ or error).__name__)
                if self._profile.store_path.exists():
                    raise Unavailable(
                        tr("The key of your file is in this computer's keyring, which does not answer."),
                        tr("Unlock the keyring, then try again."),
                    ) from error
        return await self._ask_for_passphrase(
            lambda words: asyncio.to_thread(keychain.key_from_passphrase, words, folder),
            not keychain.uses_passphrase(folder),
            mistake,
        )

    async def _ask_for_passphrase(
        self, key_of: Callable[[str], Awaitable[bytes]], first_time: bool, mistake: UserMistake | None
    ) -> bytes:
        """Return the key of the passphrase typed; a wrong one is told at the field, as often as it takes."""
        from crmdesk.ui.frame.opening import PassphraseSheet

        sheet = PassphraseSheet(first_time)
        given: asyncio.Queue[str | None] = asyncio.Queue()
        sheet.given.connect(given.put_nowait)
        sheet.set_aside.connect(partial(given.put_nowait, None))
        cover = self._cover(sheet)
        try:
            while True:
                if mistake is not None:
                    sheet.show_mistake(mistake)
                    if not first_time:
                        sheet.offer_set_aside()
                words = await given.get()
                if words is None:
                    break
                try:
                    return await key_of(words)
                except UserMistake as error:
                    mistake = error
        finally:
            cover.lift()
        self._profile.set_aside_with_key(self._clock.now())
        return await self._key(None)

    async def ask_about(self, error: CrmdeskError) -> bool:
        """Show why the file cannot be opened; return True to set it aside, False to try again."""
        from crmdesk.ui.frame.opening import TroubleSheet

        sheet = TroubleSheet(error, isinstance(error, DamagedStore))
        answers: asyncio.Queue[bool] = asyncio.Queue()
        sheet.again.connect(partial(answers.put_nowait, False))
        sheet.set_aside.connect(partial(answers.put_nowait, True))
        cover = self._cover(sheet)
        answer = await answers.get()
        cover.lift()
        return answer
