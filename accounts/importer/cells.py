"""A draft as the cells of the staging table, but for what placing decides. Pure, so that it can be made ahead."""

import functools
from typing import Any

from accounts.importer.draft import Draft
from accounts.normalise import address_line, address_norm, is_public_domain
from credira.core import crypto
from credira.core.ids import uuid7

# One ciphertext a value: the blind index beside it shows the same equality, and ten thousand values are soon met again.
_encrypt_last4 = functools.lru_cache(maxsize=10_000)(crypto.encrypt)


def cells_of(new: Draft) -> tuple[Any, ...]:
    """The cells after ``new_person``, ``person`` and ``entity``, in the order of ``stage.COLUMNS``."""
    get = new.values.get
    address = new.address
    country = get("address_country") or "US"
    parts = (get("address_street") or "", get("address_city") or "", new.state, get("address_zip") or "", country)
    kind = "natural" if get("first_name") or get("last_name") or not get("company_name") else "firm"
    dpd = get("dpd")
    return (
        kind, get("first_name") or "", get("middle_name") or "", get("last_name") or "",
        get("suffix") or "", get("company_name") or "", *new.names,
        new.identity.email, is_public_domain(new.identity.email), new.state, new.identity.zip,
        crypto.encrypt(str(get("date_of_birth"))) if get("date_of_birth") else "",
        _encrypt_last4(get("last4ssn")) if get("last4ssn") else "",
        _bytea(new.identity.last4), get("language") or "en", "",
        get("phone") or "", new.phone.number_type if new.phone else "", new.phone.state if new.phone else None,
        _array(new.phone.zones) if new.phone else None,
        address_line(*parts) if address else "", address_norm(*parts) if address else "",
        address.state if address else None, _array(address.zones) if address else None, *parts[:2], parts[3], country,
        address.military if address else False,
        str(new.account_id), new.reference, _bytea(new.content_hash), get("original_creditor") or "",
        get("current_creditor") or get("original_creditor") or "", get("account_type") or "other", new.phase,
        new.role, get("purpose") or "unknown", get("obligor") or ("organization" if kind == "firm" else "unknown"),
        get("in_default_when_placed") != "false", get("currency"), new.balance, get("original_balance"),
        get("principal_balance"), get("interest_since"), get("fees_since"), get("payments_since"),
        get("current_balance"), get("itemization_date_kind") or "", get("itemization_date"), dpd,
        new.placed_on if dpd is not None else None, new.charge_off_date, new.delinquent_since, get("time_barred_on"),
        get("entered_on"), get("last_payment_date"), get("last_payment_amount"), get("minimum_payment"),
        new.placed_on, get("frequency_group") or "", new.number or None, get("tag") or "",
        str(uuid7()), *new.components,
    )  # fmt: skip


def _bytea(value: bytes | None) -> str | None:
    return None if value is None else "\\x" + value.hex()


def _array(zones: tuple[str, ...] | None) -> str | None:
    return None if zones is None else "{" + ",".join(zones) + "}"
