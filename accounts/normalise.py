"""What values are compared by. Pure."""

import re
import unicodedata

# Domains open to the general public (12 CFR 1006.6(d)(4)(ii)(D)); absence from the list means "not known to be one".
PUBLIC_DOMAINS = frozenset(
    """
    aol.com att.net bellsouth.net comcast.net cox.net earthlink.net fastmail.com gmail.com gmx.com gmx.net
    googlemail.com hotmail.com hushmail.com icloud.com inbox.com live.com mac.com mail.com me.com msn.com outlook.com
    pm.me proton.me protonmail.com rocketmail.com sbcglobal.net tutanota.com verizon.net
    yahoo.com yandex.com ymail.com zoho.com
    """.split()
)
_NOT_LETTERS = re.compile(r"[^\w ]+|_", re.UNICODE)
_NOT_DIGITS = re.compile(r"\D+")


def email_norm(address: str) -> str:
    """One mailbox, one spelling: lower case, no surrounding space."""
    return address.strip().lower()


def is_public_domain(address: str) -> bool:
    """Whether anybody can have an address there; False also means "not known"."""
    return email_norm(address).rpartition("@")[2] in PUBLIC_DOMAINS


def words(text: str) -> str:
    """``words("Van-der-Berg, Zoë")`` → ``"van der berg zoe"``: no accents, case, apostrophes or punctuation."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    plain = plain.replace("'", "").replace("’", "").replace("-", " ")
    return " ".join(_NOT_LETTERS.sub(" ", plain).split())


def names(first: str, last: str, company: str = "") -> tuple[str, str]:
    """``(name_norm, sort_name)``: ``("siobhan chen", "chen siobhan")``; of a firm twice its name."""
    first_words, last_words = words(first), words(last)
    if not (first_words or last_words):
        firm = words(company)
        return firm, firm
    return f"{first_words} {last_words}".strip(), f"{last_words} {first_words}".strip()


def phone_digits(text: str) -> str:
    """The digits of what was typed as a number, for search."""
    return _NOT_DIGITS.sub("", text)


def address_norm(street: str, city: str, state: str, postal_code: str, country: str) -> str:
    """What makes two postal addresses the same."""
    return "|".join((words(street), words(city), state, postal_code[:5], country))


def address_line(street: str, city: str, state: str, postal_code: str, country: str) -> str:
    """``"41 Birch Ln, Chattanooga, TN 37402"``, with the country if it isn't the United States."""
    region = " ".join(part for part in (state, postal_code) if part)
    parts = (street, city, region, "" if country == "US" else country)
    return ", ".join(part for part in parts if part)
