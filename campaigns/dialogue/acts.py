"""The approved texts: what the agent may say, each with a version, and which of them are
disclosures that the law asks for.

A changed word is a new version: the call keeps the version that was spoken, so an examiner can read the exact sentence.
"""

import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A sentence that the law or our policy asks for: its code, what staff call it, and the rules behind it."""

    code: str
    label: str
    rules: str


AI_IDENTITY = Disclosure("AI_DISCLOSURE", "AI disclosure and identity", "AI-01, TCPA-03")
RECORDING = Disclosure("RECORDING_NOTICE", "Recording notice", "REC-01")
OPT_OUT = Disclosure("TCPA_VOICE_OPTOUT", "Way to opt out", "TCPA-03")
MIRANDA_FULL = Disclosure("MINI_MIRANDA_FULL", "Debt collector notice", "MM-01, full")
MIRANDA_SHORT = Disclosure("FROM_DEBT_COLLECTOR", "Debt collector notice", "MM-01, later contact")
READ_BACK = Disclosure("READ_BACK", "Read-back of the promise", "policy: no commitment without it")
DISPUTED = Disclosure("SAY_DISPUTED", "Debt called disputed", "DISP-01, 12 CFR 1006.18(c)(2)")
DISPUTED_PART = Disclosure("DISPUTED_AMOUNT", "Disputed part set apart", "DISP-01, 12 CFR 1006.38(d)")
COUNSEL_SCOPE = Disclosure("ASK_COUNSEL_SCOPE", "Asked whether the lawyer covers this debt", "ATTY-01")
LIMITED_CONTENT = Disclosure("LIMITED_CONTENT", "Limited-content message", "LCM-01")
DISCLOSURES = {
    disclosure.code: disclosure
    for disclosure in (
        AI_IDENTITY,
        RECORDING,
        OPT_OUT,
        MIRANDA_FULL,
        MIRANDA_SHORT,
        READ_BACK,
        DISPUTED,
        DISPUTED_PART,
        COUNSEL_SCOPE,
        LIMITED_CONTENT,
    )
}


@dataclass(frozen=True, slots=True)
class Act:
    """One approved sentence. `slots` in braces; `commits`: a commitment, spoken only after an affirmed read-back."""

    id: str
    text: str
    version: int = 1
    disclosure: Disclosure | None = None
    commits: bool = False

    @property
    def slots(self) -> frozenset[str]:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.text) if name)


@dataclass(frozen=True, slots=True)
class Sentence:
    """An act with its slots filled: what is spoken. `figures` and `dates` are what the guard compares."""

    act: Act
    text: str
    figures: tuple[Decimal, ...] = ()
    dates: tuple[date, ...] = ()


_ALL = (
    Act(
        "greet",
        "Hello, this is {agent}, an automated AI assistant calling from {entity}.",
        disclosure=AI_IDENTITY,
    ),
    Act("recording", "This call may be recorded and transcribed.", disclosure=RECORDING),
    Act(
        "opt_out",
        "To stop calls to this number, say stop or press 9 at any time, or call {callback_number}.",
        disclosure=OPT_OUT,
    ),
    Act("ask_person", "May I speak with {name}?"),
    Act("ask_person_again", "I'm trying to reach {name}. Am I speaking with {name}?"),
    Act("who", "I'm {agent}, an AI assistant with {entity}, calling for {name} about a personal business matter."),
    Act("robot", "Yes, I'm an automated AI assistant, not a person. I can have a person call you instead."),
    Act("verify", "Thank you. To be sure I have the right person, please say or key in {secret}."),
    Act("verify_again", "I'm sorry, that isn't what we have on file. Please say or key in {secret} once more."),
    Act("verify_failed", "I'm not able to go on without checking who I'm speaking with. We'll write instead. Goodbye."),
    Act(
        "miranda_full",
        "This is an attempt to collect a debt by a debt collector. "
        "Any information obtained will be used for that purpose.",
        disclosure=MIRANDA_FULL,
    ),
    Act("miranda_short", "This communication is from a debt collector.", disclosure=MIRANDA_SHORT),
    Act("debt", "It is about your {creditor} account{ending}. The balance is {balance}."),
    Act(
        "debt_part",
        "It is about your {creditor} account{ending}. You have disputed {disputed} of it, and we do not ask for that "
        "part. The rest is {due}.",
        disclosure=DISPUTED_PART,
    ),
    Act("say_disputed", "Our records show that you have disputed it.", disclosure=DISPUTED),
    Act("nothing_due", "There is nothing that we ask you to pay today. Thank you for your time. Goodbye."),
    Act(
        "ask_counsel",
        "Our records show that a lawyer represents you in another matter. Does that lawyer represent you on this "
        "account too?",
        disclosure=COUNSEL_SCOPE,
    ),
    Act("ask_pay", "Could you pay that today?"),
    Act("ask_part", "Could you pay part of it, or pay on a later date? Please tell me how much, and when."),
    Act("ask_amount", "How much could you pay?"),
    Act("ask_when", "Thank you. On what date could you pay {amount}?"),
    Act("too_little", "I can note a payment from {minimum}. Is there an amount from {minimum} that you could manage?"),
    Act("too_late", "I can note a date up to {latest}. Could you pay {amount} by then?"),
    Act("read_back", "Just to confirm: {amount} on {on}. Is that right?", disclosure=READ_BACK),
    Act("promise_noted", "Thank you, {first_name}. I have noted {amount} for {on}. Goodbye.", commits=True),
    Act("balance", "The balance is {balance}, on your {creditor} account{ending}."),
    Act(
        "balance_part",
        "On your {creditor} account{ending} you have disputed {disputed}, and we do not ask for that part. The rest is "
        "{due}.",
        disclosure=DISPUTED_PART,
    ),
    Act("no_advice", "I can't give legal or credit advice, but a person from our office can answer that."),
    Act("sorry", "I'm sorry to hear that, and thank you for telling me."),
    Act("no_discount", "I can't change the amount or set up a plan on this call, but I can note a part payment."),
    Act("scope", "I can only help with this account."),
    Act("refused", "I understand. I've noted that. Goodbye."),
    Act("menu", "I want to be sure I understood. You can tell me about a payment, ask for something in writing, "
        "say that something is wrong with this, ask for a person, or say stop."),
    Act("menu_neutral", "I'm sorry, I didn't understand. You can ask for a person, or say stop."),
    Act("yes_or_no", "I'm sorry, was that a yes or a no?"),
    Act("no_input", "I'm still here. Can you hear me?"),
    Act("confirm_stop", "I want to be sure I understood. Would you like us to stop calling you?"),
    Act("confirm_dispute", "I want to be sure I understood. Are you saying that something about this debt is wrong?"),
    Act("confirm_attorney", "I want to be sure I understood. Does a lawyer represent you in this?"),
    Act("calm", "I understand that this is frustrating. I'd like to help if you're willing."),
    Act("recording_off", "I've stopped the recording."),
    Act("stopped_all", "I understand. We will stop contacting you. Goodbye."),
    Act("stopped_calls", "I understand. We will not call you again. Goodbye."),
    Act("stopped_number", "I understand. We will not call this number again. Goodbye."),
    Act("attorney", "Thank you. We'll contact your lawyer instead of you. If you can, please send us the lawyer's name "
        "and address. Goodbye."),
    Act("bankruptcy", "Thank you for letting me know. We'll stop collection and check the filing. Goodbye."),
    Act("deceased", "I'm very sorry for your loss. I'll update our records. Goodbye."),
    Act("wrong_number", "I'm sorry for the trouble. We will not call this number again. Goodbye."),
    Act("third_party", "Thank you. I'll try again another time. Goodbye."),
    Act("neutral_end", "Thank you for telling me. I've noted that. Goodbye."),
    Act("disputed", "Thank you for telling me. I've noted that you dispute this, and collection is paused. "
        "You can also dispute it in writing, which protects more of your rights. Goodbye."),
    Act("proof", "Of course. I've noted that you want this in writing, and collection is paused while we prepare it. "
        "Please also ask in writing, which protects more of your rights. Goodbye."),
    Act("human", "Of course. A person from our office will call you back. I will not call you again before that. "
        "Goodbye."),
    Act("limited_hours", "Thank you for telling me. I've noted that, and I will not call again until a person has "
        "looked at it. Goodbye."),
    Act("not_at_work", "Thank you for telling me. We will not call you at work. Goodbye."),
    Act("later", "No problem. We'll try again another time. Goodbye."),
    Act("spanish", "Un momento, por favor. Una persona que habla español le devolverá la llamada. Adiós."),
    Act("crisis", "I'm really sorry you're going through this. You're not alone. You can call or text 988 at any time "
        "to talk with someone. A person from our office will follow up. Goodbye."),
    Act("abuse_end", "I'll let you go for now. Goodbye."),
    Act("goodbye", "Thank you for your time. Goodbye."),
    Act("safe_close", "I'm sorry, I have to end this call. Goodbye."),
    Act("voicemail", "Hello, this is {agent} from {entity}. {name}, please call {contact_person} back at "
        "{callback_number}.", disclosure=LIMITED_CONTENT),
)  # fmt: skip

ACTS = {act.id: act for act in _ALL}

# Sentences that may be spoken before the listener is verified: they carry no word about a debt.
BEFORE_VERIFICATION = frozenset(
    {
        "abuse_end",
        "ask_person",
        "ask_person_again",
        "calm",
        "confirm_stop",
        "crisis",
        "deceased",
        "goodbye",
        "greet",
        "human",
        "later",
        "limited_hours",
        "menu_neutral",
        "neutral_end",
        "no_input",
        "not_at_work",
        "opt_out",
        "recording",
        "recording_off",
        "robot",
        "safe_close",
        "spanish",
        "stopped_all",
        "stopped_calls",
        "stopped_number",
        "third_party",
        "verify",
        "verify_again",
        "verify_failed",
        "voicemail",
        "who",
        "wrong_number",
    }
)


def money(amount: Decimal, currency: str) -> str:
    """$1,234.50; other currencies with their code. Whole amounts are spoken without cents."""
    figure = f"{amount:,.2f}".removesuffix(".00")
    return f"${figure}" if currency == "USD" else f"{currency} {figure}"


def day(on: date) -> str:
    """ "Friday, November 27": how a date is spoken."""
    return f"{on:%A}, {on:%B} {on.day}"


def fill(act_id: str, currency: str, values: dict[str, Any]) -> Sentence:
    """Fill the act's slots: Decimals become money, dates become days, all else is text. KeyError: a slot is missing."""
    act = ACTS[act_id]
    used = {name: values[name] for name in act.slots}
    figures = tuple(value for value in used.values() if isinstance(value, Decimal))
    dates = tuple(value for value in used.values() if isinstance(value, date))
    spoken = {
        name: money(value, currency) if isinstance(value, Decimal) else day(value) if isinstance(value, date) else value
        for name, value in used.items()
    }
    return Sentence(act, act.text.format(**spoken), figures, dates)


def speaking_ms(text: str) -> int:
    """How long a text takes to speak, in milliseconds: an estimate, 160 words a minute and a short pause after it."""
    return len(text.split()) * 375 + 250


def offsets(sentences: Iterable[Sentence], start_ms: int) -> list[int]:
    """When each sentence begins, in milliseconds since the call was answered."""
    starts, at = [], start_ms
    for sentence in sentences:
        starts.append(at)
        at += speaking_ms(sentence.text)
    return starts
