"""Money: Decimal amounts in major units with an ISO 4217 currency. Rounding happens here and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, InvalidOperation

from credira.core.digits import is_plain
from credira.core.errors import InvalidRequest

_EXPONENTS = {
    **dict.fromkeys(
        [
            "JPY",
            "KRW",
            "VND",
            "CLP",
            "XOF",
            "XAF",
            "UGX",
            "RWF",
            "BIF",
            "GNF",
            "KMF",
            "PYG",
            "VUV",
            "XPF",
            "ISK",
            "DJF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
_TWO = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "ANG",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BMD",
        "BND",
        "BOB",
        "BRL",
        "BSD",
        "BTN",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHF",
        "CNY",
        "COP",
        "CRC",
        "CUP",
        "CVE",
        "CZK",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "FKP",
        "GBP",
        "GEL",
        "GHS",
        "GIP",
        "GMD",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IRR",
        "JMD",
        "KES",
        "KGS",
        "KHR",
        "KPW",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "SAR",
        "SBD",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SHP",
        "SLE",
        "SOS",
        "SRD",
        "SSP",
        "STN",
        "SVC",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TOP",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "USD",
        "UYU",
        "UZS",
        "VES",
        "WST",
        "XCD",
        "YER",
        "ZAR",
        "ZMW",
        "ZWL",
    ]
)
MAX_AMOUNT = Decimal("999999999999999")


def is_currency(code: str) -> bool:
    """Whether ``code`` is an ISO 4217 currency in use."""
    return code in _EXPONENTS or code in _TWO


def exponent(currency: str) -> int:
    """Decimals of a currency: 2 for USD, 0 for JPY, 3 for KWD. Raises ``InvalidRequest`` for an unknown code."""
    if currency in _TWO:
        return 2
    try:
        return _EXPONENTS[currency]
    except KeyError:
        raise InvalidRequest(f"{currency} is not an ISO 4217 currency.") from None


def unit(currency: str) -> Decimal:
    """The smallest amount of a currency: ``Decimal("0.01")`` for USD."""
    return Decimal(1).scaleb(-exponent(currency))


def quantize(amount: Decimal, currency: str, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """``amount`` in the currency's own decimals."""
    return amount.quantize(unit(currency), rounding=rounding)


def parse_amount(value: object, currency: str) -> Decimal:
    """An amount that came from outside, exact, in the currency's decimals.

    Takes int, Decimal or a plain decimal string of ASCII digits; never a float. Raises ``InvalidRequest`` when it isn't
    a number, is beyond 15 digits, or has more decimals than the currency.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise InvalidRequest("An amount must be a number.")
    if isinstance(value, str) and not is_plain(value.strip()):
        raise InvalidRequest("An amount is written with the digits 0 to 9.")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise InvalidRequest("An amount must be a number.") from None
    if not amount.is_finite() or abs(amount) > MAX_AMOUNT:
        raise InvalidRequest("The amount is out of range.")
    exact = amount.normalize()
    places = -int(exact.as_tuple().exponent)
    if places > exponent(currency):
        raise InvalidRequest(f"{currency} has {exponent(currency)} decimals; the amount has {places}.")
    return quantize(amount, currency)


def allocate(total: Decimal, weights: Sequence[Decimal | int], step: Decimal) -> list[Decimal]:
    """Split ``total`` by ``weights`` in multiples of ``step`` (largest remainder; earlier parts take odd steps).

    The parts sum to ``total`` exactly; what is smaller than a step goes on the last part.
    """
    whole = sum((Decimal(w) for w in weights), Decimal(0))
    if not weights or whole <= 0 or any(Decimal(w) < 0 for w in weights):
        raise ValueError("weights must be non-negative and not all zero")
    steps = (total / step).to_integral_value(rounding=ROUND_FLOOR)
    shares = [steps * Decimal(w) / whole for w in weights]
    parts = [share.to_integral_value(rounding=ROUND_FLOOR) for share in shares]
    left = int(steps - sum(parts))
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for index in by_remainder[:left]:
        parts[index] += 1
    amounts = [part * step for part in parts]
    amounts[-1] += total - steps * step
    return amounts


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency. Different currencies are never added up."""

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} can't be added")
        return Money(self.amount + other.amount, self.currency)
