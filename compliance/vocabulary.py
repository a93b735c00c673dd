"""The words of the fact sheet (docs of POST /v1/contact-gate/evaluate), as choices of the columns that hold them."""

from django.db.models import TextChoices


class Channel(TextChoices):
    """One act towards one person."""

    CALL = "call"
    VOICEMAIL = "voicemail"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    PORTAL = "portal"
    FURNISH = "furnish"
    LEGAL = "legal"
    SALE = "sale"


class Purpose(TextChoices):
    """Why a person is contacted; decides which rules the contact may pass."""

    COLLECT = "collect"
    REMINDER = "reminder"
    SETTLEMENT_OFFER = "settlement_offer"
    VALIDATION_NOTICE = "validation_notice"
    VERIFICATION_RESPONSE = "verification_response"
    ORIGINAL_CREDITOR_RESPONSE = "original_creditor_response"
    DUPLICATIVE_DISPUTE_NOTICE = "duplicative_dispute_notice"
    CEASE_EXCEPTION = "cease_exception"
    LEGALLY_REQUIRED = "legally_required"
    OPTOUT_CONFIRMATION = "optout_confirmation"
    REPLY_TO_CONSUMER = "reply_to_consumer"
    LOCATION_INFO = "location_info"
    SERVICING = "servicing"
    CONSENT_REQUEST = "consent_request"
    ATTORNEY_INQUIRY = "attorney_inquiry"
    FURNISH = "furnish"
    LEGAL_ACTION = "legal_action"
    PROOF_OF_CLAIM = "proof_of_claim"
    TRANSFER = "transfer"


class VoiceMode(TextChoices):
    """Who speaks; ai and prerecorded are an artificial voice (47 CFR 64.1200(a))."""

    HUMAN = "human"
    AI = "ai"
    PRERECORDED = "prerecorded"
    NONE = "none"


class Medium(TextChoices):
    """What a person may opt out of (12 CFR 1006.14(h))."""

    CALLS = "calls"
    SMS = "sms"
    EMAIL = "email"
    MAIL = "mail"
    PORTAL = "portal"


class ConnectStatus(TextChoices):
    """The carrier's outcome. In flight counts as a call until its outcome proves otherwise (FREQ-01)."""

    IN_FLIGHT = "in_flight"
    NOT_CONNECTED = "not_connected"
    RING_NO_ANSWER = "ring_no_answer"
    VOICEMAIL_REACHED = "voicemail_reached"
    VOICEMAIL_LEFT = "voicemail_left"
    ANSWERED_WRONG_PARTY = "answered_wrong_party"
    ANSWERED_THIRD_PARTY = "answered_third_party"
    ANSWERED_RPC = "answered_rpc"
    DROPPED_AFTER_ANSWER = "dropped_after_answer"


class Outcome(TextChoices):
    """The gate's answer."""

    ALLOW = "ALLOW"
    DEFER = "DEFER"
    DENY = "DENY"
    REVIEW = "REVIEW"


MEDIUM_OF_CHANNEL = {
    Channel.CALL: Medium.CALLS,
    Channel.VOICEMAIL: Medium.CALLS,
    Channel.SMS: Medium.SMS,
    Channel.EMAIL: Medium.EMAIL,
    Channel.LETTER: Medium.MAIL,
    Channel.PORTAL: Medium.PORTAL,
}
# What an act that is no contact is for, unless said; a contact collects.
PURPOSE_OF_CHANNEL = {
    Channel.FURNISH: Purpose.FURNISH,
    Channel.LEGAL: Purpose.LEGAL_ACTION,
    Channel.SALE: Purpose.TRANSFER,
}
ENDPOINT_KIND_OF_CHANNEL = {
    Channel.CALL: "phone",
    Channel.VOICEMAIL: "phone",
    Channel.SMS: "phone",
    Channel.EMAIL: "email",
    Channel.LETTER: "address",
}
