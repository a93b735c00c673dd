"""The state machine of a call: (brief, state, what was heard) -> what to say, facts to record, whether to go on.

    identify -> verify -> (collector notice, debt) [counsel] talk <-> amount <-> when -> confirm -> closed

What binds us (stop, lawyer, bankruptcy, death, wrong number, dispute, …) is heard in every state, before anything
else; several such statements in one breath are all recorded. What was not understood is never followed by asking for
money.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from . import obligations
from .phrases import Intent
from .speaking import Speaking
from .turn import Brief, State, Step
from .understanding import DISPUTES, STOPS, Reading, understand

MAX_TURNS = 24
MAX_SILENCES = 3
MAX_MISSES = 3
MAX_VERIFY_MISSES = 2
MAX_CODES = 3


def answered(brief: Brief, by: str, today: date) -> Step:
    """The first turn. `by` is the carrier's machine detection: human, machine_*, fax, unknown."""
    call = _Call(brief, State(), today)
    if by == "fax":
        return call.close("fax")
    if by.startswith("machine"):
        return call.close("voicemail_left", "voicemail") if brief.voicemail_contact else call.close("voicemail")
    if beyond := obligations.unspeakable(brief.obligations):
        return call.safe_close(call.state, tuple(f"no words for {each}" for each in beyond))
    return call.say("greet", "recording", "opt_out", "ask_person")


def hear(brief: Brief, state: State, text: str, *, keyed: str, today: date) -> Step:
    """One turn: what the consumer said (`text`, empty for silence) or keyed in, to what the agent does."""
    call = _Call(brief, replace(state, turns=state.turns + 1), today)
    if not text.strip() and not keyed:
        return call.silence()
    call.reading = understand(text, keyed=keyed, today=today)
    return call.turn()


def mask(text: str, state: State, brief: Brief) -> str:
    """The transcript's words with verification digits hidden; the digits themselves are stored nowhere."""
    if state.verified or state.at == "closed":
        return text
    said = understand(text, keyed="", today=date.min.replace(year=2000)).digits
    longest = max(said, key=len, default="")
    return text if len("".join(said)) < 3 else "•" * len(longest)


