"""FreeSWITCH over its event socket: reader, session, client, translation. It only listens.

Sources of every fact in this package: mod_event_socket.c, mod_callcenter.c, switch_channel.c, switch_caller.c and
switch_core_sqldb.c of FreeSWITCH (github.com/signalwire/freeswitch, master of August 2026).
"""

from __future__ import annotations

from crmdesk.telephony.connector import ConnectorKind
from crmdesk.telephony.freeswitch.configure import build

CONNECTOR = ConnectorKind("freeswitch", "FreeSWITCH (event socket)", build)
