"""Complaints of the desk's own file as the radar counts them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete

from crmdesk.domain.radar.cells import Case
from crmdesk.models.complaint import Complaint
from crmdesk.services import radar
from tests.services.conftest import Steps
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, House, a_complaint, known_id
from tests.support.radar_house import a_rise, quiet_days

TODAY = AFTERNOON.date()


def counted(do: Steps, today: date = TODAY) -> dict[UUID, Case]:
    """Return what is counted, by id."""
    return {case.id: case for case in do(lambda uow: radar.counted(uow, today))}


def test_the_area_is_the_customers_city_and_the_product_has_no_particulars(do: Steps, house: House) -> None:
    house.add(a_complaint("R1", MARGARET, AFTERNOON, product="HomeCover Plus, renews 4 Mar", category="Delay"))
    found = counted(do)[known_id("R1")]
    assert (found.product, found.category, found.area) == ("HomeCover Plus", "Delay", "Leeds")


def test_spellings_of_one_product_are_one(do: Steps, house: House) -> None:
    house.add(a_complaint("R1", MARGARET, AFTERNOON, product="homecover  plus"))
    assert counted(do)[known_id("R1")].product == "HomeCover Plus"


def test_a_complaint_counts_on_the_day_it_was_where_it_was_received(do: Steps, house: House) -> None:
    at = datetime.fromisoformat("2026-12-20T23:30:00+00:00")
    house.add(*(a_complaint(zone, MARGARET, at, received_zone=zone) for zone in ("Asia/Tokyo", "Europe/London")))
    nowhere = ("No/Where", "Europe", "x" * 300)
    house.add(*(a_complaint(name, MARGARET, at, received_zone=name) for name in nowhere))
    days = {name: counted(do)[known_id(name)].day.day for name in ("Asia/Tokyo", "Europe/London", *nowhere)}
    assert days == {"Asia/Tokyo": 21, "Europe/London": 20, **dict.fromkeys(nowhere, 20)}


def test_closed_ones_count_and_those_of_long_ago_do_not(do: Steps, house: House) -> None:
    house.add(
        a_complaint("closed", MARGARET, AFTERNOON - timedelta(days=40), state="closed"),
        a_complaint("old", MARGARET, AFTERNOON - timedelta(days=200)),
        a_complaint("nobody's", known_id("somebody of another team"), AFTERNOON),
    )
    found = counted(do)
    assert known_id("closed") in found
    assert known_id("old") not in found
    assert found[known_id("nobody's")].area == ""


def test_the_complaints_behind_are_listed_newest_first_and_erased_ones_are_gone(do: Steps, house: House) -> None:
    house.add(*quiet_days(), *a_rise())
    ids = [row.id for row in a_rise()]
    do(lambda uow: uow.session.execute(delete(Complaint).where(Complaint.id == ids[0])))
    found = do(lambda uow: radar.behind(uow, ids))
    assert {row.id for row in found} == set(ids[1:])
    assert [row.received_at for row in found] == sorted((row.received_at for row in found), reverse=True)
    assert {row.customer_name for row in found} == {"Margaret Ellison"}
