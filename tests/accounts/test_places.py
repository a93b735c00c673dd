"""Where a number and an address are; in doubt more zones, never fewer."""

import pytest

from accounts.places import address_place, licence_places, phone_place


@pytest.mark.parametrize(
    ("number", "state", "zones", "number_type"),
    [
        ("+12125550147", "NY", ("America/New_York",), "unknown"),
        ("+14235550147", "TN", ("America/Chicago", "America/New_York"), "unknown"),  # 423 spans the state's border
        (
            "+12195550147",
            "IN",
            ("America/Chicago", "America/Indiana/Indianapolis"),
            "unknown",
        ),  # Medaryville is Eastern
        ("+16895550147", "FL", ("America/New_York",), "unknown"),
        ("+18005550147", None, (), "toll_free"),
        ("+447700900123", None, None, "unknown"),  # abroad: not known
    ],
)
def test_an_area_code_says_its_state_and_every_zone_it_may_mean(
    number: str, state: str | None, zones: tuple[str, ...] | None, number_type: str
) -> None:
    place = phone_place(number)

    assert (place.state, place.zones, place.number_type) == (state, zones, number_type)


def test_an_address_is_where_its_zip_says() -> None:
    place = address_place("MN", "55401-1234")

    assert (place.state, place.zip5, place.zones) == ("MN", "55401", ("America/Chicago",))


def test_state_and_zip_that_differ_both_count() -> None:
    place = address_place("NY", "90001")

    assert place.state == "NY"
    assert set(place.zones or ()) == {"America/Los_Angeles", "America/New_York"}


def test_a_state_of_two_zones_without_a_zip_has_both() -> None:
    assert set(address_place("TN", "").zones or ()) >= {"America/Chicago", "America/New_York"}


def test_military_mail_says_nothing_of_a_place_and_an_address_abroad_is_not_known() -> None:
    military, abroad = address_place("AE", "09001"), address_place("", "SW1A 1AA", "GB")

    assert (military.zones, military.military) == ((), True)
    assert (abroad.state, abroad.zones) == (None, None)


@pytest.mark.parametrize(
    ("state", "code", "places"),
    [
        ("NY", "10001", {"NY", "NY-NYC"}),
        ("NY", "11004", {"NY", "NY-NYC"}),  # Glen Oaks, Queens, among ZIPs of Nassau County
        ("NY", "12207", {"NY"}),
        ("NJ", "10001", {"NJ", "NY-NYC"}),  # the ZIP alone decides
        ("AE", "09001", set()),
        (None, "", set()),
    ],
)
def test_new_york_city_asks_for_a_licence_of_its_own(state: str | None, code: str, places: set[str]) -> None:
    assert licence_places(state, code) == places
