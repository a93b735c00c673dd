"""The personas: how each one's line behaves, how they answer each question, what they do with mail and money.

A script maps the question heard to what is said the first, second, … time it is heard (the last one repeats).
``a/b`` is one of two, ``@silence`` says nothing, ``@hangup`` ends the call, ``@verify`` gives the fact asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from simulator.people.hearing import Ask

Script = Mapping[Ask, Sequence[str]]


@dataclass(frozen=True)
class Money:
    """How much of the balance is promised, when, and what comes of it."""

    shares: tuple[Decimal, ...] = (Decimal(1), Decimal("0.5"), Decimal("0.25"))
    within_days: tuple[int, int] = (2, 10)
    kept: float = 1.0  # the chance that a promise is kept in full
    partly: float = 0.0  # the chance that a broken one is paid in part


@dataclass(frozen=True)
class Mail:
    """What is done with an e-mail, as chances from 0 to 1 of each one that arrives."""

    opens: float = 0.7
    does: str = ""  # pay | stop | unsubscribe | dispute | reply | complain
    chance: float = 0.0
    says: str = ""  # the reply's wording
    delivery: str = "delivered"  # delivered | bounced | soft_bounced


@dataclass(frozen=True)
class Persona:
    key: str
    title: str
    line: str = "answers"  # answers | machine | no_answer | busy | failed
    script: Script = field(default_factory=dict)
    money: Money = field(default_factory=Money)
    mail: Mail = field(default_factory=Mail)
    weight: int = 1  # among people without a persona of their own
    keys_digits: float = 0.3  # the chance to key digits rather than say them


POLITE: dict[Ask, Sequence[str]] = {
    Ask.IDENTITY: ("its_me", "yes_again"),
    Ask.VERIFY: ("@verify",),
    Ask.PAY: ("promise",),
    Ask.OFFER: ("accept",),
    Ask.AMOUNT: ("amount",),
    Ask.WHEN: ("date",),
    Ask.CONFIRM: ("right",),
    Ask.CONFIRM_STOP: ("no",),
    Ask.CONFIRM_DISPUTE: ("no",),
    Ask.REASON: ("okay",),
    Ask.ATTORNEY: ("no",),
    Ask.CALLBACK: ("callback_when",),
    Ask.MENU: ("promise",),
    Ask.PRESENT: ("here",),
    Ask.UNCLEAR: ("promise",),
    Ask.NOTHING: ("okay", "okay", "bye"),
}
GOES_ON = (Ask.PAY, Ask.OFFER, Ask.AMOUNT, Ask.WHEN, Ask.MENU, Ask.UNCLEAR, Ask.REASON, Ask.NOTHING)
EVERY_TIME = tuple(Ask)


def _script(changes: Mapping[Ask, Sequence[str]]) -> Script:
    return {**POLITE, **changes}


def _after_verifying(*lines: str, **others: Sequence[str]) -> Script:
    """A polite person until the debt comes up; then these lines, whatever is asked."""
    return _script({**dict.fromkeys(GOES_ON, lines), **{Ask(name): said for name, said in others.items()}})


def _from_the_start(*lines: str) -> Script:
    return dict.fromkeys(EVERY_TIME, lines)


PERSONAS: dict[str, Persona] = {
    persona.key: persona
    for persona in (
        Persona("cooperative", "promises and pays", script=_script({}), mail=Mail(0.9, "pay", 0.25), weight=24),
        Persona(
            "hardship",
            "lost work; promises a little, keeps most of it",
            script=_script(
                {
                    Ask.PAY: ("hardship", "small_offer"),
                    Ask.OFFER: ("hardship_more", "small_offer", "accept"),
                    Ask.MENU: ("small_offer",),
                }
            ),
            money=Money((Decimal("0.05"), Decimal("0.1")), (5, 20), kept=0.65, partly=0.5),
            mail=Mail(0.6, "reply", 0.1, "hardship"),
            weight=14,
        ),
        Persona(
            "disputer",
            "disputes the debt by phone or by the notice's form",
            script=_after_verifying(
                "dispute", "dispute_reason", "dispute", "@hangup", confirm_dispute=("yes",), reason=("dispute_reason",)
            ),
            mail=Mail(0.9, "dispute", 0.6),
            weight=8,
        ),
        Persona(
            "negotiator",
            "wants a discount, then promises a part",
            script=_script(
                {
                    Ask.PAY: ("settle_low", "settle_mid", "promise"),
                    Ask.OFFER: ("settle_mid", "accept"),
                    Ask.MENU: ("promise",),
                    Ask.UNCLEAR: ("settle_mid", "promise"),
                }
            ),
            money=Money((Decimal("0.5"), Decimal("0.6")), (1, 7), kept=0.85),
            weight=8,
        ),
        Persona(
            "wrong_number",
            "a stranger has this number",
            script=_from_the_start("wrong_number", "wrong_number", "@hangup"),
            mail=Mail(0.3),
            weight=4,
        ),
        Persona(
            "third_party",
            "the spouse answers",
            script=_from_the_start("third_party", "third_party_asks", "third_party_bye", "@hangup"),
            mail=Mail(0.5, "pay", 0.1),
            weight=5,
        ),
        Persona(
            "attorney",
            "is represented by a lawyer",
            script=_after_verifying("attorney", "attorney", "@hangup", attorney=("attorney_name",)),
            mail=Mail(0.8, "reply", 0.5, "attorney"),
            weight=3,
        ),
        Persona(
            "abusive",
            "insults, then hangs up",
            script=_script(
                {
                    Ask.IDENTITY: ("its_me_warily",),
                    Ask.VERIFY: ("@verify", "wont_verify"),
                    **dict.fromkeys(GOES_ON, ("abuse", "abuse_more", "@hangup")),
                    Ask.CONFIRM_STOP: ("yes",),
                }
            ),
            mail=Mail(0.6, "complain", 0.4),
            weight=3,
        ),
        Persona(
            "spanish",
            "speaks Spanish only",
            script=_from_the_start("spanish_who", "spanish", "spanish", "@hangup"),
            mail=Mail(0.5),
            weight=5,
        ),
        Persona("voicemail", "a machine answers", line="machine", mail=Mail(0.6, "pay", 0.15), weight=9),
        Persona("no_answer", "lets it ring", line="no_answer", mail=Mail(0.5, "pay", 0.1), weight=8),
        Persona("busy", "the line is busy", line="busy", mail=Mail(0.4), weight=2),
        Persona(
            "injector",
            "tries to talk the machine into something",
            script=_after_verifying("inject", "inject_more", "inject", "@hangup", confirm=("right",)),
            mail=Mail(0.6, "reply", 0.4, "inject"),
            weight=2,
        ),
        Persona(
            "stopper",
            "tells us to stop",
            script=_after_verifying("stop/stop_calls", "stop", "@hangup", confirm_stop=("yes",)),
            mail=Mail(0.9, "stop", 0.5),
            weight=5,
        ),
        Persona(
            "bankruptcy",
            "has filed for bankruptcy",
            script=_after_verifying("bankruptcy", "bankruptcy", "@hangup"),
            mail=Mail(0.7, "reply", 0.4, "bankruptcy"),
            weight=2,
        ),
        Persona(
            "deceased",
            "has died; the family answers",
            script=_from_the_start("passed_away", "passed_away", "@hangup"),
            mail=Mail(0.4, "reply", 0.5, "passed_away"),
            weight=1,
        ),
        Persona(
            "human_wanted",
            "asks whether it is a robot, wants a person",
            script=_script(
                {
                    Ask.IDENTITY: ("are_you_robot", "human", "human"),
                    **dict.fromkeys(GOES_ON, ("human", "human", "@hangup")),
                }
            ),
            weight=3,
        ),
        Persona("silent", "picks up and says nothing", script=_from_the_start("@silence"), mail=Mail(0.2), weight=3),
        Persona(
            "promise_breaker",
            "promises, then pays in part or not at all",
            script=_script({}),
            money=Money((Decimal("0.5"), Decimal("0.25")), (2, 8), kept=0.0, partly=0.4),
            weight=5,
        ),
        Persona(
            "already_paid",
            "says it was paid long ago",
            script=_after_verifying(
                "already_paid", "already_paid", "written", "@hangup", confirm_dispute=("yes",), reason=("already_paid",)
            ),
            mail=Mail(0.8, "dispute", 0.4),
            weight=3,
        ),
        Persona(
            "callback",
            "asks to be called at another time",
            script=_script(
                {
                    **dict.fromkeys(GOES_ON, ("callback", "callback_when", "bye", "@hangup")),
                    Ask.IDENTITY: ("its_me", "callback"),
                }
            ),
            weight=3,
        ),
        Persona(
            "disconnected",
            "the number is out of service; e-mail bounces",
            line="failed",
            mail=Mail(0, delivery="bounced"),
            weight=1,
        ),
        Persona(
            "refuser",
            "refuses to pay",
            script=_after_verifying("refuse", "refuse", "@hangup"),
            mail=Mail(0.4),
            weight=4,
        ),
    )
}

# Temperaments: a weighted choice among some of them.
TEMPERAMENTS: dict[str, tuple[str, ...]] = {
    "cooperative": ("cooperative", "cooperative", "cooperative", "hardship", "negotiator", "callback"),
    "reluctant": ("hardship", "negotiator", "promise_breaker", "already_paid", "callback", "voicemail", "human_wanted"),
    "hostile": ("abusive", "refuser", "disputer", "stopper", "attorney", "injector", "human_wanted"),
    "absent": ("voicemail", "no_answer", "busy", "silent", "third_party"),
    "mixed": tuple(PERSONAS),
}

# Like test cards: a number or an address that chooses a persona whoever it belongs to.
TEST_NUMBERS: dict[str, str] = {
    "+1234567890": "cooperative",
    **{f"+1330555{101 + position:04}": key for position, key in enumerate(PERSONAS)},
}
MAIL_ONLY: dict[str, Mail] = {
    "bounce": Mail(0, delivery="bounced"),
    "soft-bounce": Mail(0, delivery="soft_bounced"),
    "spam": Mail(1, "complain", 1),
    "unsubscribe": Mail(1, "unsubscribe", 1),
}


def of_number(number: str) -> Persona | None:
    key = TEST_NUMBERS.get(number)
    return PERSONAS[key] if key else None


def of_address(email: str) -> Persona | None:
    """``anything+disputer@…`` chooses the disputer (``_`` and ``-`` are the same)."""
    return PERSONAS.get(_tag(email).replace("-", "_"))


def mail_of_address(email: str) -> Mail | None:
    """``bounce@…`` and ``anything+bounce@…``, ``+soft-bounce``, ``+spam``, ``+unsubscribe``."""
    local = email.partition("@")[0].lower()
    return MAIL_ONLY.get(_tag(email)) or MAIL_ONLY.get(local)


def _tag(email: str) -> str:
    return email.partition("@")[0].lower().rpartition("+")[2] if "+" in email.partition("@")[0] else ""
