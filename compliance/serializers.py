"""Shapes of this room's requests and answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from compliance import models
from compliance.selectors import AroundAttempt, bankruptcy_status, check_by, dispute_status
from compliance.vocabulary import Channel, Medium, Outcome, Purpose, VoiceMode
from credira.api.serializers import AmountField, DayField, PublicIdField, StrictSerializer, UtcDateTimeField
from credira.core.ids import public_id

NOT_AHEAD = "Default: now. A stop holds at once: a time ahead of the workspace's clock is taken as now."


class ReplySerializer(StrictSerializer):
    """The person's message that a contact answers."""

    message_id = serializers.CharField(max_length=64, required=False)
    medium = serializers.ChoiceField(Medium.choices)
    received_at = UtcDateTimeField()
    used = serializers.BooleanField(required=False)


class ContentSerializer(StrictSerializer):
    """What the rendered content does."""

    satisfies = serializers.ListField(child=serializers.CharField(max_length=80), required=False)
    reveals_debt = serializers.BooleanField(required=False)
    subject_ok = serializers.BooleanField(required=False)
    claims_debt_collector = serializers.BooleanField(required=False)
    legal_wording = serializers.BooleanField(required=False)
    threat = serializers.ChoiceField(["none", "ordinary", "intended", "not_intended"], required=False)
    deadline_on = DayField(required=False)


class CheckSerializer(StrictSerializer):
    """Body of `POST /v1/contact-gate/check`: an account of ours and any field of the fact sheet's intent."""

    account_id = PublicIdField("acct")
    channel = serializers.ChoiceField(Channel.choices)
    at = UtcDateTimeField(required=False)
    purpose = serializers.ChoiceField(Purpose.choices, required=False)
    debts = serializers.ListField(child=PublicIdField("acct"), required=False, allow_empty=False)
    voice_mode = serializers.ChoiceField(VoiceMode.choices, required=False)
    endpoint_id = PublicIdField("ep", required=False)
    person_id = PublicIdField("cons", required=False)
    initiator = serializers.ChoiceField(["us", "them"], required=False)
    copy_to = serializers.ListField(child=PublicIdField("cons"), required=False)
    from_name = serializers.CharField(max_length=200, required=False)
    recording = serializers.BooleanField(required=False)
    right_party = serializers.ChoiceField(models.ContactAttempt.RightParty.choices, required=False)
    marketing = serializers.BooleanField(required=False)
    required_medium = serializers.BooleanField(required=False)
    cease_exception_kind = serializers.ChoiceField(
        ["ends_efforts", "ordinary_remedy", "specific_remedy"], required=False
    )
    human_approved = serializers.BooleanField(required=False)
    transfer_exception = serializers.ChoiceField(
        ["none", "return_to_owner", "previous_owner", "merger", "secured_with_notice"], required=False
    )
    reply_to = ReplySerializer(required=False)
    content = ContentSerializer(required=False)


class EvaluateSerializer(serializers.Serializer[Any]):
    """Body of `POST /v1/contact-gate/evaluate`; its whole schema is gate_facts.schema.json."""

    intent = serializers.DictField()
    facts = serializers.DictField()
    at = UtcDateTimeField()


class ReasonSerializer(serializers.Serializer[Any]):
    """One blocking reason of one rule."""

    rule_id = serializers.CharField()
    code = serializers.CharField()
    severity = serializers.ChoiceField(["LAW", "STATE", "POLICY"])
    cite = serializers.CharField()
    message = serializers.CharField()
    retry_at = UtcDateTimeField(allow_null=True)


class BudgetSerializer(serializers.Serializer[Any]):
    """One counter of a frequency rule."""

    rule_id = serializers.CharField()
    used = serializers.IntegerField()
    limit = serializers.IntegerField()
    resets_at = UtcDateTimeField(allow_null=True)


class DecisionSerializer(serializers.Serializer[Any]):
    """Answer of `POST /v1/contact-gate/evaluate`."""

    outcome = serializers.ChoiceField(Outcome.choices)
    reasons = ReasonSerializer(many=True)
    obligations = serializers.ListField(child=serializers.CharField())
    relied_on = serializers.ListField(child=serializers.CharField())
    next_allowed_at = UtcDateTimeField(allow_null=True)
    rule_pack = serializers.CharField()
    zones = serializers.ListField(child=serializers.CharField())


