"""Portal: the letters that members print and mail in a live workspace, and what became of all others."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.models import Endpoint
from accounts.selectors import people_of
from compliance.models import ValidationNotice
from credira.core import clock
from credira.core.errors import DomainError, NotFound
from credira.core.ids import parse_id
from credira.documents.pdf import joined
from credira.documents.storage import load
from creditors.permissions import Access
from creditors.portal import PortalView
from messaging import selectors
from messaging.forms import MailedForm
from messaging.models import Message
from messaging.services import confirm_mailed, make_anew
from messaging.wording import reference

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One letter of a list. ``mail_by`` is the day that its end date counts from; ``missed``: that day is over."""

    letter: Message
    name: str
    place: str
    reference: str
    mail_by: dt.date | None
    missed: bool


class LettersView(PortalView):
    """Pages about letters; who may send e-mails may mail them."""

    permission: ClassVar[tuple[str, Access]] = ("emails", "read")

    @property
    def today(self) -> dt.date:
        """The creditor's own day."""
        return clock.now().astimezone(ZoneInfo(self.workspace.creditor.time_zone)).date()

    def waiting(self) -> list[Message]:
        """What was made and waits for a member; nothing in a sandbox, whose letters a vendor prints."""
        if not self.workspace.livemode:
            return []
        rows = selectors.list_awaiting_print(self.workspace).filter(channel=Message.Channel.LETTER)
        return list(rows.prefetch_related("account"))


class Letters(LettersView):
    """What must be printed and mailed today, what comes next, what went out."""

    template_name = "messaging/letters.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; with ``?as=pdf`` everything that waits, as one PDF in the order of the page."""
        if request.GET.get("as") == "pdf":
            return self._batch()
        return self._page(MailedForm(waiting=self.waiting(), today=self.today, initial={"mailed_on": self.today}))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if letter_id := request.POST.get("anew"):
            make_anew(workspace=self.workspace, message_id=parse_id(Message.PREFIX, letter_id))
            messages.success(request, "The letter is made anew, with an end date that counts from its new day.")
            return HttpResponseRedirect(request.path)
        form = MailedForm(request.POST, waiting=self.waiting(), today=self.today)
        if form.is_valid():
            try:
                with transaction.atomic():  # all that were chosen, or none
                    self._confirm(form.cleaned_data["letters"], form.cleaned_data["mailed_on"])
            except DomainError as error:
                form.add_error("mailed_on", error.message)
            else:
                return HttpResponseRedirect(request.path)
        return self._page(form, status=400)

    def _batch(self) -> HttpResponse:
        waiting = self.waiting()
        if not waiting:
            raise NotFound
        pdf = joined(load(self.workspace.id, letter.document_key) for letter in waiting)
        return _download(pdf, f"letters-{self.today.isoformat()}.pdf")

    def _confirm(self, letters: Sequence[str], mailed_on: dt.date) -> None:
        done = [
            confirm_mailed(workspace=self.workspace, message_id=parse_id(Message.PREFIX, each), mailed_on=mailed_on)
            for each in letters
        ]
        for letter in done:
            if letter.status == Message.Status.FAILED:
                text = f"{reference(letter.account)} must not be mailed any more: {letter.failure_detail}"
                messages.error(self.request, text)
        if mailed := sum(letter.status == Message.Status.SENT for letter in done):
            messages.success(self.request, f"{mailed} {'letter' if mailed == 1 else 'letters'} confirmed as mailed.")

    def _page(self, form: MailedForm, status: int = 200) -> HttpResponse:
        rows = selectors.list_letters(self.workspace).prefetch_related("account")
        coming = list(rows.filter(status__in=("queued", "sending")).order_by("due_at", "id")[:SHOWN])
        waiting = self.waiting()
        gone = list(rows.exclude(id__in=[each.id for each in [*coming, *waiting]])[:SHOWN])
        return self.render_to_response(
            self.get_context_data(
                form=form,
                chosen=form["letters"].value() or [],
                waiting=self._lines(waiting),
                coming=self._lines(coming),
                gone=self._lines(gone),
                may_mail=self.may("emails", "write"),
            ),
            status=status,
        )

    def _lines(self, letters: Sequence[Message]) -> list[Line]:
        people = people_of(self.workspace, [each.person_id for each in letters])
        addresses = Endpoint.objects.filter(workspace=self.workspace).in_bulk(
            [each.endpoint_id for each in letters if each.endpoint_id]
        )
        notices = ValidationNotice.objects.filter(workspace=self.workspace).in_bulk(
            [each.notice_id for each in letters if each.notice_id]
        )
        return [
            Line(
                letter,
                letter.to_name or people[letter.person_id].name,
                _place(addresses.get(letter.endpoint_id)) if letter.endpoint_id else "",
                reference(letter.account),
                mail_by := notices[letter.notice_id].sent_on if letter.notice_id else None,
                mail_by is not None and mail_by < self.today,
            )
            for letter in letters
        ]


class LetterPdf(LettersView):
    """One letter as it was made."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        letter = selectors.get_message(self.workspace, parse_id(Message.PREFIX, kwargs["letter_id"]))
        if letter.channel != Message.Channel.LETTER or not letter.document_key:
            raise NotFound
        return _download(load(self.workspace.id, letter.document_key), f"{letter.public_id}.pdf")


def _download(pdf: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _place(address: Endpoint | None) -> str:
    return f"{address.city}, {address.state} {address.zip}" if address else ""
