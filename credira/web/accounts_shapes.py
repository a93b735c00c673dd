"""Shapes of accounts, notes and placements in the API."""

from typing import Any

from rest_framework import serializers

from accounts.importer.fields import ACCOUNT_TYPES, KINDS, OBLIGORS, PHASES, PURPOSES, ROLES
from accounts.importer.validator import unread
from accounts.models import Account, Note, Placement
from accounts.selectors import list_refusals
from accounts.services import ADDED
from compliance.serializers.contacts import ContactSummarySerializer, NextContactSerializer
from credira.api.serializers import AmountField, PublicIdField, StrictSerializer, UtcDateTimeField

REFUSALS_SHOWN = 1_000


class Last4Field(serializers.CharField):
    """Four digits as a string: a JSON number has lost its leading zeros."""

    default_error_messages = {"invalid": 'Write exactly four digits as a string, such as "0042".'}

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=4, max_length=4, **options)

    def to_internal_value(self, data: Any) -> str:
        if not (isinstance(data, str) and len(data) == 4 and data.isascii() and data.isdigit()):
            self.fail("invalid")
        return data


class AddressSerializer(StrictSerializer):
    """Where the consumer lives."""

    street = serializers.CharField(max_length=200, required=False)
    city = serializers.CharField(max_length=100, required=False)
    state = serializers.CharField(max_length=2, required=False)
    postal_code = serializers.CharField(max_length=10, required=False)
    country = serializers.CharField(max_length=3, required=False)


class ConsumerSerializer(StrictSerializer):
    """Who owes."""

    first_name = serializers.CharField(max_length=100, required=False)
    middle_name = serializers.CharField(max_length=100, required=False)
    last_name = serializers.CharField(max_length=100, required=False)
    suffix = serializers.CharField(max_length=20, required=False)
    company_name = serializers.CharField(max_length=200, required=False)
    email = serializers.CharField(max_length=254, required=False)
    phone = serializers.CharField(max_length=30, required=False)
    date_of_birth = serializers.DateField(required=False)
    last4ssn = Last4Field(required=False)
    language = serializers.CharField(max_length=8, required=False)
    address = AddressSerializer(required=False)


class PlaceAccountSerializer(StrictSerializer):
    """``POST /v1/accounts``: types and shape; the field table of the importer checks the values, as for a file."""

    consumer = ConsumerSerializer(required=False)
    consumer_email = serializers.CharField(max_length=254, required=False)
    first_name = serializers.CharField(max_length=100, required=False)
    middle_name = serializers.CharField(max_length=100, required=False)
    last_name = serializers.CharField(max_length=100, required=False)
    suffix = serializers.CharField(max_length=20, required=False)
    company_name = serializers.CharField(max_length=200, required=False)
    phone = serializers.CharField(max_length=30, required=False)
    address_street = serializers.CharField(max_length=200, required=False)
    address_city = serializers.CharField(max_length=100, required=False)
    address_state = serializers.CharField(max_length=2, required=False)
    address_zip = serializers.CharField(max_length=10, required=False)
    address_country = serializers.CharField(max_length=3, required=False)
    date_of_birth = serializers.DateField(required=False)
    language = serializers.CharField(max_length=8, required=False)
    last4ssn = Last4Field(required=False)
    creditor_reference = serializers.CharField(max_length=100, required=False)
    original_creditor = serializers.CharField(max_length=200, required=False)
    current_creditor = serializers.CharField(max_length=200, required=False)
    account_type = serializers.ChoiceField(sorted(ACCOUNT_TYPES), required=False)
    phase = serializers.ChoiceField(sorted(PHASES), required=False)
    collector_role = serializers.ChoiceField(sorted(ROLES), required=False)
    original_balance = AmountField()
    principal_balance = AmountField(required=False)
    current_balance = AmountField(required=False)
    interest_since = AmountField(required=False)
    fees_since = AmountField(required=False)
    payments_since = AmountField(required=False)
    itemization_date_kind = serializers.ChoiceField(sorted(KINDS), required=False)
    itemization_date = serializers.DateField(required=False)
    dpd = serializers.IntegerField(min_value=0, max_value=365, required=False)
    charge_off_date = serializers.DateField(required=False, allow_null=True)
    last_payment_date = serializers.DateField(required=False)
    last_payment_amount = AmountField(required=False)
    minimum_payment = AmountField(required=False)
    placement_date = serializers.DateField(required=False)
    currency = serializers.CharField(max_length=3, required=False)
    first_delinquency_on = serializers.DateField(required=False)
    time_barred_on = serializers.DateField(required=False)
    entered_on = serializers.DateField(required=False)
    purpose = serializers.ChoiceField(sorted(PURPOSES), required=False)
    obligor = serializers.ChoiceField(sorted(OBLIGORS), required=False)
    in_default_when_placed = serializers.BooleanField(required=False)
    frequency_group = serializers.CharField(max_length=64, required=False)
    tag = serializers.CharField(max_length=60, required=False)


