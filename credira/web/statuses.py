"""Which word and which meaning a status has on a page: one table for all things, so that no page invents a colour.

Meanings: ok (allowed, kept, paid) · note (running, open) · wait · stop (not allowed, failed) · look (needs a person) ·
idle (queued, ended). Keys are the stored values, compared without regard to case.
"""

STATUSES: dict[str, dict[str, tuple[str, str]]] = {
    "gate": {
        "allow": ("ok", "Allowed"),
        "defer": ("wait", "Wait"),
        "deny": ("stop", "Not allowed"),
        "review": ("look", "Needs a person"),
    },
    "account": {
        "placed": ("idle", "Placed"),
        "notice_sent": ("idle", "Notice sent"),
        "contacted": ("idle", "Contacted"),
        "promised": ("note", "Promise"),
        "in_settlement": ("ok", "Plan"),
        "paid_in_full": ("ok", "Paid"),
        "settled": ("ok", "Settled"),
        "cured": ("ok", "Cured"),
        "closed": ("idle", "Closed"),
        "returned": ("idle", "Returned"),
        "disputed": ("stop", "Disputed"),
        "paused": ("stop", "Hold"),
        "review": ("look", "Review"),
    },
    "campaign": {
        "running": ("note", "Running"),
        "paused": ("wait", "Paused"),
        "completed": ("ok", "Completed"),
        "canceled": ("stop", "Canceled"),
    },
    "enrollment": {
        "active": ("note", "Being worked"),
        "ended": ("idle", "Ended"),
        "paid": ("ok", "Paid"),
        "stopped": ("stop", "Stopped"),
        "disputed": ("stop", "Disputed"),
        "closed": ("idle", "Closed"),
        "steps_done": ("idle", "Ended without result"),
        "campaign_ended": ("idle", "Campaign ended"),
    },
    "call": {
        "queued": ("idle", "Queued"),
        "dialing": ("note", "Dialing"),
        "ringing": ("note", "Ringing"),
        "in_progress": ("note", "In progress"),
        "completed": ("ok", "Talked"),
        "failed": ("stop", "Failed"),
        "blocked": ("stop", "Not allowed"),
        "canceled": ("idle", "Canceled"),
    },
    "outcome": {
        "promise": ("ok", "Promise made"),
        "promise_to_pay": ("ok", "Promise made"),
        "callback": ("note", "Call back"),
        "hardship": ("wait", "Can't pay now"),
        "no_agreement": ("idle", "No agreement"),
        "nothing_due": ("idle", "Nothing asked for"),
        "refused": ("idle", "Refused to pay"),
        "ended_by_consumer": ("idle", "Ended by consumer"),
        "hung_up": ("idle", "Hung up"),
        "voicemail": ("wait", "Voicemail"),
        "voicemail_left": ("wait", "Voicemail, message left"),
        "no_answer": ("wait", "No answer"),
        "busy": ("wait", "Busy"),
        "silence": ("wait", "Silence"),
        "fax": ("wait", "Fax machine"),
        "not_at_work": ("stop", "Not at work"),
        "stopped": ("stop", "Asked to stop"),
        "attorney": ("stop", "Has an attorney"),
        "bankruptcy": ("stop", "Bankruptcy"),
        "deceased": ("stop", "Deceased"),
        "dispute": ("stop", "Disputed"),
        "proof_wanted": ("stop", "Wants proof"),
        "abusive": ("stop", "Ended, abuse"),
        "blocked": ("stop", "Not allowed"),
        "failed": ("stop", "Failed"),
        "canceled": ("idle", "Canceled"),
        "wrong_number": ("look", "Wrong number"),
        "third_party": ("look", "Third party"),
        "unverified": ("look", "Not verified"),
        "human_wanted": ("look", "Wants a person"),
        "spanish": ("look", "Prefers Spanish"),
        "inconvenient": ("look", "Named other hours"),
        "crisis": ("look", "In distress"),
        "not_understood": ("look", "Not understood"),
        "off_topic": ("look", "Off topic"),
        "too_long": ("look", "Too long"),
        "guard": ("look", "Stopped by the guard"),
    },
    "message": {
        "queued": ("idle", "Queued"),
        "sending": ("note", "Sending"),
        "printing": ("note", "Printing"),
        "sent": ("ok", "Sent"),
        "delivered": ("ok", "Delivered"),
        "bounced": ("stop", "Bounced"),
        "failed": ("stop", "Failed"),
        "blocked": ("stop", "Not allowed"),
        "cancelled": ("idle", "Canceled"),
    },
    "notice": {
        "pending": ("idle", "Planned"),
        "blocked": ("stop", "Not complete"),
        "claimed": ("note", "Going out"),
        "sent": ("ok", "Sent"),
        "undelivered": ("stop", "Undelivered"),
        "not_required": ("idle", "Not required"),
        "cancelled": ("idle", "Canceled"),
    },
    "promise": {
        "open": ("note", "Open"),
        "kept": ("ok", "Kept"),
        "broken": ("stop", "Broken"),
    },
    "payment": {
        "succeeded": ("ok", "Received"),
        "failed": ("stop", "Failed"),
        "returned": ("stop", "Returned"),
    },
    "dispute": {
        "open": ("stop", "Open"),
        "answered": ("ok", "Answered"),
        "withdrawn": ("idle", "Withdrawn"),
    },
    "bankruptcy": {
        "to_check": ("stop", "To look up"),
        "confirmed": ("stop", "Confirmed"),
        "released": ("idle", "Released"),
    },
    "placement": {
        "queued": ("idle", "Queued"),
        "running": ("note", "Running"),
        "completed": ("ok", "Completed"),
        "failed": ("stop", "Failed"),
    },
    "delivery": {
        "pending": ("note", "Sending"),
        "delivered": ("ok", "Delivered"),
        "failed": ("stop", "Failed"),
    },
    "endpoint": {
        "healthy": ("ok", "Healthy"),
        "active": ("ok", "Active"),
        "failing": ("wait", "Failing"),
        "disabled": ("idle", "Off"),
        "off": ("idle", "Off"),
    },
    "key": {
        "active": ("ok", "Active"),
        "rotating": ("wait", "Rotating"),
        "expired": ("idle", "Expired"),
        "revoked": ("stop", "Revoked"),
    },
    "job": {
        "queued": ("idle", "Queued"),
        "running": ("note", "Running"),
        "completed": ("ok", "Completed"),
        "failed": ("stop", "Failed"),
    },
}
# A letter doesn't bounce.
STATUSES["letter"] = {**STATUSES["message"], "bounced": ("stop", "Returned")}

LIVE = frozenset({"running", "in_progress", "dialing", "ringing", "sending"})


def describe(thing: str, status: str) -> tuple[str, str]:
    """(meaning, word) of a thing's status; an unlisted status is shown as it is spelled, without a colour."""
    known = STATUSES[thing].get(status.lower())
    return known or ("idle", status.replace("_", " ").capitalize())


# What a list says of the last contact: calls by their outcome, everything else by its going out.
CONNECT_WORDS = {
    "in_flight": "Call in progress",
    "not_connected": "Not connected",
    "ring_no_answer": "No answer",
    "voicemail_reached": "Voicemail",
    "voicemail_left": "Voicemail, message left",
    "answered_wrong_party": "Wrong number",
    "answered_third_party": "Third party",
    "answered_rpc": "Talked",
    "dropped_after_answer": "Hung up",
}
SENT_WORDS = {"email": "E-mail sent", "letter": "Letter sent", "sms": "Text sent"}


def contact_words(channel: str, connect_status: str) -> str:
    """What came of a contact attempt."""
    return SENT_WORDS.get(channel) or CONNECT_WORDS.get(connect_status, "Contact")
