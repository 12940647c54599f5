"""Phone systems that call us: the webhook of Zammad's generic CTI interface, as cloud PBXs and many others speak it.

Source of the format: https://docs.zammad.org/en/latest/api/generic-cti/index.html
"""

from __future__ import annotations

from crmdesk.telephony.connector import ConnectorKind
from crmdesk.telephony.webhook.receiver import build

CONNECTOR = ConnectorKind("webhook", "Webhook (Zammad's generic CTI interface)", build)
