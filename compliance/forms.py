"""Forms of the portal by which members record what they were told."""

from typing import Any

from django import forms

from accounts.models import Endpoint
from compliance.models import Bankruptcy, Consent, Dispute, DisputeAnswer, EmailBasis, Fact
from credira.core.forms import DateField, DecimalField, offer

STOPS = (
    ("email", "E-mails"),
    ("calls", "Phone calls"),
    ("sms", "Text messages"),
    ("mail", "Letters"),
    ("everything", "All contact"),
)
RESOLUTIONS = (
    (DisputeAnswer.Kind.VERIFICATION, "Verification was sent"),
    (DisputeAnswer.Kind.JUDGMENT, "A copy of the judgment was sent"),
    (DisputeAnswer.Kind.DUPLICATIVE_NOTICE, "Notice that it was answered before was sent"),
    (DisputeAnswer.Kind.ORIGINAL_CREDITOR, "The original creditor's name and address were sent"),
    (Fact.End.WITHDRAWN, "The consumer withdrew it"),
)


class DisputeForm(forms.Form):
    """A dispute, or a request for the original creditor, as it came in."""

    kind = forms.ChoiceField(
        label="What was asked",
        choices=((Dispute.Kind.DISPUTE, "Disputes the debt"), (Dispute.Kind.ORIGINAL_CREDITOR, "Original creditor")),
        widget=forms.RadioSelect,
        initial=Dispute.Kind.DISPUTE,
    )
    channel = forms.ChoiceField(
        label="How it came",
        choices=(
            (Dispute.Channel.MAIL, "Letter"),
            (Dispute.Channel.EMAIL, "E-mail"),
            (Dispute.Channel.SMS, "Text message"),
            (Dispute.Channel.PHONE, "Phone call"),
            (Dispute.Channel.IN_PERSON, "In person"),
        ),
    )
    amount = DecimalField(
        label="Disputed part",
        required=False,
        min_value=0,
        decimal_places=2,
        help_text="Leave it empty when the whole debt is disputed.",
    )
    postmarked_on = DateField(label="Postmarked on", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    statement = forms.CharField(
        label="In the consumer's words", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


class StopForm(forms.Form):
    """What the consumer asked us to stop; effective at once."""

    what = forms.MultipleChoiceField(label="Stop", choices=STOPS, widget=forms.CheckboxSelectMultiple)
    written = forms.BooleanField(label="Asked in writing", required=False)
    evidence = forms.CharField(label="How we know", max_length=400, help_text="A call, a letter, a message.")


class ConsentForm(forms.Form):
    """A consent that the consumer gave."""

    kind = forms.ChoiceField(
        label="Consent to",
        choices=(
            (Consent.Kind.TCPA, "Calls by an artificial voice"),
            (Consent.Kind.SMS, "Text messages"),
            (Consent.Kind.CALL_BACK, "Being called again"),
            (Consent.Kind.WORK, "Being called at work"),
            (Consent.Kind.ELECTRONIC, "Electronic messages (New York City, D.C.)"),
            (Consent.Kind.ESIGN, "Notices in electronic form (E-SIGN)"),
        ),
    )
    endpoint = forms.ChoiceField(label="For", required=False, help_text="Empty: any of the person's own.")
    wording = forms.CharField(label="Wording", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    written = forms.BooleanField(label="In writing", required=False)

    def __init__(self, *args: Any, endpoints: list[Endpoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reachable = ((each.public_id, each.value) for each in endpoints if each.kind != "address")
        offer(self, "endpoint", [("", "Any"), *reachable])


class EmailBasisForm(forms.Form):
    """Why an e-mail address of the consumer may be used (12 CFR 1006.6(d)(4))."""

    endpoint = forms.ChoiceField(label="Address")
    basis = forms.ChoiceField(
        label="Why it may be used",
        choices=(
            (EmailBasis.Basis.I_A, "The consumer wrote to us from it about the debt"),
            (EmailBasis.Basis.I_B, "The consumer consented to us directly"),
            (EmailBasis.Basis.II, "The creditor used it about the account and gave notice"),
            (EmailBasis.Basis.III, "The collector before us used it, and had a basis"),
        ),
        widget=forms.RadioSelect,
        initial=EmailBasis.Basis.I_B,
    )
    evidence = forms.CharField(label="What shows it", max_length=400, help_text="The message, consent or notice.")
    since = DateField(label="Since", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    notice_sent_on = DateField(
        label="Creditor's notice sent on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=(
            "For the creditor's notice alone: it named this collector, the creditor got the address from the consumer "
            "and used it about the account."
        ),
    )
    optout_by = DateField(
        label="Day to opt out by",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="At least 35 days after the notice was sent.",
    )

    def __init__(self, *args: Any, endpoints: list[Endpoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        addresses = [(each.public_id, each.value) for each in endpoints if each.kind == Endpoint.Kind.EMAIL]
        offer(self, "endpoint", addresses)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("basis") == EmailBasis.Basis.II:
            for name in ("notice_sent_on", "optout_by"):
                if not given.get(name):
                    self.add_error(name, "The creditor's notice needs this day.")
        return given


class ResolveForm(forms.Form):
    """What ends a dispute's hold."""

    resolution = forms.ChoiceField(label="Resolution", choices=RESOLUTIONS, widget=forms.RadioSelect)
    medium = forms.ChoiceField(
        label="Sent by",
        choices=((DisputeAnswer.Medium.MAIL, "Mail"), (DisputeAnswer.Medium.EMAIL, "E-mail")),
        help_text="An e-mail lets the hold go only with E-SIGN consent (12 CFR 1006.42(b)).",
    )
    sent_on = DateField(label="Sent on", required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ConfirmBankruptcyForm(forms.Form):
    """A case as the court's register (PACER) shows it."""

    case_number = forms.CharField(label="Case number", max_length=40)
    chapter = forms.ChoiceField(label="Chapter", choices=Bankruptcy.Chapter.choices)
    filed_on = DateField(label="Filed on", widget=forms.DateInput(attrs={"type": "date"}))
    district = forms.CharField(label="District", max_length=80, required=False)
    evidence = forms.CharField(label="How we know", max_length=400, required=False)


class ReportBankruptcyForm(forms.Form):
    """What was told: a case, or the word alone."""

    case_number = forms.CharField(
        label="Case number",
        max_length=40,
        required=False,
        help_text="Leave it, the chapter and the day empty when only the word is known: it holds 14 days and is listed "
        "to be looked up.",
    )
    chapter = forms.ChoiceField(
        label="Chapter", choices=[("", "Not known"), *Bankruptcy.Chapter.choices], required=False
    )
    filed_on = DateField(label="Filed on", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    district = forms.CharField(label="District", max_length=80, required=False)
    evidence = forms.CharField(label="How we know", max_length=400, help_text="A call, a letter, a message.")


class DismissBankruptcyForm(forms.Form):
    """Why a bankruptcy holds no longer."""

    reason = forms.CharField(
        label="Why", max_length=400, help_text="No case in PACER under this name and number; dismissed by order of …"
    )


class CalledBackForm(forms.Form):
    """What came of a call by a person."""

    note = forms.CharField(label="What came of it", max_length=350, widget=forms.Textarea(attrs={"rows": 3}))


class AttorneyForm(forms.Form):
    """Whom to write to, or that there is nobody."""

    name = forms.CharField(label="Lawyer's name", max_length=200, required=False)
    contact = forms.CharField(label="Address", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    nobody = forms.BooleanField(label="No lawyer represents the consumer", required=False)
    note = forms.CharField(label="How we know", max_length=350)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        named = bool(given.get("name") and given.get("contact"))
        if named == bool(given.get("nobody")):
            raise forms.ValidationError("Write the lawyer's name and address, or say that there is none.")
        return given
