"""The forecast of missed deadlines in sentences."""

from __future__ import annotations

from datetime import timedelta

from crmdesk.domain.cases.forecast import LEAST, Forecast, Like, Outlook
from crmdesk.domain.complaints import category_words
from crmdesk.domain.language import mark_n, tr, tr_n
from crmdesk.domain.words import sentence, whole_percent

_DAY = timedelta(days=1)


def chance_words(one: Outlook) -> str:
    """Return the chance in a word or two: "late", "73 %", empty where too little is known."""
    if one.late:
        return tr("late")
    return "" if one.chance is None else whole_percent(one.chance)


def explained(one: Outlook, product: str, category: str) -> str:
    """Return in a sentence what the outlook of a complaint was counted from; product and category as they are kept."""
    if one.late:
        return tr("Its time is over.")
    if one.chance is None:
        return tr("Fewer than {n} complaints were open as long as this one: nothing can be said.", n=LEAST)
    match one.like:
        case Like.BOTH:
            about = tr("{category}, {product}", category=category_words(category), product=product)
        case Like.CATEGORY:
            about = category_words(category)
        case Like.ALL:
            about = ""
    counted = _counted(one, about)
    if not one.open_yet:
        return counted
    still = tr_n(
        "{n} more is still open and counts as far as it is known.",
        "{n} more are still open and count as far as they are known.",
        one.open_yet,
    )
    return f"{counted} {still}"


def _counted(one: Outlook, about: str) -> str:
    days = max(0, round(one.left / _DAY))
    left = tr("less than a day") if one.left < _DAY else tr_n("{n} day", "{n} days", days)
    if about:
        return tr(
            "{longer} of {known} complaints about {about} that were open as long took longer than the {left} left.",
            longer=one.longer,
            known=one.known,
            about=about,
            left=left,
        )
    return tr(
        "{longer} of {known} complaints of any kind that were open as long took longer than the {left} left.",
        longer=one.longer,
        known=one.known,
        left=left,
    )


def summary(found: Forecast) -> str:
    """Return how many will miss their deadline, and of how many too little is known; empty where nothing has one."""
    late = sum(one.late for one in found.outlooks)
    unknown = len(found.outlooks) - found.judged
    parts: list[str] = []
    if found.judged > late:
        expected = max(round(found.expected), late)
        one, many = _EXPECTED
        parts.append(tr_n(one, many, expected, judged=found.judged))
    elif late:
        parts.append(tr_n("{n} missed the law's deadline", "{n} missed the law's deadline", late))
    if unknown:
        parts.append(tr_n("of {n} too little is known", "of {n} too little is known", unknown))
    return sentence("; ".join(parts))


_EXPECTED = mark_n(
    "about {n} of {judged} will miss the law's deadline", "about {n} of {judged} will miss the law's deadline"
)
