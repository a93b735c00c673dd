"""The template tags that all pages use."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.template.exceptions import TemplateDoesNotExist

NOON = dt.datetime(2026, 11, 24, 17, 0, tzinfo=dt.UTC)
WORKSPACE = SimpleNamespace(creditor=SimpleNamespace(time_zone="America/Chicago"))


def render(text: str, **context: Any) -> str:
    return Template(text).render(Context({"clock_now": NOON, **context})).strip()


def test_a_status_has_a_word_beside_its_color() -> None:
    assert render('{% status "in_settlement" "account" %}') == '<span class="c-st ok">Plan</span>'
    assert render('{% status "running" "campaign" %}') == '<span class="c-st note live">Running</span>'
    assert render('{% status "DEFER" "gate" plain=True %}') == '<span class="c-st wait plain">Wait</span>'
    assert (
        render('{% status "promised" "account" text="Promise Nov 27" %}')
        == '<span class="c-st note">Promise Nov 27</span>'
    )


def test_an_unlisted_status_is_spelled_out_without_a_color() -> None:
    assert render('{% status "on_the_moon" "call" %}') == '<span class="c-st idle">On the moon</span>'


def test_severity_is_weight_with_its_citation_and_code() -> None:
    assert render('{% severity "law" "12 CFR 1006.6(b)" code="TIME_WINDOW" %}') == (
        '<span class="c-meta"><span class="c-sev law">LAW</span> <span class="c-cite">12 CFR 1006.6(b)</span> '
        '<span class="c-code c-3">TIME_WINDOW</span></span>'
    )


def test_money_is_a_tag_and_a_filter_and_never_an_empty_cell() -> None:
    assert (
        render('{% money amount "USD" %} {{ amount|money:"CAD" }}', amount=Decimal("1250"))
        == "$1,250.00 CAD\u00a01,250.00"
    )
    assert render("{% money amount %}", amount=None) == "not known"


def test_when_carries_the_exact_utc_value() -> None:
    assert render("{% when at %}", at=NOON, workspace=WORKSPACE) == (
        '<time datetime="2026-11-24T17:00:00Z" title="2026-11-24T17:00:00Z">Tue, Nov 24, 11:00 AM CT</time>'
    )


def test_contact_times_are_shown_where_the_consumer_is() -> None:
    assert ">Today 9:00 AM PT<" in render(
        '{% when at style="near" zone="America/Los_Angeles" %}', at=NOON, workspace=WORKSPACE
    )


def test_a_date_has_no_zone_and_nothing_is_not_known() -> None:
    assert render("{% when on %}", on=dt.date(2027, 1, 2)) == '<time datetime="2027-01-02">Sat, Jan 2, 2027</time>'
    assert render("{% when at %}", at=None) == "not known"
    assert render('{% when at none="never" %}', at=None) == "never"


def test_an_icon_is_hidden_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in render('{% icon "phone" %}')
    named = render('{% icon "phone" css="t-ok" label="Call" %}')

    assert 'class="icon t-ok"' in named
    assert 'role="img" aria-label="Call"' in named
    assert "aria-hidden" not in named


def test_an_unknown_icon_fails_loudly() -> None:
    with pytest.raises(TemplateDoesNotExist):
        render('{% icon "no-such-drawing" %}')


def test_the_theme_is_the_cookies_else_the_systems() -> None:
    dark = SimpleNamespace(COOKIES={"theme": "dark"})
    forged = SimpleNamespace(COOKIES={"theme": '"><script>'})

    assert render("{% theme_attributes %}", request=dark) == 'data-bs-theme="dark"'
    assert render("{% theme_attributes %}", request=forged) == 'data-bs-theme="light" data-theme="system"'
    assert render("{% theme_attributes %}") == 'data-bs-theme="light" data-theme="system"'


class SampleForm(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="Your work address.")
    step = forms.ChoiceField(choices=[("day", "1 day"), ("week", "1 week")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I have read it", required=False)


def test_a_field_ties_label_hint_and_fault_to_its_control() -> None:
    shown = render('{% field form.email autocomplete="username" %}', form=SampleForm({"email": "nope"}))

    assert '<label class="form-label" for="id_email">E-mail</label>' in shown
    assert 'class="form-control is-invalid"' in shown
    assert 'autocomplete="username"' in shown
    assert 'aria-invalid="true"' in shown
    assert (
        'aria-describedby="id_email_helptext id_email_error"' in shown
        or 'aria-describedby="id_email_helptext"' in shown
    )
    assert 'id="id_email_error"' in shown
    assert 'id="id_email_helptext"' in shown


def test_choices_are_a_fieldset_and_a_checkbox_is_inside_its_label() -> None:
    form = SampleForm()
    radios, box = render("{% field form.step %}", form=form), render("{% field form.agree %}", form=form)

    assert radios.count('type="radio"') == 2
    assert "<fieldset><legend" in radios
    assert box.index("<label") < box.index('type="checkbox"') < box.index("I have read it")


def test_the_summary_of_faults_links_to_their_fields() -> None:
    shown = render("{% form_errors form %}", form=SampleForm({"email": "nope", "step": "day"}))

    assert 'role="alert"' in shown
    assert '<a href="#id_email">E-mail</a>: Enter a valid email address.' in shown
    assert render("{% form_errors form %}", form=SampleForm()) == ""