class CheckAnswerSerializer(DecisionSerializer):
    """Answer of `POST /v1/contact-gate/check`; `endpoint_id` is the one asked about, or the one that the gate chose."""

    account_id = serializers.CharField()
    channel = serializers.ChoiceField(Channel.choices)
    endpoint_id = serializers.CharField(allow_null=True)
    evaluated_at = UtcDateTimeField()
    budgets = BudgetSerializer(many=True)


class ChannelPlanSerializer(serializers.Serializer[Any]):
    """What the gate says of one channel now."""

    channel = serializers.ChoiceField(Channel.choices)
    outcome = serializers.ChoiceField(Outcome.choices)
    allowed_at = UtcDateTimeField(allow_null=True)
    local_time = serializers.CharField(allow_null=True)
    endpoint_id = PublicIdField("ep", allow_null=True)
    reasons = ReasonSerializer(many=True)


class NextContactSerializer(serializers.Serializer[Any]):
    """Answer of `GET /v1/accounts/{id}/next-contact`."""

    account_id = PublicIdField("acct")
    channel = serializers.CharField(allow_null=True)
    at = UtcDateTimeField(allow_null=True)
    local_time = serializers.CharField(allow_null=True)
    summary = serializers.CharField()
    channels = ChannelPlanSerializer(many=True)


class ContactDecisionSerializer(DecisionSerializer):
    """The gate's stored answer that a contact rests on."""

    id = serializers.CharField(source="public_id")
    evaluated_at = UtcDateTimeField()


class CorrectionSerializer(serializers.Serializer[Any]):
    """What was learned later about a contact; the contact itself stays as it was recorded."""

    kind = serializers.CharField()
    connect_status = serializers.CharField()
    on = serializers.DateField(allow_null=True)
    evidence = serializers.CharField()
    recorded_at = UtcDateTimeField()


class ContactSerializer(serializers.Serializer[Any]):
    """One contact: a try of ours, or what they began (`inbound`). `context["beside"]` has what hangs on each."""

    id = serializers.CharField(source="public_id")
    account_ids = serializers.SerializerMethodField()
    discussed_account_ids = serializers.SerializerMethodField()
    person_id = PublicIdField("cons")
    person_role = serializers.CharField()
    endpoint_id = PublicIdField("ep", allow_null=True)
    campaign_id = PublicIdField("cmp", allow_null=True)
    direction = serializers.CharField()
    channel = serializers.ChoiceField(Channel.choices)
    purpose = serializers.CharField()
    voice_mode = serializers.CharField()
    status = serializers.CharField()
    connect_status = serializers.CharField()
    right_party = serializers.CharField()
    reserved_at = UtcDateTimeField()
    dispatched_at = UtcDateTimeField(allow_null=True)
    connected_at = UtcDateTimeField(allow_null=True)
    ended_at = UtcDateTimeField(allow_null=True)
    local_date = serializers.DateField(source="count_local_date")
    disclosures = serializers.JSONField()
    content_sha256 = serializers.CharField()
    decision = serializers.SerializerMethodField()
    corrections = serializers.SerializerMethodField()

    def get_account_ids(self, attempt: models.ContactAttempt) -> list[str]:
        return [public_id("acct", debt.account_id) for debt in self._around(attempt).debts if debt.about]

    def get_discussed_account_ids(self, attempt: models.ContactAttempt) -> list[str]:
        """The accounts that were talked about."""
        return [public_id("acct", debt.account_id) for debt in self._around(attempt).debts if debt.discussed]

    @extend_schema_field(ContactDecisionSerializer(allow_null=True))
    def get_decision(self, attempt: models.ContactAttempt) -> Any:
        """Null for what began without the gate."""
        decision = self._around(attempt).decision
        return None if decision is None else ContactDecisionSerializer(decision).data

    @extend_schema_field(CorrectionSerializer(many=True))
    def get_corrections(self, attempt: models.ContactAttempt) -> Any:
        return CorrectionSerializer(self._around(attempt).corrections, many=True).data

    def _around(self, attempt: models.ContactAttempt) -> AroundAttempt:
        found: AroundAttempt = self.context["beside"][attempt.id]
        return found


class LastContactSerializer(serializers.Serializer[Any]):
    """The last contact, in short."""

    id = serializers.CharField(source="public_id")
    channel = serializers.ChoiceField(Channel.choices)
    direction = serializers.CharField()
    at = UtcDateTimeField(source="dispatched_at")
    connect_status = serializers.CharField()


