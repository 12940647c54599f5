"""Asterisk over its manager interface (AMI): reader, client, translation, and a server that plays recordings."""

from __future__ import annotations

from crmdesk.telephony.ami.configure import build
from crmdesk.telephony.connector import ConnectorKind

CONNECTOR = ConnectorKind("ami", "Asterisk (manager interface)", build)
