"""Reading a web page as a person does: find the form that does what one wants, fill it in, press its button."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

WANTS = {
    "stop": re.compile(r"stop|unsubscribe|opt.?out|do not contact|no longer", re.IGNORECASE),
    "dispute": re.compile(r"\bdispute\b", re.IGNORECASE),
}
EVERYTHING = re.compile(r"\ball contact\b|everything|every way", re.IGNORECASE)


@dataclass(frozen=True)
class Reason:
    """Why somebody disputes: the words of the box they tick, and their own."""

    box: re.Pattern[str]
    words: str


REASONS = (
    Reason(re.compile(r"not my debt", re.IGNORECASE), "I never had an account with them."),
    Reason(re.compile(r"amount is wrong|wrong amount", re.IGNORECASE), "The amount doesn't match my statements."),
)


@dataclass
class Field:
    kind: str
    name: str
    value: str = ""
    checked: bool = False
    required: bool = False
    words: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    """Collects forms with their fields, the words around each one, and the links with theirs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self._form: Form | None = None
        self._labels: dict[str, str] = {}
        self._ids: dict[str, Field] = {}
        self._label_for: str | None = None
        self._label_fields: list[Field] | None = None
        self._label_text = ""
        self._link: str | None = None
        self._link_text = ""
        self._textarea: Field | None = None
        self._select: Field | None = None
        self._option: str | None = None
        self._button: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self._link, self._link_text = given["href"], ""
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "label":
            self._label_for, self._label_fields, self._label_text = given.get("for"), [], ""
        elif tag in ("input", "textarea", "select", "button"):
            self._add(tag, given)
        elif tag == "option" and self._select is not None:
            self._option = given.get("value", "")
            self._select.options.append((self._option, ""))
            if "selected" in given:
                self._select.value = self._option

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            self.links.append((self._link, " ".join(self._link_text.split())))
            self._link = None
        elif tag == "form":
            self._form = None
        elif tag == "label":
            for one in self._label_fields or []:
                one.words += f" {self._label_text}"
            if self._label_for:
                self._labels[self._label_for] = self._label_text
            self._label_fields = None
        elif tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None
        elif tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._link is not None:
            self._link_text += data
        if self._form is not None:
            self._form.text += f" {data}"
        if self._label_fields is not None:
            self._label_text += data
        if self._button is not None:
            self._button.words += data
        if self._select is not None and self._select.options:
            value, words = self._select.options[-1]
            self._select.options[-1] = (value, words + data)

    def close(self) -> None:
        super().close()
        for key, words in self._labels.items():
            if key in self._ids:
                self._ids[key].words += f" {words}"

    def _add(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text").lower() if tag in ("input", "button") else tag
        one = Field(
            kind=kind,
            name=given.get("name", ""),
            value=given.get("value", "on" if kind in ("checkbox", "radio") else ""),
            checked="checked" in given,
            required="required" in given,
            words=f"{given.get('value', '')} {given.get('aria-label', '')} {given.get('name', '').replace('_', ' ')}",
        )
        if self._form is not None:
            self._form.fields.append(one)
        if self._label_fields is not None:
            self._label_fields.append(one)
        if "id" in given:
            self._ids[given["id"]] = one
        self._textarea = one if tag == "textarea" else self._textarea
        self._select = one if tag == "select" else self._select
        self._button = one if tag == "button" else self._button


@dataclass(frozen=True)
class Page:
    forms: list[Form]
    links: list[tuple[str, str]]


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Page(reader.forms, reader.links)


def choose(page: Page, want: str) -> Form | None:
    """The posting form that speaks of what is wanted."""
    posting = [form for form in page.forms if form.method == "post"]
    speaking = [form for form in posting if WANTS[want].search(_words(form))]
    return speaking[0] if speaking else posting[0] if len(posting) == 1 else None


def fill(form: Form, want: str, reason: Reason | None) -> list[tuple[str, str]]:
    """The form's values with the wanted choices made, and one button pressed."""
    values: list[tuple[str, str]] = []
    groups: set[str] = set()
    for one in form.fields:
        if not one.name or (one.kind in ("radio", "checkbox") and one.name in groups):
            continue
        if one.kind in ("radio", "checkbox"):
            groups.add(one.name)
            values += [(one.name, pick.value) for pick in _choices(form, one, want, reason)]
        elif one.kind == "select":
            values.append((one.name, _option(one, want)))
        elif one.kind == "textarea":
            values.append((one.name, one.value or (reason.words if reason else "")))
        elif one.kind not in ("submit", "image", "button", "reset", "file"):
            values.append((one.name, one.value))
    button = _button(form, want)
    if button is not None and button.name:
        values.append((button.name, button.value))
    return values


def _words(form: Form) -> str:
    return " ".join([form.action, form.text, *(one.words for one in form.fields)])


def _choices(form: Form, first: Field, want: str, reason: Reason | None) -> list[Field]:
    """Which boxes of one name are ticked. Who wants to stop, stops everything where that is offered."""
    group = [one for one in form.fields if one.kind == first.kind and one.name == first.name]
    everything = [one for one in group if want == "stop" and EVERYTHING.search(one.words)]
    if everything:
        return everything[:1]
    fitting = [one for one in group if WANTS[want].search(one.words) or (reason and reason.box.search(one.words))]
    checked = [one for one in group if one.checked]
    if first.kind == "radio":
        return (fitting or checked or group)[:1]
    return [one for one in group if one in fitting or one.checked]


def _option(one: Field, want: str) -> str:
    fitting = [value for value, words in one.options if value and WANTS[want].search(f"{value} {words}")]
    given = [one.value] if one.value else [value for value, _ in one.options if value]
    return next(iter(fitting or given), "")


def _button(form: Form, want: str) -> Field | None:
    buttons = [one for one in form.fields if one.kind in ("submit", "image")]
    fitting = [one for one in buttons if WANTS[want].search(f"{one.words} {one.value}")]
    return next(iter(fitting or buttons), None)