class ContactSummarySerializer(serializers.Serializer[Any]):
    """Contacts about one account in numbers; `right_party` counts those with a verified person."""

    outbound = serializers.IntegerField()
    inbound = serializers.IntegerField()
    by_channel = serializers.DictField(child=serializers.IntegerField())
    right_party = serializers.IntegerField()
    last = LastContactSerializer(allow_null=True)


class ConsentSerializer(serializers.Serializer[Any]):
    """A consent; `revoked_at` is null while it holds."""

    id = serializers.CharField(source="public_id")
    person_id = PublicIdField("cons")
    kind = serializers.ChoiceField(models.Consent.Kind.choices)
    given_at = UtcDateTimeField(source="valid_from")
    recorded_at = UtcDateTimeField()
    revoked_at = UtcDateTimeField(source="ended_at", allow_null=True)
    endpoint_id = PublicIdField("ep", allow_null=True)
    account_ids = serializers.ListField(source="debts", child=PublicIdField("acct"), allow_null=True)
    medium = serializers.CharField()
    given_to = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    from_date = serializers.DateField(source="first_day", allow_null=True)
    to_date = serializers.DateField(source="last_day", allow_null=True)
    written = serializers.BooleanField()
    affirmed_personal = serializers.BooleanField()
    wording = serializers.CharField()
    evidence = serializers.CharField()


