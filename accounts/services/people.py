"""Whom a placement is about: found among those we know, or new (architecture.md, Consumer matching)."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from accounts import places
from accounts.models import Endpoint, Person
from accounts.normalise import address_line, address_norm, email_norm, is_public_domain, names
from credira.core.crypto import blind_index
from credira.tenancy.models import Workspace

SAME_EMAIL = "same_email"


def lock_matching(workspace: Workspace) -> None:
    """Two placements at once mustn't make one person twice: matching in a workspace is one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"placing:{workspace.pk}"])


def find_or_add_person(workspace: Workspace, about: Mapping[str, Any]) -> Person:
    """The consumer of a placement. Call it after ``lock_matching``.

    Same e-mail and (same last 4 of the SSN, or same name and ZIP): the same person. The e-mail alone: a new one, and
    both are flagged for review. Without an e-mail: last 4, name and ZIP together.
    """
    fresh = _person(workspace, about)
    if fresh.email_norm:
        alike = list(Person.objects.filter(workspace=workspace, email_norm=fresh.email_norm))
        found = next((known for known in alike if _same(known, fresh)), None)
        if found is None and alike:
            fresh.review_reason = SAME_EMAIL
            Person.objects.filter(workspace=workspace, pk__in=[p.pk for p in alike]).update(review_reason=SAME_EMAIL)
    else:
        found = _by_digits(workspace, fresh)
    if found is None:
        fresh.save(force_insert=True)
        found = fresh
    add_endpoints(workspace, found, about)
    return found


def add_endpoints(workspace: Workspace, person: Person, about: Mapping[str, Any]) -> None:
    """Keep the phone, e-mail and address that a placement brings, unless the person has them."""
    found = [_phone(about), _email(about), _address(about)]
    Endpoint.objects.bulk_create(
        [Endpoint(workspace=workspace, person=person, **values) for values in found if values],
        ignore_conflicts=True,
    )


def _person(workspace: Workspace, about: Mapping[str, Any]) -> Person:
    first, last = about.get("first_name", ""), about.get("last_name", "")
    company = about.get("company_name", "")
    name_norm, sort_name = names(first, last, company)
    place = places.address_place(
        about.get("address_state", ""), about.get("address_zip", ""), about.get("address_country") or "US"
    )
    last4 = about.get("last4ssn", "")
    born = about.get("date_of_birth")
    return Person(
        workspace=workspace,
        kind=Person.Kind.FIRM if company and not (first or last) else Person.Kind.NATURAL,
        first_name=first,
        middle_name=about.get("middle_name", ""),
        last_name=last,
        suffix=about.get("suffix", ""),
        company_name=company,
        name_norm=name_norm,
        sort_name=sort_name,
        email_norm=email_norm(about.get("consumer_email") or ""),
        state=place.state or "",
        zip=place.zip5,
        date_of_birth=born.isoformat() if born else "",
        last4_ssn=last4,
        last4_index=blind_index(workspace.pk, last4) if last4 else None,
        language=about.get("language") or "en",
    )


def _same(known: Person, fresh: Person) -> bool:
    if known.last4_index is not None and fresh.last4_index is not None:
        return bytes(known.last4_index) == fresh.last4_index
    return (known.name_norm, known.zip) == (fresh.name_norm, fresh.zip)


def _by_digits(workspace: Workspace, fresh: Person) -> Person | None:
    if fresh.last4_index is None:
        return None
    return Person.objects.filter(
        workspace=workspace, last4_index=fresh.last4_index, name_norm=fresh.name_norm, zip=fresh.zip
    ).first()


def _phone(about: Mapping[str, Any]) -> dict[str, Any] | None:
    number = about.get("phone")
    if not number:
        return None
    place = places.phone_place(number)
    return {
        "kind": Endpoint.Kind.PHONE,
        "value": number,
        "value_norm": number,
        "number_type": place.number_type,
        "state": place.state,
        "zones": list(place.zones) if place.zones is not None else None,
    }


def _email(about: Mapping[str, Any]) -> dict[str, Any] | None:
    address = about.get("consumer_email")
    if not address:
        return None
    return {
        "kind": Endpoint.Kind.EMAIL,
        "value": address,
        "value_norm": email_norm(address),
        "domain_public": is_public_domain(address),
    }


def _address(about: Mapping[str, Any]) -> dict[str, Any] | None:
    street, city = about.get("address_street", ""), about.get("address_city", "")
    state, code = about.get("address_state", ""), about.get("address_zip", "")
    country = about.get("address_country") or "US"
    if not (street or city or state or code):
        return None
    place = places.address_place(state, code, country)
    return {
        "kind": Endpoint.Kind.ADDRESS,
        "value": address_line(street, city, state, code, country),
        "value_norm": address_norm(street, city, state, code, country),
        "place": Endpoint.Place.HOME,
        "address_type": "residence",
        "state": place.state,
        "zones": list(place.zones) if place.zones is not None else None,
        "street": street,
        "city": city,
        "zip": place.zip5,
        "postal_code": code,
        "country": country,
        "military": place.military,
    }
