"""Templates that members write: python-liquid, strict, with nothing within reach but plain text.

An unknown variable is an error on save and again when rendered; a template never sees an object, only dicts of strings;
loops and output are bounded, so that no template can hold a worker.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import liquid
from liquid.exceptions import LiquidError, UndefinedError

from credira.core.errors import Detail
from messaging.errors import TemplateInvalid, TemplateVariableMissing

MAX_LOOPS = 1_000
MAX_OUTPUT = 200_000
MAX_SOURCE = 100_000

# Every variable that a message brings by itself, with the value that a preview shows.
SAMPLE: dict[str, dict[str, str]] = {
    "consumer": {"name": "Renee Calloway", "first_name": "Renee", "last_name": "Calloway"},
    "account": {
        "reference": "ACME-53-004417",
        "number": "ending in 4417",
        "balance": "$5,312.63",
        "product": "personal loan",
        "original_creditor": "Acme Federal Credit Union",
        "current_creditor": "Acme Federal Credit Union",
    },
    "sender": {
        "name": "Northgate Account Services LLC",
        "phone": "(615) 555-0123",
        "email": "help@northgate.example",
        "address": "PO Box 5500, Nashville, TN 37203",
    },
    "links": {"respond": "https://example.com/c/sample", "stop": "https://example.com/c/sample/stop"},
}
KNOWN = frozenset(f"{group}.{name}" for group, values in SAMPLE.items() for name in values)


@dataclass(frozen=True)
class Source:
    """The three parts of an e-mail template, as written."""

    subject: str
    text: str
    html: str

    def parts(self) -> dict[str, str]:
        return {"subject": self.subject, "text": self.text, "html": self.html}


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def check(source: Source, declared: frozenset[str] = frozenset()) -> list[str]:
    """The variables that a template uses, sorted.

    Args:
        source: The parts as written.
        declared: Names of values that the caller of the template will bring (`promise_amount`).

    Raises:
        TemplateInvalid: A part doesn't parse, or uses a variable that is neither known nor declared.
    """
    faults: list[Detail] = []
    used: set[str] = set()
    for part, text in source.parts().items():
        try:
            names = set(_template(text, part == "html").global_variable_paths())
        except LiquidError as error:
            faults.append({"field": part, "message": _sentence(error)})
            continue
        used |= names
        faults += [{"field": part, "message": f"Unknown variable: {name}"} for name in sorted(names - KNOWN - declared)]
    if faults:
        raise TemplateInvalid("The template can't be used as it is.", details=faults)
    return sorted(used)


def render(source: Source, values: Mapping[str, object]) -> Rendered:
    """Fill a template; the HTML part escapes every value. Raises TemplateVariableMissing."""
    subject = _render(source.subject, values, escape=False)
    return Rendered(
        subject=" ".join(subject.split()),
        text=_render(source.text, values, escape=False).strip() + "\n",
        html=_render(source.html, values, escape=True).strip(),
    )


def _render(text: str, values: Mapping[str, object], *, escape: bool) -> str:
    try:
        return _template(text, escape).render(**values)
    except UndefinedError as error:
        raise TemplateVariableMissing(_sentence(error)) from error
    except LiquidError as error:
        raise TemplateInvalid(_sentence(error)) from error


@functools.lru_cache(maxsize=256)
def _template(text: str, escape: bool) -> liquid.BoundTemplate:
    if len(text) > MAX_SOURCE:
        raise TemplateInvalid(f"A template part has at most {MAX_SOURCE} characters.")
    return _environment(escape).from_string(text)


@functools.cache
def _environment(escape: bool) -> liquid.Environment:
    class Bounded(liquid.Environment):
        loop_iteration_limit = MAX_LOOPS
        output_stream_limit = MAX_OUTPUT

    return Bounded(autoescape=escape, undefined=liquid.StrictUndefined, tolerance=liquid.Mode.STRICT)


def _sentence(error: LiquidError) -> str:
    text = str(error.args[0]) if error.args else type(error).__name__
    return text[:1].upper() + text[1:]
