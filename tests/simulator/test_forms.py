"""How a person reads a mail and a page: which link, which form, which boxes."""

import pytest

from simulator.people import forms
from simulator.people.mailbox import choose_link, one_click_address

RESPOND = """
<form action="/search"><input name="q"></form>
<form method="post" action="/c/token">
  <fieldset><legend>Your answer</legend>
    <label><input type="checkbox" name="dispute"><b>I want to dispute the debt because I think:</b></label>
    <label><input type="checkbox" name="not_my_debt"><span>This is not my debt.</span></label>
    <label><input type="checkbox" name="wrong_amount"><span>The amount is wrong.</span></label>
    <label><input type="checkbox" name="other"><span>Other. Please describe below.</span></label>
    <label><input type="checkbox" name="original_creditor"><b>Send me the name of the original creditor.</b></label>
  </fieldset>
  <label><input type="radio" name="scope" value="all" checked><span>All of it</span></label>
  <label><input type="radio" name="scope" value="part"><span>A part</span></label>
  <label for="amount">The part</label><input id="amount" name="amount" inputmode="decimal" value="">
  <label for="statement">Explanation</label><textarea id="statement" name="statement"></textarea>
  <button type="submit">Send my response</button>
</form>
"""
STOP = """
<form method="post" action="/c/token/stop">
  <label><input type="checkbox" name="what" value="this_address" checked><span>E-mails to this address</span></label>
  <label><input type="checkbox" name="what" value="calls"><span>Calls</span></label>
  <label><input type="checkbox" name="what" value="everything"><span>All contact</span></label>
  <button type="submit">Stop</button>
</form>
"""
MAIL = {
    "HtmlBody": '<a href="http://p/about">About us</a> <a href="http://p/c/t">tell us here</a>'
    '<a href="http://p/c/t/stop">Stop these e-mails</a>',
    "TextBody": "Something else.\n",
}
TEXT = {"TextBody": "If this is not your debt, tell us here:\nhttp://p/c/t\n\nStop these e-mails:\nhttp://p/c/t/stop\n"}


@pytest.mark.parametrize("body", [MAIL, TEXT])
def test_the_link_is_found_in_html_and_in_text(body: dict[str, str]) -> None:
    assert choose_link(body, "dispute", lambda url: True) == "http://p/c/t"
    assert choose_link(body, "stop", lambda url: True) == "http://p/c/t/stop"
    assert choose_link(body, "stop", lambda url: False) is None


@pytest.mark.parametrize(("number", "box"), [(0, "not_my_debt"), (1, "wrong_amount")])
def test_a_dispute_ticks_the_box_and_one_reason(number: int, box: str) -> None:
    form = forms.choose(forms.read(RESPOND), "dispute")

    assert form is not None
    assert (form.action, form.method) == ("/c/token", "post")
    assert forms.fill(form, "dispute", forms.REASONS[number]) == [
        ("dispute", "on"),
        (box, "on"),
        ("scope", "all"),
        ("amount", ""),
        ("statement", forms.REASONS[number].words),
    ]


def test_who_wants_to_stop_stops_everything() -> None:
    form = forms.choose(forms.read(STOP), "stop")

    assert form is not None
    assert forms.fill(form, "stop", None) == [("what", "everything")]


def test_all_e_mails_is_not_everything() -> None:
    e_mails = '<label><input type="checkbox" name="what" value="email"><span>All e-mails</span></label>'
    form = forms.choose(forms.read(STOP.replace("<label>", f"{e_mails}<label>", 1)), "stop")

    assert form is not None
    assert forms.fill(form, "stop", None) == [("what", "everything")]


def test_where_nothing_is_offered_as_everything_all_that_stops_is_ticked() -> None:
    page = forms.read(STOP.replace("All contact", "Letters").replace('value="everything"', 'value="stop_letters"'))
    form = forms.choose(page, "stop")

    assert form is not None
    assert forms.fill(form, "stop", None) == [("what", "this_address"), ("what", "stop_letters")]


def test_a_page_without_a_posting_form_offers_nothing() -> None:
    assert forms.choose(forms.read("<form action=/search><input name=q></form>"), "stop") is None


def test_a_select_takes_the_option_that_fits() -> None:
    html = """<form method=post>Dispute<select name=why><option value="">Choose</option>
        <option value=a>Other</option><option value=d>I dispute this debt</option></select></form>"""
    form = forms.choose(forms.read(html), "dispute")

    assert form is not None
    assert forms.fill(form, "dispute", None) == [("why", "d")]


def test_one_click_needs_both_headers() -> None:
    unsubscribe = {"Name": "List-Unsubscribe", "Value": "<mailto:u@x.example>, <https://p/c/t/stop>"}
    post = {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"}

    assert one_click_address({"Headers": [unsubscribe, post]}) == "https://p/c/t/stop"
    assert one_click_address({"Headers": [unsubscribe]}) is None
