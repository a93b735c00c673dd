"""Who lives in the demo's sandbox: the people of the placed accounts, each with a temperament."""

from collections.abc import Iterable, Iterator
from itertools import cycle
from typing import Any

from accounts.models import Account, Endpoint, Person
from credira.tenancy.models import Workspace

# In the order of the file's rows: most people talk, some pay, some can't or won't, one each of those that stop us.
PERSONAS = (
    *("cooperative", "voicemail", "cooperative", "hardship", "no_answer", "cooperative", "disputer", "cooperative"),
    *("stopper", "promise_breaker", "cooperative", "wrong_number", "busy", "negotiator", "cooperative", "attorney"),
    *("third_party", "cooperative", "silent", "human_wanted", "abusive", "cooperative", "spanish", "bankruptcy"),
    *("already_paid", "cooperative", "deceased", "injector", "callback", "cooperative"),
)


def residents(workspace: Workspace, accounts: Iterable[Account]) -> Iterator[dict[str, Any]]:
    """The simulator's description of each consumer, with all accounts the person has. Call it bound."""
    by_person: dict[Any, list[Account]] = {}
    for account in accounts:
        by_person.setdefault(account.person_id, []).append(account)
    people = Person.objects.filter(workspace=workspace).in_bulk(by_person)
    endpoints: dict[Any, list[Endpoint]] = {}
    for endpoint in Endpoint.objects.filter(workspace=workspace, person_id__in=by_person).order_by("id"):
        endpoints.setdefault(endpoint.person_id, []).append(endpoint)
    personas = cycle(PERSONAS)
    for person_id, owed in by_person.items():
        yield _resident(people[person_id], endpoints.get(person_id, []), owed, next(personas))


def _resident(person: Person, endpoints: list[Endpoint], accounts: list[Account], persona: str) -> dict[str, Any]:
    address = next((e for e in endpoints if e.kind == Endpoint.Kind.ADDRESS), None)
    return {
        "ref": person.public_id,
        "name": person.name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "zip": person.zip,
        "last4": person.last4_ssn,
        "phones": [e.value for e in endpoints if e.kind == Endpoint.Kind.PHONE],
        "emails": [e.value for e in endpoints if e.kind == Endpoint.Kind.EMAIL],
        "address": _address(address) if address else {},
        "persona": persona,
        "accounts": [
            {
                "id": account.public_id,
                "reference": account.creditor_reference,
                "balance": str(account.current_balance),
                "currency": account.currency,
            }
            for account in accounts
        ],
    }


def _address(endpoint: Endpoint) -> dict[str, str]:
    return {
        "line1": endpoint.street,
        "city": endpoint.city,
        "state": endpoint.state or "",
        "zip": endpoint.zip,
    }