class _Call(Speaking):
    """One turn in the making. Methods return the finished Step."""

    def silence(self) -> Step:
        silences = self.state.silences + 1
        if silences >= MAX_SILENCES:
            return self.close("silence", "goodbye")
        self.state = replace(self.state, silences=silences)
        return self.again("no_input")

    def turn(self) -> Step:
        """Binding statements first, then what is common to all states, then the state's own question."""
        self._settle_hint()
        return self._binding() or self._too_long() or self._common() or self._by_state()

    def _settle_hint(self) -> None:
        """A yes to "would you like us to stop calling?" is the statement itself."""
        if not self.state.asked:
            return
        asked, self.state = Intent(self.state.asked), replace(self.state, asked="")
        if self.reading.has(Intent.YES):
            self.reading = replace(self.reading, intents=self.reading.intents - {Intent.YES} | {asked})
        elif self.reading.has(Intent.NO):
            self.state = replace(self.state, misses=self.state.misses + 1)

    def _binding(self) -> Step | None:
        """Record every binding statement of the turn; the gravest one chooses the words."""
        heard, verified = self.reading, self.state.verified
        if heard.has(Intent.CRISIS):
            self._fact("crisis")
            self._fact("human_requested", words="crisis")
            return self.close("crisis", "crisis")
        closings = [
            self._wrong_number(),
            self._stop(),
            self._simple(Intent.ATTORNEY, "attorney", "attorney" if verified else "neutral_end"),
            self._simple(Intent.BANKRUPTCY, "bankruptcy", "bankruptcy" if verified else "neutral_end"),
            self._simple(Intent.DECEASED, "deceased", "deceased"),
            self._dispute(),
        ]
        closing = next(filter(None, closings), None)
        if closing:
            return self.close(*closing)
        if heard.has(Intent.NO_RECORDING) and self.state.recording:
            self._fact("recording_refused")
            self.state = replace(self.state, recording=False)
            return self.again("recording_off")
        return self._limits()

    def _limits(self) -> Step | None:
        """Wishes about language, place, hour and person: none of them is argued with."""
        heard = self.reading
        if heard.has(Intent.SPANISH):
            self._fact("human_requested", words="spanish", language="es")
            return self.close("spanish", "spanish")
        if heard.has(Intent.NOT_AT_WORK):
            self._fact("not_at_work")
            return self.close("not_at_work", "not_at_work")
        if heard.has(Intent.AT_WORK):
            self._fact("at_work")
            return self._call_later()
        if heard.has(Intent.BAD_TIME):
            self._fact("human_requested", words="inconvenient time, place or medium")
            return self.close("inconvenient", "limited_hours")
        if heard.has(Intent.HUMAN) and not heard.has(Intent.IS_ROBOT):
            self._fact("human_requested", words="person")
            return self.close("human_wanted", "human")
        return None

    def _simple(self, intent: Intent, kind: str, act_id: str) -> tuple[str, str] | None:
        if not self.reading.has(intent):
            return None
        self._fact(kind)
        return kind, act_id

    def _wrong_number(self) -> tuple[str, str] | None:
        if not self.reading.has(Intent.WRONG_NUMBER):
            return None
        if self.state.verified:
            self._fact("dispute", reason="dispute_not_mine")
            return "dispute", "disputed"
        self._fact("wrong_number")
        return "wrong_number", "wrong_number"

    def _stop(self) -> tuple[str, str] | None:
        """A stranger can only stop the number; the consumer stops calls, or everything."""
        stop = self.reading.first(STOPS)
        if stop is None:
            return None
        if not self.state.verified:
            self._fact("stop", scope="number")
            return "stopped", "stopped_number"
        scope = "all" if stop is Intent.STOP_ALL else "calls"
        self._fact("stop", scope=scope)
        return "stopped", f"stopped_{scope}"

    def _dispute(self) -> tuple[str, str] | None:
        reason = self.reading.first(DISPUTES)
        if reason is not None:
            self._fact("dispute", reason=reason.value)
            return "dispute", "disputed" if self.state.verified else "neutral_end"
        if self.reading.has(Intent.PROOF):
            self._fact("dispute", reason=Intent.PROOF.value)
            return "proof_wanted", "proof" if self.state.verified else "neutral_end"
        return None

    def _too_long(self) -> Step | None:
        return self.close("too_long", "goodbye") if self.state.turns >= MAX_TURNS else None

    def _common(self) -> Step | None:
        heard = self.reading
        if heard.hint is not None and not self.state.asked and (step := self._ask_back(heard.hint)):
            return step
        if heard.has(Intent.IS_ROBOT):
            return self.again("robot")
        if heard.has(Intent.ABUSE):
            return self._abused()
        if heard.has(Intent.VOICEMAIL) and not self.state.verified:
            return self.close("voicemail")
        if heard.has(Intent.INJECTION):
            return self._off_topic()
        if heard.has(Intent.REPEAT) and not heard.figures:
            return self.say(*self.state.last)
        if heard.has(Intent.LATER) and not heard.has(Intent.PROMISE):
            return self._call_later()
        if heard.has(Intent.GOODBYE):
            return self.close("ended_by_consumer", "goodbye")
        return None

    def _ask_back(self, hint: Intent) -> Step | None:
        """A suspected statement is asked about once; before verification only a stop can be, without a word of debt."""
        question = {
            Intent.STOP_CALLS: "confirm_stop",
            Intent.DISPUTE_NOT_MINE: "confirm_dispute",
            Intent.ATTORNEY: "confirm_attorney",
        }[hint]
        if question in self.state.last or (hint is not Intent.STOP_CALLS and not self.state.verified):
            return None
        return self.say(question, asked=hint.value)

    def _call_later(self) -> Step:
        """Now is inconvenient, and so is every day before the one that was named; without a day, the rest of today.
        A time that was named ("tomorrow afternoon") makes that day's hours before it inconvenient, too.

        12 CFR 1006.6(b)(1), comment 6(b)(1)-1: no special words are needed, and the call isn't continued.
        """
        named = self.reading.figures.on
        until = named if named is not None and named > self.today else self.today + timedelta(days=1)
        hour = {"from_time": self.reading.hour} if self.reading.hour and named != self.today else {}
        self._fact("call_later", first_day=self.today, last_day=until - timedelta(days=1), **hour)
        return self.close("callback", "later")

    def _abused(self) -> Step:
        if self.state.abuse:
            return self.close("abusive", "abuse_end")
        self.state = replace(self.state, abuse=1)
        return self.again("calm")

    def _off_topic(self) -> Step:
        if self.state.off_topic or not self.state.verified:
            return self.close("off_topic", "goodbye")
        self.state = replace(self.state, off_topic=1)
        return self.say("scope", "menu")

    def _missed(self, act_id: str) -> Step:
        """Not understood: ask again without asking for money; after three times a person takes over."""
        misses = self.state.misses + 1
        if misses >= MAX_MISSES:
            self._fact("human_requested", words="not understood")
            return self.close("not_understood", "human")
        return self.say(act_id, misses=misses)

    def _by_state(self) -> Step:
        states = {
            "identify": self._identify,
            "verify": self._verify,
            "counsel": self._counsel,
            "talk": self._talk,
            "amount": self._talk,
            "when": self._when,
            "confirm": self._confirm,
        }
        return states[self.state.at]()

    # -- before verification -------------------------------------------------------------------------------------------

    def _identify(self) -> Step:
        heard = self.reading
        if heard.has(Intent.THIRD_PARTY, Intent.NOT_ME):
            return self._third_party()
        if self._matches():
            return self._verified()
        if heard.has(Intent.ITS_ME, Intent.YES):
            return self._ask_secret()
        if heard.has(Intent.NO):
            return self._third_party()
        if heard.has(Intent.WHO, Intent.BALANCE):
            return self._missed("who") if "who" in self.state.last else self.say("who", "ask_person_again")
        if heard.has(Intent.PROMISE, Intent.PAY_NOW, Intent.HARDSHIP, Intent.LESS, Intent.REFUSE):
            return self._ask_secret()
        return self._missed("ask_person_again")

    def _ask_secret(self) -> Step:
        if not self.brief.secrets:
            return self.close("unverified", "verify_failed")
        return self.say("verify", at="verify", misses=0)

    def _third_party(self) -> Step:
        self._fact("third_party")
        return self.close("third_party", "third_party")

    def _verify(self) -> Step:
        heard = self.reading
        if self._matches():
            return self._verified()
        if heard.has(Intent.THIRD_PARTY, Intent.NOT_ME):
            return self._third_party()
        if heard.has(Intent.WHO) and "who" not in self.state.last:
            return self.say("who", "verify")
        misses = self.state.verify_misses + 1
        refused = heard.has(Intent.NO, Intent.REFUSE)
        if refused or misses >= MAX_VERIFY_MISSES:
            return self.close("unverified", "verify_failed")
        return self.say("verify_again" if heard.digits else "verify", verify_misses=misses)

    def _matches(self) -> bool:
        """A whole code was said ("6 0 6 1 6", "the last four are 4407"): none inside a longer number, none of many."""
        said = self.reading.digits
        return len(said) <= MAX_CODES and any(
            secret in (*said, "".join(said)) for secret in self.brief.secrets.values()
        )

    def _verified(self) -> Step:
        self._fact("right_party_verified", by="name and code on file")
        self.state = replace(self.state, verified=True, misses=0)
        opening = []
        if self.brief.collector:
            full = not obligations.asks(self.brief.obligations, "FROM_DEBT_COLLECTOR")
            opening.append("miranda_full" if full else "miranda_short")
        opening.append("debt_part" if self.brief.disputed else "debt")
        if obligations.asks(self.brief.obligations, "SAY_DISPUTED"):
            opening.append("say_disputed")
        if obligations.asks(self.brief.obligations, "ASK_COUNSEL_SCOPE"):
            return self.say(*opening, "ask_counsel", at="counsel")
        return self._ask_pay(*opening)

    def _ask_pay(self, *first: str) -> Step:
        if self.brief.due <= 0:
            return self.close("nothing_due", *first, "nothing_due")
        return self.say(*first, "ask_pay", at="talk", misses=0)

    def _counsel(self) -> Step:
        """No word of paying before it is known that no lawyer represents the consumer on this debt (ATTY-01)."""
        if self.reading.has(Intent.YES):
            self._fact("attorney")
            return self.close("attorney", "attorney")
        if self.reading.has(Intent.NO):
            self._fact("counsel_scope")
            return self._ask_pay()
        return self._missed("ask_counsel")

    # -- the payment ---------------------------------------------------------------------------------------------------

    def _talk(self) -> Step:
        heard = self.reading
        if heard.has(Intent.REFUSE) and not heard.figures:
            return self.close("refused", "refused")
        if heard.has(Intent.HARDSHIP) and heard.figures.amount is None:
            return self._cannot("sorry")
        if heard.has(Intent.LESS) and heard.figures.amount is None:
            return self._cannot("no_discount")
        if heard.figures:
            return self._figures()
        if heard.has(Intent.BALANCE):
            return self.say(
                self._balance, *(["no_advice"] if self._balance in self.state.last else []), "ask_part", at="amount"
            )
        if heard.has(Intent.WHO):
            return self.say(
                *(["miranda_short"] if self.brief.collector else []), self._balance, "ask_part", at="amount"
            )
        if heard.has(Intent.PART):
            return self.say("ask_amount", at="amount", misses=0)
        if heard.has(Intent.PAY_NOW) or (heard.has(Intent.YES) and "ask_pay" in self.state.last):
            return self._consider(self.brief.due, self.today)
        if heard.has(Intent.NO):
            return self._cannot()
        if heard.has(Intent.PROMISE, Intent.YES):
            return self.say("ask_amount", at="amount", misses=0)
        return self._missed("menu")

    @property
    def _balance(self) -> str:
        return "balance_part" if self.brief.disputed else "balance"

    def _cannot(self, *first: str) -> Step:
        """No, hardship, or a wish for less: ask once or twice what is possible, then let it be."""
        said_no = self.state.said_no + 1
        if said_no > 2:
            return self.close("hardship" if "sorry" in first else "no_agreement", *first[:1], "refused")
        return self.say(*first, "ask_part", at="amount", said_no=said_no)

    def _figures(self) -> Step:
        figures = self.reading.figures
        amount = figures.amount
        if figures.whole or (amount is None and self.reading.has(Intent.PAY_NOW)):
            amount = self.brief.due
        elif figures.half:
            amount = (self.brief.due / 2).quantize(Decimal("0.01"))
        return self._consider(amount or self.state.amount, figures.on or self.state.on)

    def _consider(self, amount: Decimal | None, on: date | None) -> Step:
        """An amount and a date, as far as they are known, on their way to the read-back."""
        if amount is None:
            return self.say("ask_amount", at="amount", on=on, misses=0)
        amount = min(amount.quantize(Decimal("0.01")), self.brief.due)
        if amount < self.brief.least:
            return self.say("too_little", at="amount", on=on)
        self.state = replace(self.state, amount=amount, misses=0)
        if on is None:
            return self.say("ask_when", at="when")
        if not self.today <= on <= self.latest:
            return self.say("too_late", at="when", on=None, late=True)
        return self.say("read_back", at="confirm", on=on, late=False)

    def _when(self) -> Step:
        heard = self.reading
        if heard.figures:
            return self._figures()
        if heard.has(Intent.PAY_NOW):
            return self._consider(self.state.amount, self.today)
        if heard.has(Intent.YES) and self.state.late:
            return self._consider(self.state.amount, self.latest)
        if heard.has(Intent.REFUSE, Intent.HARDSHIP, Intent.LESS, Intent.NO):
            return self._talk()
        return self._missed("ask_when" if not self.state.misses else "menu")

    def _confirm(self) -> Step:
        heard, state = self.reading, self.state
        corrected = heard.figures and not self._repeats(heard)
        if corrected:
            return self._figures()
        if heard.has(Intent.YES) and not heard.has(Intent.NO):
            assert state.amount is not None, "the read-back names an amount"
            assert state.on is not None, "the read-back names a date"
            self.affirmed = (state.amount, state.on)
            self._fact("promise", amount=state.amount, due_on=state.on)
            return self.close("promise", "promise_noted")
        if heard.has(Intent.NO, Intent.HARDSHIP, Intent.LESS, Intent.REFUSE):
            self.state = replace(state, amount=None, on=None)
            return self._cannot()
        return self._missed("yes_or_no")

    def _repeats(self, heard: Reading) -> bool:
        """ "Yes, fifty on Friday" after a read-back of just that is a yes, not a correction."""
        figures = heard.figures
        same_amount = figures.amount in (None, self.state.amount) and not (figures.whole or figures.half)
        return same_amount and figures.on in (None, self.state.on)
