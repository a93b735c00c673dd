import pytest

from messaging.errors import TemplateInvalid, TemplateVariableMissing
from messaging.liquid import SAMPLE, Source, check, render
from messaging.shipped import SHIPPED


def a_source(text: str = "Hello {{ consumer.first_name }}") -> Source:
    return Source(subject="About {{ account.number }}", text=text, html=f"<p>{text}</p>")


def test_what_a_template_uses_is_known_on_save() -> None:
    assert check(a_source()) == ["account.number", "consumer.first_name"]


@pytest.mark.parametrize(
    "text", ["{{ consumer.ssn }}", "{{ consumer.__class__ }}", "{{ settings.SECRET_KEY }}", "{{ promise_amount }}"]
)
def test_an_unknown_variable_is_refused_on_save(text: str) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        check(a_source(text))

    assert [detail["field"] for detail in caught.value.details] == ["text", "html"]
    assert caught.value.details[0]["message"] == f"Unknown variable: {text.strip('{} ')}"


def test_a_declared_value_is_known() -> None:
    assert "promise_amount" in check(a_source("{{ promise_amount }}"), frozenset({"promise_amount"}))


@pytest.mark.parametrize("text", ["{{ consumer.name ", "{% if %}", "{% include 'x' %}", "{% for %}"])
def test_what_does_not_parse_is_refused_on_save(text: str) -> None:
    with pytest.raises(TemplateInvalid):
        check(a_source(text))


def test_a_missing_value_is_an_error_and_never_an_empty_place() -> None:
    with pytest.raises(TemplateVariableMissing):
        render(a_source("{{ promise_amount }}"), SAMPLE)


def test_values_are_escaped_in_html_and_plain_in_text() -> None:
    values = {**SAMPLE, "consumer": {**SAMPLE["consumer"], "first_name": "<b>Ann & Bo</b>"}}

    made = render(a_source(), values)

    assert made.text == "Hello <b>Ann & Bo</b>\n"
    assert made.html == "<p>Hello &lt;b&gt;Ann &amp; Bo&lt;/b&gt;</p>"


def test_a_subject_is_one_line() -> None:
    values = {**SAMPLE, "account": {**SAMPLE["account"], "number": "1\r\nBcc: all@example.com"}}

    assert render(a_source(), values).subject == "About 1 Bcc: all@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% for i in (1..900) %}{% for j in (1..900) %}x{% endfor %}{% endfor %}",
    ],
)
def test_a_template_cannot_hold_a_worker(text: str) -> None:
    with pytest.raises(TemplateInvalid):
        render(a_source(text), SAMPLE)


@pytest.mark.promise("C-2")
@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_each_shipped_template_renders_with_its_declared_values(key: str) -> None:
    shipped = SHIPPED[key]
    check(shipped.source, frozenset(shipped.declared))

    made = render(shipped.source, {**SAMPLE, **{name: f"[{name}]" for name in shipped.declared}})

    assert SAMPLE["account"]["current_creditor"] in made.subject
    assert "ending in 4417" in made.subject
    assert "$5,312.63" not in made.subject
    assert "Northgate Account Services LLC" in made.text
    for name in shipped.declared:
        assert f"[{name}]" in made.text
        assert f"[{name}]" in made.html
