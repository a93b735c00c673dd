"""Consents, e-mail bases and stops, as told and as shown."""

from typing import Any

from rest_framework import serializers

from compliance import models
from compliance.vocabulary import Medium
from credira.api.serializers import DayField, PublicIdField, StrictSerializer, UtcDateTimeField

NOT_AHEAD = "Default: now. A stop holds at once: a time ahead of the workspace's clock is taken as now."


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
    source = serializers.CharField()  # type: ignore[assignment]  # a field of ours
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
    source = serializers.ChoiceField(models.Consent.Source.choices, required=False)  # type: ignore[assignment]  # a field of ours
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
