"""The groups of channels, purposes and relations that the rules speak of (gate-facts.md 3, 5 and 6)."""

CALLS = frozenset({"call", "voicemail"})
PHONE = CALLS | {"sms"}
ELECTRONIC = frozenset({"sms", "email", "portal"})
WRITTEN = ELECTRONIC | {"letter"}
CONTACTS = CALLS | WRITTEN
TIMED = CONTACTS - {"letter"}
EVERY = CONTACTS | {"furnish", "legal", "sale"}

ARTIFICIAL = frozenset({"ai", "prerecorded"})

COLLECTING = frozenset({"collect", "reminder", "settlement_offer"})
CAMPAIGN = COLLECTING | {"servicing", "consent_request", "attorney_inquiry", "location_info"}
ANSWERS = frozenset({"verification_response", "original_creditor_response", "duplicative_dispute_notice"})

PROFESSIONALS = frozenset({"consumer_attorney", "trustee", "bureau", "creditor", "creditor_attorney", "our_attorney"})
# Who may be told of the debt, 12 CFR 1006.6(a), (d)(1); the spouse is judged apart (E3P-01).
RECIPIENTS = PROFESSIONALS | {
    "consumer",
    "co_debtor",
    "parent_of_minor",
    "guardian",
    "estate_representative",
    "successor_in_interest",
    "authorized_person",
}

# All that the gate may ask a contact to carry (gate-facts.md 8), without what follows the colon. Whoever speaks or
# writes knows each of them, or refuses the contact.
OBLIGATIONS = frozenset(
    {
        "AI_DISCLOSURE",
        "ASK_COUNSEL_SCOPE",
        "DISPUTED_AMOUNT",
        "DISPUTE_FLAG",
        "E_OPT_OUT",
        "FROM_DEBT_COLLECTOR",
        "LIMITED_CONTENT",
        "MINI_MIRANDA_FULL",
        "RECORDING_NOTICE",
        "SAY_DISPUTED",
        "STATE_BLOCK",
        "TCPA_IDENTITY",
        "TCPA_VOICE_OPTOUT",
        "TIME_BARRED",
        "VALIDATION_NOTICE_DUE",
    }
)

# Medium of each channel, as opt-outs, reply tokens and windows name it.
MEDIUM = {"call": "calls", "voicemail": "calls", "sms": "sms", "email": "email", "letter": "mail", "portal": "portal"}
# What an opt-out of one endpoint stops when it names no medium.
ENDPOINT_MEDIA = {"phone": frozenset({"calls", "sms"}), "email": frozenset({"email"}), "address": frozenset({"mail"})}
EVERY_MEDIUM = frozenset(MEDIUM.values())
E_MEDIA = frozenset({"sms", "email", "portal"})
