"""VN-01, VN-04, VN-06, VN-10 and ST-MA-2: the validation notice (12 CFR 1006.34, 1006.38(b), 1006.42)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.rules.dates import massachusetts_notice_due, notice_due
from compliance.rules.decision import Reason, Severity
from compliance.rules.facts import Debt, Itemization
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import ANSWERS, CONTACTS, ELECTRONIC, PHONE

_SETTLED = frozenset({"sent", "not_required"})


def binding(view: View) -> Severity:
    """LAW for a collector; STATE for a creditor in Massachusetts (940 CMR 7.08)."""
    return Severity.STATE if view.first_party else Severity.LAW


def _rule_id(view: View) -> str:
    return "ST-MA-2" if view.first_party else "VN-01"


def is_settled(view: View, debt: Debt) -> bool:
    """Return whether the notice was sent by today, or is not required."""
    notice = debt.notice
    if notice.status == "sent" and notice.sent_on is not None:
        return notice.sent_on <= view.today
    return notice.status in _SETTLED


def initial_on(view: View, debt: Debt) -> date | None:
    """Return the day of the initial communication, if there was one by today."""
    initial = debt.initial_communication
    return initial.on if initial is not None and initial.on <= view.today else None


def due_on(view: View, initial: date) -> date:
    """Return the last day to send the notice: five days, for a creditor in Massachusetts five business days."""
    return massachusetts_notice_due(initial) if view.first_party else notice_due(initial)


@rule("VN-01", who="notice", channels=CONTACTS)
def notice_data(view: View) -> Iterator[Reason]:
    """VN-02, VN-04: a notice goes out only with every field known and lines that add up to the cent."""
    if view.purpose != "validation_notice":
        return
    for debt in view.notice_debts:
        notice = debt.notice
        if notice.data_complete is None:
            yield view.reason(
                _rule_id(view),
                "FACT_MISSING:debt.notice.data_complete",
                f"It is not known whether every field of the notice about debt {debt.id} is there.",
                severity=binding(view),
            )
        lines = notice.itemization
        if notice.data_complete is False or (lines is not None and _has_gap(lines)):
            yield view.reason(
                _rule_id(view),
                "VN_DATA_INCOMPLETE",
                f"The notice about debt {debt.id} lacks a field or a line of the itemization; zero must be asserted.",
                severity=binding(view),
            )
        elif lines is not None:
            yield from _sum(view, debt, lines)


def _has_gap(lines: Itemization) -> bool:
    return None in (lines.amount, lines.interest, lines.fees, lines.credits, lines.total)


def _sum(view: View, debt: Debt, lines: Itemization) -> Iterator[Reason]:
    amount, interest, fees = lines.amount or 0, lines.interest or 0, lines.fees or 0
    total = amount + interest + fees - (lines.credits or 0)
    if total != lines.total:
        yield view.reason(
            "VN-04",
            "VN_ITEMIZATION_MISMATCH",
            f"The lines of debt {debt.id} add up to {total:.2f}, but the notice says {lines.total:.2f}.",
            severity=binding(view),
        )


@rule("VN-01", who="collector", channels=PHONE)
def notice_first(view: View) -> Iterator[Reason]:
    """Product policy: the notice is the initial communication; a call or text first would start a five-day clock."""
    if not view.policy.vn_send_before_first_call or not (view.collecting or view.purpose == "consent_request"):
        return
    for debt in view.collector_debts:
        if initial_on(view, debt) is not None or is_settled(view, debt):
            continue
        incomplete = debt.notice.data_complete is False
        yield view.reason(
            "VN-01",
            "VN_DATA_INCOMPLETE" if incomplete else "VN_NOT_SENT",
            f"The validation notice about debt {debt.id} "
            f"{'cannot be made: data are missing' if incomplete else 'was not sent yet'}, and it goes out first.",
            severity=Severity.POLICY,
        )


@rule("VN-01", who="notice", channels=CONTACTS)
def notice_in_time(view: View) -> Iterator[Reason]:
    """12 CFR 1006.34(a)(1)(i)(B): within five days after the initial communication, or nothing is collected."""
    if not view.collecting:
        return
    for debt in view.notice_debts:
        initial = initial_on(view, debt)
        if initial is None or is_settled(view, debt):
            continue
        due = due_on(view, initial)
        if view.today > due:
            yield view.reason(
                _rule_id(view),
                "VN_OVERDUE",
                f"The validation notice about debt {debt.id} was due on {due} and was not sent.",
                severity=binding(view),
            )


@rule("VN-06", who="all", channels=PHONE | {"letter", "email"})
def good_address(view: View) -> Iterator[Reason]:
    """12 CFR 1006.42(a): mail that came back shows that the address is wrong; a hard bounce shows it of an e-mail's.

    A number or address that was ended is as bad.
    """
    if view.endpoint is not None and view.endpoint.bad:
        message = "This number is" if view.endpoint.kind == "phone" else "Mail to this address came back, or it is"
        yield view.reason("VN-06", "ADDRESS_BAD", f"{message} not in use any more.")


@rule("VN-06", who="collector", channels=ELECTRONIC)
def electronic_delivery(view: View) -> Iterator[Reason]:
    """12 CFR 1006.42(b): electronic notices after another initial communication, and answers, need E-SIGN consent."""
    notice = view.purpose == "validation_notice"
    after_another = notice and any(initial_on(view, debt) is not None for debt in view.collector_debts)
    if after_another or view.purpose in ANSWERS:
        consents = view.consents("esign")
        if consents:
            view.rely_on(consent.id for consent in consents)
        else:
            yield view.reason(
                "VN-06",
                "VN_ESIGN_REQUIRED",
                "This notice may be sent electronically only with the person's E-SIGN consent.",
                severity=Severity.LAW,
            )
    content = view.intent.content
    if notice and content is not None and not content.subject_ok:
        yield view.reason(
            "VN-06",
            "CONTENT_SUBJECT",
            "The subject must name the creditor and one more identifier that is not the amount.",
            severity=Severity.LAW,
        )


@rule("VN-10", who="collector", channels=CONTACTS)
def no_overshadowing(view: View) -> Iterator[Reason]:
    """12 CFR 1006.38(b): no deadline before the end of the validation period, nor while a notice is still pending."""
    content = view.intent.content
    if content is None or content.deadline_on is None:
        return
    deadline = content.deadline_on
    margin = timedelta(days=view.figures.overshadow_margin_days)
    for debt in view.collector_debts:
        notice = debt.notice
        if notice.status in {"pending", "undelivered"}:
            message = f"A deadline ({deadline}) is set while the notice about debt {debt.id} is {notice.status}."
            yield view.reason("VN-10", "OVERSHADOW", message, severity=Severity.LAW)
            continue
        end = notice.period_end
        if end is not None and view.today <= end and deadline < end + margin:
            early = deadline < end
            yield view.reason(
                "VN-10",
                "OVERSHADOW",
                f"The deadline {deadline} lies {'before' if early else 'less than 5 days after'} the end of the "
                f"validation period of debt {debt.id}, {end}.",
                severity=Severity.LAW if early else Severity.POLICY,
            )
