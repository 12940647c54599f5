"""Public holidays by country and subdivision, from the package ``holidays``.

Two of its habits are kept out here: names follow the environment of the process unless a language is given that the
country has, and it is slow to load (0.3 s), so that only who asks for holidays loads it. A third stays: years beyond
its tables (for Great Britain 1872 to 2100) have no holidays.
"""

from __future__ import annotations

from datetime import date

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import spoken, tr
from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """Whose holidays: ``country`` as ISO 3166-1 alpha-2, ``subdivision`` by its code there ("ENG"), if any."""

    country: str
    subdivision: str = ""

    def of_year(self, year: int) -> dict[date, str]:
        """Return the days of a year on which they are kept, with their names; a substitute day is one of them.

        Raises ``UserMistake`` for a country or subdivision that the package does not know.
        """
        import holidays

        subdivision = self.subdivision or None
        try:
            known = holidays.country_holidays(self.country, subdivision, observed=True)
        except NotImplementedError as unknown:
            raise UserMistake(
                "public_holidays",
                tr("No public holidays are known for {place}.", place=self.place),
                tr("Give the two letters of the country (ISO 3166-1) and the code of the subdivision: GB and ENG."),
            ) from unknown
        language = _language(known.supported_languages, known.default_language)
        of_year = holidays.country_holidays(self.country, subdivision, years=year, observed=True, language=language)
        return {day: name for day, name in of_year.items() if day.year == year}

    @property
    def place(self) -> str:
        """Return the country, with its subdivision: "GB-ENG"."""
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country


def _language(supported: tuple[str, ...], default: str | None) -> str | None:
    wanted = spoken().replace("-", "_")
    for language in (wanted, wanted.partition("_")[0], *(one for one in supported if one.startswith(wanted[:2]))):
        if language in supported:
            return language
    return next((one for one in ("en_GB", "en_US") if one in supported), default)
