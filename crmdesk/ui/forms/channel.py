"""How what is registered reached the house: by the call, or otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.domain.complaints import Channel
from crmdesk.domain.language import mark, tr
from crmdesk.domain.routing.sentences import CHANNEL_WORDS
from crmdesk.domain.values import known
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormSubject
from crmdesk.ui.kit import Option

CHANNEL = "channel"
FIELD = FieldSpec(
    *(CHANNEL, mark("How it came"), FieldKind.ONE_OF),
    words=mark("First letters choose"),
    options=tuple(Option(one.value, words) for one, words in CHANNEL_WORDS.items()),
)
"""The field; what comes in a call is known to have come by phone."""


def source(subject: FormSubject, channel: Channel) -> str:
    """Return where what is filled in is from: the call, else the last contact of the customer."""
    if subject.interaction_id is not None:
        return tr("from the call")
    return tr("most do") if channel is Channel.PHONE else tr("from their last contact")


def chosen(values: Mapping[str, str]) -> Channel:
    """Return what stands in the field."""
    return known(Channel, values[CHANNEL], Channel.PHONE)