class WhoSerializer(StrictSerializer):
    """A person, by its own id or by an account whose consumer it is."""

    person_id = PublicIdField("cons", required=False)
    account_id = PublicIdField("acct", required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "person_id" not in attrs and "account_id" not in attrs:
            raise serializers.ValidationError({"account_id": "Missing required parameter: account_id or person_id"})
        return attrs


class RecordConsentSerializer(WhoSerializer):
    """Body of `POST /v1/consents`."""

    kind = serializers.ChoiceField(models.Consent.Kind.choices)
    given_at = UtcDateTimeField(required=False)
    endpoint_id = PublicIdField("ep", required=False)
    account_ids = serializers.ListField(child=PublicIdField("acct"), required=False, allow_empty=False)
    medium = serializers.ChoiceField(["sms", "email", "portal"], required=False)
    given_to = serializers.ChoiceField(models.Consent.GivenTo.choices, required=False)
    source = serializers.ChoiceField(models.Consent.Source.choices, required=False)  # type: ignore[assignment]
    from_date = DayField(required=False)
    to_date = DayField(required=False)
    written = serializers.BooleanField(required=False)
    affirmed_personal = serializers.BooleanField(required=False)
    wording = serializers.CharField(max_length=5000, required=False)
    evidence = serializers.CharField(max_length=400, required=False)


class RevokeConsentSerializer(StrictSerializer):
    """Body of `POST /v1/consents/{id}/revoke`."""

    revoked_at = UtcDateTimeField(required=False, help_text=NOT_AHEAD)
    evidence = serializers.CharField(max_length=400, required=False)


# What 12 CFR 1006.6(d)(4)(ii) and (iii) ask for beside the basis itself.
BASIS_FACTS = {
    models.EmailBasis.Basis.II: (
        "creditor_got_from_consumer",
        "creditor_used_about_account",
        "notice_names_collector",
        "notice_sent_on",
        "optout_by",
    ),
    models.EmailBasis.Basis.III: ("prior_basis_valid", "immediately_prior_used"),
}


class EmailBasisSerializer(serializers.Serializer[Any]):
    """Why an e-mail address may be used; `ended_at` is null while it holds."""

    id = serializers.CharField(source="public_id")
    person_id = PublicIdField("cons")
    endpoint_id = PublicIdField("ep")
    basis = serializers.ChoiceField(models.EmailBasis.Basis.choices)
    since = serializers.DateField(allow_null=True)
    recorded_at = UtcDateTimeField()
    ended_at = UtcDateTimeField(allow_null=True)
    creditor_got_from_consumer = serializers.BooleanField(allow_null=True)
    creditor_used_about_account = serializers.BooleanField(allow_null=True)
    notice_names_collector = serializers.BooleanField(allow_null=True)
    notice_sent_on = serializers.DateField(allow_null=True)
    optout_by = serializers.DateField(allow_null=True)
    prior_basis_valid = serializers.BooleanField(allow_null=True)
    immediately_prior_used = serializers.BooleanField(allow_null=True)
    evidence = serializers.CharField()


class RecordEmailBasisSerializer(StrictSerializer):
    """Body of `POST /v1/email-bases`.

    `i_A`: the consumer used the address with you about the debt. `i_B`: direct consent. `ii`: the creditor's procedure,
    with its five facts. `iii`: an earlier collector's use, with its two.
    """

    endpoint_id = PublicIdField("ep")
    basis = serializers.ChoiceField(models.EmailBasis.Basis.choices)
    since = DayField(required=False)
    evidence = serializers.CharField(max_length=400, help_text="Which message, consent or notice shows it.")
    creditor_got_from_consumer = serializers.BooleanField(required=False)
    creditor_used_about_account = serializers.BooleanField(required=False)
    notice_names_collector = serializers.BooleanField(required=False)
    notice_sent_on = DayField(required=False)
    optout_by = DayField(required=False)
    prior_basis_valid = serializers.BooleanField(required=False)
    immediately_prior_used = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A basis whose facts are missing would never hold, and nobody would know why."""
        missing = [name for name in BASIS_FACTS.get(attrs["basis"], ()) if name not in attrs]
        if missing:
            raise serializers.ValidationError({name: f"Missing required parameter: {name}" for name in missing})
        return attrs


class EndEmailBasisSerializer(StrictSerializer):
    """Body of `POST /v1/email-bases/{id}/end`."""

    evidence = serializers.CharField(max_length=400, required=False)


class RecordOptOutSerializer(WhoSerializer):
    """Body of `POST /v1/opt-outs`."""

    scope = serializers.ChoiceField(models.OptOut.Scope.choices)
    medium = serializers.ChoiceField(Medium.choices, required=False)
    endpoint_id = PublicIdField("ep", required=False)
    received_at = UtcDateTimeField(required=False, help_text=NOT_AHEAD)
    evidence = serializers.CharField(max_length=400, required=False)


class OptOutSerializer(serializers.Serializer[Any]):
    """An opt-out, effective from `received_at`."""

    id = serializers.CharField(source="public_id")
    person_id = PublicIdField("cons")
    scope = serializers.CharField()
    medium = serializers.CharField()
    endpoint_id = PublicIdField("ep", allow_null=True)
    received_at = UtcDateTimeField(source="valid_from")
    recorded_at = UtcDateTimeField()
    evidence = serializers.CharField()


class PlaceHoldSerializer(StrictSerializer):
    """Body of `POST /v1/accounts/{id}/holds`."""

    kind = serializers.ChoiceField(["manual", "human_requested", "state_not_authorized"], required=False)
    reason = serializers.CharField(max_length=400)
    starts_at = UtcDateTimeField(required=False)
    until = UtcDateTimeField(required=False)
    evidence = serializers.CharField(max_length=400, required=False)


class HoldSerializer(serializers.Serializer[Any]):
    """A hold; `until` is null when it lasts until released."""

    id = serializers.CharField(source="public_id")
    kind = serializers.CharField()
    person_id = PublicIdField("cons", allow_null=True)
    account_ids = serializers.ListField(source="debts", child=PublicIdField("acct"), allow_null=True)
    starts_at = UtcDateTimeField(source="valid_from")
    until = UtcDateTimeField(allow_null=True)
    released_at = UtcDateTimeField(source="ended_at", allow_null=True)
    recorded_at = UtcDateTimeField()
    reason = serializers.CharField()


class ReportBankruptcySerializer(StrictSerializer):
    """Body of `POST /v1/accounts/{id}/bankruptcies`: a whole case, or the consumer's word alone."""

    case_number = serializers.CharField(max_length=40, required=False)
    chapter = serializers.ChoiceField(models.Bankruptcy.Chapter.choices, required=False)
    filed_on = DayField(required=False)
    district = serializers.CharField(max_length=80, required=False)
    evidence = serializers.CharField(max_length=400, required=False)


class ConfirmBankruptcySerializer(StrictSerializer):
    """Body of `POST /v1/bankruptcies/{id}/confirm`: the case as the court's register shows it."""

    case_number = serializers.CharField(max_length=40)
    chapter = serializers.ChoiceField(models.Bankruptcy.Chapter.choices)
    filed_on = DayField()
    district = serializers.CharField(max_length=80, required=False)
    evidence = serializers.CharField(max_length=400, required=False)


class DismissBankruptcySerializer(StrictSerializer):
    """Body of `POST /v1/bankruptcies/{id}/dismiss`."""

    reason = serializers.CharField(max_length=400)


class BankruptcySerializer(serializers.Serializer[Any]):
    """A bankruptcy; `status` is to_check (told, and holding until `check_by`), confirmed or released."""

    id = serializers.CharField(source="public_id")
    person_id = PublicIdField("cons")
    account_ids = serializers.ListField(source="debts", child=PublicIdField("acct"), allow_null=True)
    status = serializers.SerializerMethodField()
    case_status = serializers.ChoiceField(models.Bankruptcy.Status.choices, source="status")
    case_number = serializers.CharField()
    chapter = serializers.CharField()
    district = serializers.CharField()
    filed_on = serializers.DateField()
    check_by = serializers.SerializerMethodField()
    received_at = UtcDateTimeField(source="valid_from")
    recorded_at = UtcDateTimeField()
    released_at = UtcDateTimeField(source="ended_at", allow_null=True)
    evidence = serializers.CharField()

    def get_status(self, case: models.Bankruptcy) -> str:
        return bankruptcy_status(case)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_check_by(self, case: models.Bankruptcy) -> Any:
        """The first day on which what was only told holds no contact any more."""
        return check_by(case)


class FileDisputeSerializer(StrictSerializer):
    """Body of `POST /v1/accounts/{id}/disputes`."""

    kind = serializers.ChoiceField(models.Dispute.Kind.choices, required=False)
    channel = serializers.ChoiceField(models.Dispute.Channel.choices)
    written = serializers.BooleanField(required=False)
    amount = AmountField(required=False)
    reasons = serializers.ListField(child=serializers.ChoiceField(models.Dispute.Reason.choices), required=False)
    statement = serializers.CharField(max_length=5000, required=False)
    postmarked_on = DayField(required=False)
    received_at = UtcDateTimeField(required=False, help_text=NOT_AHEAD)
    evidence = serializers.CharField(max_length=400, required=False)


class AnswerSerializer(serializers.Serializer[Any]):
    """An answer that was sent."""

    kind = serializers.CharField()
    medium = serializers.CharField()
    sent_on = serializers.DateField(source="on")
    returned_on = serializers.DateField(allow_null=True)


class DisputeSerializer(serializers.Serializer[Any]):
    """A dispute or original-creditor request; `status` is open, answered or withdrawn."""

    id = serializers.CharField(source="public_id")
    account_id = PublicIdField("acct")
    kind = serializers.CharField()
    status = serializers.SerializerMethodField()
    channel = serializers.CharField()
    written = serializers.BooleanField()
    received_at = UtcDateTimeField(source="valid_from")
    recorded_at = UtcDateTimeField()
    postmarked_on = serializers.DateField(allow_null=True)
    amount = AmountField(allow_null=True)
    currency = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    statement = serializers.CharField()
    answers = AnswerSerializer(many=True)

    def get_status(self, dispute: models.Dispute) -> str:
        return dispute_status(dispute)


class ResolveDisputeSerializer(StrictSerializer):
    """Body of `POST /v1/disputes/{id}/resolve`: the answer that was sent, or `withdrawn` by the consumer."""

    resolution = serializers.ChoiceField([*models.DisputeAnswer.Kind.values, models.Fact.End.WITHDRAWN.value])
    medium = serializers.ChoiceField(models.DisputeAnswer.Medium.choices, required=False)
    sent_on = DayField(required=False)
    evidence = serializers.CharField(max_length=400, required=False)


class NoticeSerializer(serializers.Serializer[Any]):
    """A validation notice. Figures and the period's end are null until it is frozen for sending."""

    id = serializers.CharField(source="public_id")
    account_id = PublicIdField("acct")
    status = serializers.CharField()
    reason = serializers.CharField()
    problems = serializers.ListField(child=serializers.DictField())
    delivery = serializers.CharField()
    send_on = serializers.DateField(allow_null=True)
    sent_on = serializers.DateField(allow_null=True)
    sent_at = UtcDateTimeField(allow_null=True)
    assumed_receipt_on = serializers.DateField(allow_null=True)
    period_end = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    itemization_date = serializers.DateField(allow_null=True)
    amount = AmountField(allow_null=True)
    interest = AmountField(allow_null=True)
    fees = AmountField(allow_null=True)
    credits = AmountField(allow_null=True)
    total = AmountField(allow_null=True)
    content_sha256 = serializers.CharField()
    undelivered_on = serializers.DateField(allow_null=True)
    replaces_id = PublicIdField("vn", allow_null=True)
    pdf = serializers.SerializerMethodField()

    def get_pdf(self, notice: models.ValidationNotice) -> bool:
        return bool(notice.document_key)


class RulePackSerializer(serializers.Serializer[Any]):
    """A rule pack: the dated figures, places and citations behind the gate."""

    id = serializers.CharField()
    current = serializers.BooleanField()
    rules = serializers.ListField(child=serializers.DictField())
