"""TwiML as data: the verbs that the carrier understands, and the parser.

An unknown verb is skipped, as the carrier does after its warning 12200; a document that isn't TwiML is error 12100.
"""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

SPEECH_DEFAULT_TIMEOUT = 5.0


class TwimlError(Exception):
    """The document can't be played. ``code`` is the carrier's error number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Say:
    text: str
    language: str = "en-US"


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Play:
    url: str


@dataclass(frozen=True)
class Gather:
    prompt: "tuple[Verb, ...]"
    takes: frozenset[str]
    action: str
    method: str
    timeout: float
    num_digits: int | None
    finish_on_key: str
    action_on_empty: bool


@dataclass(frozen=True)
class Record:
    action: str
    method: str
    max_length: float


@dataclass(frozen=True)
class Dial:
    number: str
    action: str
    method: str


@dataclass(frozen=True)
class Redirect:
    url: str
    method: str


@dataclass(frozen=True)
class Hangup:
    pass


@dataclass(frozen=True)
class Reject:
    reason: str


Verb = Say | Pause | Play | Gather | Record | Dial | Redirect | Hangup | Reject


def parse(body: bytes) -> tuple[Verb, ...]:
    """The verbs of one document, in order. Raises ``TwimlError`` (12100) for anything that isn't ``<Response>``."""
    if not body.strip():
        return ()
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise TwimlError(12100, "Document type declarations are not allowed in TwiML.")
    try:
        root = ET.fromstring(body)  # noqa: S314  entity declarations were refused above
    except ET.ParseError as error:
        raise TwimlError(12100, f"Document parse failure: {error}") from error
    if root.tag != "Response":
        raise TwimlError(12100, f"The root element is <{root.tag}>, not <Response>.")
    return _verbs(root)


def _verbs(parent: ET.Element) -> tuple[Verb, ...]:
    found = (_verb(element) for element in parent)
    return tuple(verb for verb in found if verb is not None)


def _verb(element: ET.Element) -> Verb | None:
    text = " ".join("".join(element.itertext()).split())
    action, method = element.get("action", ""), element.get("method", "POST").upper()
    match element.tag:
        case "Say":
            return Say(text, element.get("language", "en-US"))
        case "Pause":
            return Pause(_number(element.get("length"), 1.0))
        case "Play":
            return Play(text)
        case "Gather":
            return _gather(element, action, method)
        case "Record":
            return Record(action, method, _number(element.get("maxLength"), 3600.0))
        case "Dial":
            return Dial(text, action, method)
        case "Redirect":
            return Redirect(text, method)
        case "Hangup":
            return Hangup()
        case "Reject":
            return Reject(element.get("reason", "rejected"))
        case _:
            return None


def _gather(element: ET.Element, action: str, method: str) -> Gather:
    digits = element.get("numDigits")
    return Gather(
        prompt=_verbs(element),
        takes=frozenset(element.get("input", "dtmf").split()),
        action=action,
        method=method,
        timeout=_number(element.get("timeout"), SPEECH_DEFAULT_TIMEOUT),
        num_digits=int(digits) if digits and digits.isdigit() else None,
        finish_on_key=element.get("finishOnKey", "#"),
        action_on_empty=element.get("actionOnEmptyResult", "false").lower() == "true",
    )


def _number(value: str | None, default: float) -> float:
    try:
        return float(value) if value else default
    except ValueError:
        return default
