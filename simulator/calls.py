"""A call that runs: dialled, ringing, answered by whoever lives there, spoken through TwiML, hung up.

Offsets are simulated seconds since the dial. In a frozen sandbox the whole call happens at the frozen instant and
its times come from the offsets; a running sandbox lets them pass, accelerated.
"""

import asyncio
import json
import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from simulator import callbacks, faults, twiml
from simulator.people import consequences, directory
from simulator.people.conversation import Conversation, Listening, Reply
from simulator.signing import twilio_signature
from simulator.timing import rfc2822
from simulator.world import Workspace, World

log = logging.getLogger("simulator")

DIAL_SETUP = 1.0
START_GRACE = 0.02  # wall seconds: the create's answer usually arrives before the first callback
RING_TIMEOUT = 60.0
LONGEST_CALL = 4 * 3600.0
WORDS_PER_SECOND = 2.6
MOST_DOCUMENTS = 80
APPLICATION_ERROR = 11200
ENDED = ("completed", "canceled", "busy", "no-answer", "failed")
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class HungUp(Exception):
    """The call is over: ``by`` says who ended it."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


@dataclass
class Document:
    """A TwiML document being played, and where it came from (relative addresses start there)."""

    url: str
    verbs: Sequence[twiml.Verb]


@dataclass
class Line:
    """One call in progress."""

    world: World
    workspace: Workspace
    sid: str
    to: str
    sender: str
    params: dict[str, Any]
    person: directory.Person
    chance: random.Random
    began: float
    offset: float = 0.0
    answered_at: float | None = None
    answered_by: str | None = None
    sequence: int = 0
    spoken: list[str] = field(default_factory=list)
    ended_as: str = ""
    detour: tuple[str, str] | None = None
    error_code: int | None = None
    conversation: Conversation | None = None

    # What the REST API may do to it

    def interrupt(self, status: str) -> None:
        self.ended_as = status

    def redirect(self, url: str, method: str) -> None:
        self.detour = (url, method)

    # The call

    async def run(self) -> None:
        await asyncio.sleep(START_GRACE)
        try:
            status = await self._connect()
        except HungUp:
            status = self.ended_as or "completed"
        except Exception:
            # Whatever went wrong here, the client's call must not stay open for ever.
            log.exception("call %s failed", self.sid)
            status = "failed"
        await self.finish(status)

    async def _connect(self) -> str:
        """Dial, ring, and talk if somebody answers. Returns the final status."""
        await self._notify("initiated", "initiated")
        self._still_on()
        fate = self._fate()
        if fate == "failed":
            await self._pass(DIAL_SETUP)
            self.error_code = 32009
            return "failed"
        await self._pass(DIAL_SETUP)
        self._set_status("ringing")
        await self._notify("ringing", "ringing")
        self._still_on()
        limit = float(self.params.get("Timeout") or RING_TIMEOUT)
        rings = self.chance.uniform(4, 14)
        if fate == "busy":
            await self._pass(2)
            return "busy"
        if fate == "no_answer" or rings > limit:
            await self._pass(limit)
            return "no-answer"
        await self._pass(rings)
        await self._answer(machine=fate == "machine")
        return "completed"

    def _fate(self) -> str:
        """How the line behaves: as the persona's does; people chosen by seed are sometimes not at home."""
        fate = self.person.persona.line
        if fate != "answers" or self.person.persona_source != "seed":
            return fate
        return self.chance.choices(("answers", "no_answer", "machine"), (80, 12, 8))[0]

    async def _answer(self, *, machine: bool) -> None:
        self.answered_at = self.offset
        self._set_status("in-progress", started_at=self._moment())
        await self._notify("answered", "in-progress")
        self._still_on()
        self.conversation = Conversation.begin(self.person, self._moment(), self.chance, machine=machine)
        asynchronous = self.params.get("AsyncAmd", "").lower() == "true"
        detection = self.params.get("MachineDetection", "")
        if detection:
            await self._pass(3.5 if not machine or detection == "Enable" else 11.0)
            self.answered_by = _detected(machine, detection)
            self.world.store.update("calls", {"call_sid": self.sid}, answered_by=self.answered_by)
        if detection and asynchronous:
            await self._notify_detection()
        first = {"AnsweredBy": self.answered_by} if self.answered_by and not asynchronous else {}
        await self._play_from(self.params.get("Url", ""), self.params.get("Method", "POST"), first)

    async def _play_from(self, url: str, method: str, extra: dict[str, str]) -> None:
        document = await self._first_document(url, method, extra)
        for _ in range(MOST_DOCUMENTS):
            following = await self._play(document)
            if following is None:
                return
            document = await self._fetch(*following)
        self.error_code = APPLICATION_ERROR

    async def _first_document(self, url: str, method: str, extra: dict[str, str]) -> Document:
        if "Twiml" in self.params:
            return self._parsed(url, self.params["Twiml"].encode())
        return await self._fetch(url, method, extra)

    async def _play(self, document: Document) -> tuple[str, str, dict[str, str]] | None:
        """Play one document. Returns the next one's address, method and parameters; None when the call ends."""
        for verb in document.verbs:
            self._still_on()
            if self.detour:
                url, method = self.detour
                self.detour = None
                return url, method, {}
            following = await self._verb(document, verb)
            if following is not None:
                return following
        return None

    async def _verb(self, document: Document, verb: twiml.Verb) -> tuple[str, str, dict[str, str]] | None:
        match verb:
            case twiml.Say():
                await self._say(verb.text)
            case twiml.Pause(seconds):
                await self._pass(seconds)
            case twiml.Play(url):
                self._note("agent", f"[plays {url}]")
                await self._pass(3)
            case twiml.Gather():
                return await self._gather(document, verb)
            case twiml.Record():
                return await self._record(document, verb)
            case twiml.Dial():
                return await self._transfer(document, verb)
            case twiml.Redirect(url, method):
                return urljoin(document.url, url), method, {}
            case twiml.Hangup() | twiml.Reject():
                raise HungUp("agent")
        return None

    async def _say(self, text: str) -> None:
        self._note("agent", text)
        self.spoken.append(text)
        await self._pass(max(1.0, len(text.split()) / WORDS_PER_SECOND))

    async def _gather(self, document: Document, gather: twiml.Gather) -> tuple[str, str, dict[str, str]] | None:
        for verb in gather.prompt:
            await self._verb(document, verb)
        reply = self._listen(Listening(gather.takes, gather.num_digits))
        if reply.silent:
            await self._pass(gather.timeout)
            if not gather.action_on_empty:
                return None
        else:
            self._note("person", reply.said or (f"[keys {reply.digits}]" if reply.digits else "[hangs up]"))
            await self._pass(1.0 + len(reply.said.split()) / WORDS_PER_SECOND + len(reply.digits) * 0.5)
        if reply.hangs_up:
            raise HungUp("person")
        action = urljoin(document.url, gather.action) if gather.action else document.url
        return action, gather.method, _heard(reply, self.chance)

    async def _record(self, document: Document, record: twiml.Record) -> tuple[str, str, dict[str, str]]:
        reply = self._listen(Listening(frozenset({"speech"}), None))
        seconds = min(record.max_length, 2.0 + len(reply.said.split()) / WORDS_PER_SECOND)
        self._note("person", reply.said or "[silence]")
        await self._pass(seconds)
        if reply.hangs_up:
            raise HungUp("person")
        action = urljoin(document.url, record.action) if record.action else document.url
        recording = f"RE{self.sid[2:]}"
        told = {
            "RecordingSid": recording,
            "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{self.workspace.sid}/Recordings/{recording}",
            "RecordingDuration": str(int(seconds)),
        }
        return action, record.method, told

    async def _transfer(self, document: Document, dial: twiml.Dial) -> tuple[str, str, dict[str, str]] | None:
        self._note("agent", f"[connects to {dial.number or 'a person'}]")
        await self._pass(45)
        if not dial.action:
            return None
        told = {"DialCallStatus": "completed", "DialCallDuration": "45"}
        return urljoin(document.url, dial.action), dial.method, told

    def _listen(self, listening: Listening) -> Reply:
        heard, self.spoken = " ".join(self.spoken), []
        if self.conversation is None:
            return Reply()
        return self.conversation.hear(heard, listening)

    async def finish(self, status: str) -> None:
        self.workspace.lines.pop(self.sid, None)
        if self.spoken and self.conversation is not None:
            self.conversation.overhear(" ".join(self.spoken))
        duration = 0 if self.answered_at is None else max(1, round(self.offset - self.answered_at))
        row = self.world.store.one("SELECT status FROM calls WHERE call_sid = ?", self.sid)
        final = self.ended_as or (row["status"] if row and row["status"] in ENDED else status)
        self.world.store.update(
            "calls",
            {"call_sid": self.sid},
            status=final,
            ended_at=self._moment(),
            duration=duration,
            error_code=self.error_code,
            wall_end=time.time(),
        )
        self.world.store.run(
            "UPDATE recordings SET status = 'completed', ended_at = ? WHERE call_sid = ?", self._moment(), self.sid
        )
        await self._notify("completed", final)
        await faults.release(self.workspace, self.sid)
        if self.conversation is not None:
            consequences.of_call(self.world, self.workspace, self.person, self.conversation)

    # Its parts

    def _still_on(self) -> None:
        if self.ended_as:
            raise HungUp("agent")

    async def _pass(self, seconds: float) -> None:
        self.offset += seconds
        if self.answered_at is not None and self.offset - self.answered_at > self._limit():
            raise HungUp("carrier")
        await self.workspace.spend(self._moment(), seconds)
        self._still_on()

    def _limit(self) -> float:
        return float(self.params.get("TimeLimit") or LONGEST_CALL)

    def _moment(self) -> float:
        """This point of the call on the sandbox's clock."""
        if self.workspace.clock.frozen:
            return self.began + self.offset
        return self.workspace.now()

    def _note(self, speaker: str, text: str) -> None:
        self.world.store.insert("turns", call_sid=self.sid, offset=self.offset, speaker=speaker, text=text)

    def _set_status(self, status: str, **changes: Any) -> None:
        self.world.store.update("calls", {"call_sid": self.sid}, status=status, **changes)

    async def _fetch(self, url: str, method: str, extra: dict[str, str]) -> Document:
        """The next document, or the fallback's; the call ends (11200, 12100) when neither can be played."""
        params = [*self._facts("in-progress"), *extra.items()]
        answer = await callbacks.ask(self.world, self.workspace, self._signed("twiml", url, method, params))
        fallback = self.params.get("FallbackUrl", "")
        if not answer.ok and fallback:
            params.extend([("ErrorCode", str(APPLICATION_ERROR)), ("ErrorUrl", url)])
            answer = await callbacks.ask(self.world, self.workspace, self._signed("twiml", fallback, "POST", params))
        self._still_on()
        if not answer.ok:
            self._fail(APPLICATION_ERROR, f"HTTP {answer.status}" if answer.status else answer.error)
        return self._parsed(url, answer.body)

    def _parsed(self, url: str, body: bytes) -> Document:
        try:
            return Document(url, twiml.parse(body))
        except twiml.TwimlError as error:
            self._fail(error.code, str(error))
            raise HungUp("carrier") from error

    def _fail(self, code: int, why: str) -> None:
        self.error_code = code
        self._note("carrier", f"An application error has occurred. [{code}: {why}]")
        raise HungUp("carrier")

    def _facts(self, status: str) -> list[tuple[str, str]]:
        return [
            ("CallSid", self.sid),
            ("AccountSid", self.workspace.sid),
            ("From", self.sender),
            ("To", self.to),
            ("Caller", self.sender),
            ("Called", self.to),
            ("CallStatus", status),
            ("ApiVersion", "2010-04-01"),
            ("Direction", "outbound-api"),
        ]

    def _signed(self, event: str, url: str, method: str, params: list[tuple[str, str]]) -> callbacks.Callback:
        token = self.workspace.identity.token
        if method.upper() == "GET":
            joined = parse_qsl(urlsplit(url).query, keep_blank_values=True) + params
            url, params = f"{url.split('?')[0]}?{urlencode(joined)}", []
        return callbacks.Callback(
            service="calls",
            object=self.sid,
            event=event,
            url=url,
            method=method.upper(),
            body=urlencode(params).encode(),
            headers={"X-Twilio-Signature": twilio_signature(token, url, params), "Content-Type": FORM},
            to=self.to,
        )

    async def _notify(self, event: str, status: str) -> None:
        """One status callback, if it was asked for."""
        url, wanted = self.params.get("StatusCallback", ""), self.params["StatusCallbackEvent"]
        number, self.sequence = self.sequence, self.sequence + 1
        if not url or event not in wanted:
            return
        params = [
            *self._facts(status),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", str(number)),
            ("Timestamp", rfc2822(self._moment()) or ""),
        ]
        if event == "completed":
            params.extend(self._closing_facts(status))
        callback = self._signed(event, url, self.params.get("StatusCallbackMethod", "POST"), params)
        await callbacks.deliver(self.world, self.workspace, replace(callback, retries=callbacks.RETRIES))

    def _closing_facts(self, status: str) -> list[tuple[str, str]]:
        duration = 0 if self.answered_at is None else max(1, round(self.offset - self.answered_at))
        codes = {"busy": "486", "no-answer": "480", "failed": "404", "canceled": "487"}
        facts = [
            ("CallDuration", str(duration)),
            ("Duration", str(-(-duration // 60))),
            ("SipResponseCode", codes.get(status, "200")),
        ]
        if self.answered_by:
            facts.append(("AnsweredBy", self.answered_by))
        if self.error_code is not None:
            facts.append(("ErrorCode", str(self.error_code)))
        return facts

    async def _notify_detection(self) -> None:
        url = self.params.get("AsyncAmdStatusCallback", "")
        if url:
            params = [
                ("CallSid", self.sid),
                ("AccountSid", self.workspace.sid),
                ("AnsweredBy", self.answered_by or "unknown"),
                ("MachineDetectionDuration", "3500"),
            ]
            await callbacks.deliver(self.world, self.workspace, self._signed("amd", url, "POST", params))


async def start(world: World, workspace: Workspace, data: dict[str, Any]) -> None:
    """The act ``call``: run it to its end, unless it was cancelled before or the program was restarted during it."""
    row = world.store.one("SELECT * FROM calls WHERE call_sid = ?", data["call"])
    if row is None:
        return
    line = Line(
        world=world,
        workspace=workspace,
        sid=row["call_sid"],
        to=row["number_to"],
        sender=row["number_from"],
        params=json.loads(row["params"]),
        person=directory.at_number(world, workspace, row["number_to"]),
        chance=random.Random(f"{workspace.config.seed}|{row['number_to']}|{_nth(world, workspace, row['number_to'])}"),
        began=row["created_at"],
    )
    workspace.lines[line.sid] = line
    if row["status"] in ENDED:
        line.ended_as = row["status"]
    elif row["status"] != "queued":  # restarted in the middle of it: the line dropped
        await line.finish("failed")
        return
    await line.run()


def _nth(world: World, workspace: Workspace, number: str) -> int:
    row = world.store.one("SELECT count(*) AS n FROM calls WHERE sid = ? AND number_to = ?", workspace.sid, number)
    return row["n"] if row else 0


def _detected(machine: bool, detection: str) -> str:
    if not machine:
        return "human"
    return "machine_end_beep" if detection == "DetectMessageEnd" else "machine_start"


def _heard(reply: Reply, chance: random.Random) -> dict[str, str]:
    if reply.digits:
        return {"Digits": reply.digits, "msg": "Gather End"}
    if reply.said:
        return {"SpeechResult": reply.said, "Confidence": f"{chance.uniform(0.82, 0.98):.4f}"}
    return {}
