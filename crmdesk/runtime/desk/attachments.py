"""The desk's door to files of cases: added from a disk or the clipboard, looked at, saved, taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol
from uuid import UUID

from crmdesk.domain.attachments.views import AttachmentView, Owner
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import tr
from crmdesk.runtime.database import Database
from crmdesk.runtime.files import read_file, write_file
from crmdesk.services import attachments
from crmdesk.sync.client import contents


class FileSource(Protocol):
    """Whoever has contents that are not here: the server."""

    async def fetch(self, entity: str, attachment_id: UUID) -> bytes:
        """Return a content; raises Unavailable without an answer, Refused where the server does not have it."""
        ...


class AttachmentsDesk:
    """Changes are published as ``Changes`` of ``Kind.COMPLAINT_ATTACHMENT`` and, of a form, ``Kind.DRAFT``. ``reach``
    is told by the link whom to ask, None while there is nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._source: FileSource | None = None

    def reach(self, source: FileSource | None) -> None:
        """Ask there from now on."""
        self._source = source

    async def of(self, owner: Owner) -> tuple[AttachmentView, ...]:
        """Return the files of a case or of a form, in the order in which they were added."""
        return await self._database.read(attachments.listed, owner)

    async def add_file(self, owner: Owner, path: Path) -> UUID:
        """Attach a file of this computer and return the attachment's id; its content is on the disk then.

        Raises UserMistake for one that is not taken, Refused for a case that is not here any more.
        """
        data = await asyncio.to_thread(read_file, path)
        return await self._database.write(attachments.add, owner, path.name, data)

    async def add_bytes(self, owner: Owner, name: str, data: bytes) -> UUID:
        """Attach what came from the clipboard; as ``add_file``."""
        return await self._database.write(attachments.add, owner, name, data)

    async def take_back(self, attachment_id: UUID) -> None:
        """Take a file back, for good; raises Refused for a colleague's."""
        await self._database.write(attachments.take_back, attachment_id)

    async def content(self, attachment_id: UUID) -> bytes:
        """Return the content of a file, fetched where it is not here.

        Raises Unavailable where it comes when connected, Refused where the file is gone or not at the server yet.
        """
        found = await self._database.read(attachments.content, attachment_id)
        if found is not None:
            await self._database.write(contents.used, attachment_id)
            return found
        entity = await self._database.read(attachments.entity_of, attachment_id)
        if self._source is None:
            raise Unavailable(tr("This file is not on this computer."), tr("It comes when connected."))
        data = await self._source.fetch(entity, attachment_id)
        await self._database.write(contents.keep_fetched, entity, attachment_id, data)
        return data

    async def save(self, attachment_id: UUID, path: Path) -> None:
        """Write a file's content to a place that somebody chose; raises as ``content`` does, and UserMistake where it
        cannot be written."""
        data = await self.content(attachment_id)
        await asyncio.to_thread(write_file, path, data)