class AccountSerializer(serializers.Serializer[Any]):
    """One placed debt. ``status`` is the stored one; ``standing`` is ``disputed`` or ``paused`` while that holds."""

    id = serializers.CharField(source="public_id")
    creditor_reference = serializers.CharField()
    consumer_id = PublicIdField("cons", source="person_id")
    consumer_name = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    status = serializers.ChoiceField(Account.Status.choices)
    standing = serializers.SerializerMethodField()
    phase = serializers.ChoiceField(Account.Phase.choices)
    collector_role = serializers.CharField()
    account_type = serializers.CharField()
    original_creditor = serializers.CharField()
    current_creditor = serializers.CharField()
    current_balance = AmountField()
    original_balance = AmountField(allow_null=True)
    principal_balance = AmountField(allow_null=True)
    currency = serializers.CharField()
    dpd = serializers.IntegerField(allow_null=True)
    charge_off_date = serializers.DateField(allow_null=True)
    placement_date = serializers.DateField()
    placement_id = PublicIdField("plc", allow_null=True)
    campaign_id = PublicIdField("cmp", allow_null=True)
    created_at = UtcDateTimeField()

    def get_consumer_name(self, account: Account) -> str:
        person = self.context["beside"]["people"].get(account.person_id)
        return person.name if person else ""

    def get_state(self, account: Account) -> str:
        person = self.context["beside"]["people"].get(account.person_id)
        return person.state if person else ""

    def get_standing(self, account: Account) -> str | None:
        found: str | None = self.context["beside"]["standing"].get(account.pk)
        return found


class NoteSerializer(serializers.Serializer[Any]):
    """A note."""

    id = serializers.CharField(source="public_id")
    account_id = PublicIdField("acct")
    body = serializers.CharField()
    author_kind = serializers.CharField()
    author_id = serializers.CharField()
    created_at = UtcDateTimeField()


class AccountDetailSerializer(AccountSerializer):
    """With its newest notes, its contacts in numbers, and what may come next and why not sooner."""

    notes = NoteSerializer(many=True)
    contact_summary = ContactSummarySerializer()
    next_contact = NextContactSerializer()


class WarningSerializer(serializers.Serializer[Any]):
    """Something that will keep something from being done later."""

    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField()


class PlacedNoticeSerializer(serializers.Serializer[Any]):
    """The validation notice's state, or why none is required."""

    id = serializers.CharField()
    status = serializers.CharField()
    why = serializers.CharField()


class PlacedSerializer(AccountSerializer):
    """The answer to a placement."""

    notice = PlacedNoticeSerializer(allow_null=True)
    warnings = WarningSerializer(many=True)


class PatchAccountSerializer(StrictSerializer):
    """``PATCH /v1/accounts/{id}``."""

    status = serializers.CharField(max_length=20, required=False)
    current_balance = AmountField(required=False)
    reason = serializers.CharField(
        max_length=200, required=False, help_text="Needed for a higher balance; else `creditor_correction`."
    )
    added_as = serializers.ChoiceField(
        sorted(ADDED), required=False, help_text="Needed for a higher balance: what was added."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A reason alone corrects nothing."""
        if not attrs.keys() & {"status", "current_balance"}:
            raise serializers.ValidationError("Give status, current_balance, or both.")
        return attrs


class SetStatusSerializer(StrictSerializer):
    """``POST /v1/accounts/{id}/status``."""

    status = serializers.CharField(max_length=20)
    reason = serializers.CharField(max_length=200, required=False)


class NewNoteSerializer(StrictSerializer):
    """``POST /v1/accounts/{id}/notes``."""

    body = serializers.CharField(max_length=Note.MAX_LENGTH)


class UploadSerializer(serializers.Serializer[Any]):
    """A CSV file."""

    file = serializers.FileField()


class PlacementSerializer(serializers.Serializer[Any]):
    """A file and how far it has come."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(Placement.Status.choices)
    filename = serializers.CharField()
    total = serializers.IntegerField()
    placed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    warnings = serializers.DictField(child=serializers.IntegerField(), help_text="Placed rows by warning code.")
    unread_columns = serializers.SerializerMethodField()
    created_at = UtcDateTimeField()

    def get_unread_columns(self, placement: Placement) -> list[str]:
        """Headings that are no column of ours: nothing of theirs was taken over."""
        return unread(placement.header)


class RefusalSerializer(serializers.Serializer[Any]):
    """One fault of one row; row 1 is the header."""

    row = serializers.IntegerField()
    column = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    value = serializers.CharField()


class PlacementDetailSerializer(PlacementSerializer):
    """With the first thousand faults."""

    rows = serializers.SerializerMethodField()

    def get_rows(self, placement: Placement) -> list[dict[str, Any]]:
        found = list_refusals(self.context["workspace"], placement.pk)[:REFUSALS_SHOWN]
        rows: list[dict[str, Any]] = list(RefusalSerializer(found, many=True).data)
        return rows


class MetricsSerializer(serializers.Serializer[Any]):
    """The portfolio in numbers. Balances by currency: they are never added up."""

    accounts = serializers.IntegerField()
    balances = serializers.DictField(child=AmountField())
    resolved = serializers.IntegerField()
    resolution_rate = serializers.FloatField()
    statuses = serializers.DictField(child=serializers.IntegerField())
