"""The portal's pages of e-mails and the consumer's own pages, in Chromium."""

from pathlib import Path

import pytest
from pytest_django import Settings

from compliance import notices
from compliance.selectors import list_notices
from compliance.services import record_opt_out
from credira.tenancy.scope import bind
from messaging.links import consumer_token
from messaging.models import Message
from messaging.services.notices import draft_notice
from messaging.services.sending import claim, draft_email, send_email
from tests.browser.conftest import OpenAs
from tests.browser.test_accessibility import VIEWS, faults
from tests.house import House
from tests.messaging.conftest import NOW, Debt, a_debt, set_clock


@pytest.fixture
def debt(house: House, settings: Settings, tmp_path: Path) -> Debt:
    settings.MEDIA_ROOT = tmp_path
    set_clock(house.sandbox, NOW)
    return a_debt(house.sandbox)


def a_notice(debt: Debt) -> Message:
    """A validation notice that was handed over: its period shows on the consumer's pages."""
    with bind(debt.workspace) as bound:
        notices.create_for_placed(bound, [debt.account_id])
        notice = list_notices(bound, debt.account_id).get()
        notices.prepare(bound, notice.id)
        message = Message.objects.get(notice_id=notice.id)
    claim(debt.workspace, message.id, draft_notice)
    return message


def a_blocked_one(debt: Debt) -> Message:
    message = debt.queue()
    with bind(debt.workspace) as bound:
        record_opt_out(workspace=bound, person_id=debt.person_id, scope="endpoint", endpoint_id=debt.email_id)
    send_email(debt.workspace, message.id)
    return message


def path_of(debt: Debt) -> str:
    return f"/c/{consumer_token(debt.workspace, debt.person_id, debt.account_id, debt.email_id)}"


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_the_pages_of_emails_are_accessible(debt: Debt, house: House, open_as: OpenAs, width: int, scheme: str) -> None:
    notice, reminder = a_notice(debt), debt.queue("follow_up")
    claim(debt.workspace, reminder.id, draft_email)
    shown = [notice, reminder, a_blocked_one(debt)]
    page = open_as(house.alice, width=width, scheme=scheme)

    found = {}
    for path in ("", "?status=blocked", "?status=failed", *(f"/{message.public_id}" for message in shown)):
        page.goto(f"/w/acme-sandbox/emails{path}")
        if wrong := faults(page):
            found[path] = wrong

    assert found == {}


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_a_consumer_responds_and_stops_without_script_or_login(
    debt: Debt, open_as: OpenAs, width: int, scheme: str
) -> None:
    a_notice(debt)
    page = open_as(None, width=width, scheme=scheme)
    found = []

    page.goto(path_of(debt))
    found.append(faults(page))
    page.get_by_label("The amount is wrong.").check()
    page.get_by_role("button", name="Send my response").click()
    page.get_by_role("heading", name="We have your response").wait_for()
    found.append(faults(page))
    page.goto(path_of(debt) + "/stop")
    found.append(faults(page))
    page.get_by_label("Phone calls").check()
    page.get_by_role("button", name="Stop").click()
    page.wait_for_load_state()
    found.append(faults(page))

    assert found == [{}, {}, {}, {}]
