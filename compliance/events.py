"""What this room records."""

from audit.registry import event_type

CONSENT_RECORDED = event_type("consent.recorded", "A person consented to a way of being contacted.", public=False)
OPTED_OUT = event_type(
    "consumer.opted_out", "A person told us not to use a number, an address or a medium.", public=True
)
WINDOW_RECORDED = event_type("window.recorded", "A person named inconvenient or convenient times.", public=False)
HOLD_PLACED = event_type("hold.placed", "Contacts were stopped by hand or by a rule.", public=False)
HOLD_RELEASED = event_type("hold.released", "A hold was let go.", public=False)
CEASE_RECORDED = event_type("cease.recorded", "A person asked us to stop, or refused to pay.", public=False)
ATTORNEY_RECORDED = event_type("attorney.recorded", "A person is represented by an attorney.", public=False)
BANKRUPTCY_RECORDED = event_type(
    "bankruptcy.recorded", "A bankruptcy, or a new status of one, was learned.", public=False
)
DEATH_RECORDED = event_type("death.recorded", "Credible notice of a death came in.", public=False)
IDENTITY_THEFT_RECORDED = event_type("identity_theft.recorded", "A debt may come from identity theft.", public=False)
PERSON_MARKED = event_type("person.marked", "Something was learned about where or how a person is.", public=False)
ENDPOINT_MARKED = event_type("endpoint.marked", "The standing of a number or an address changed.", public=False)
EMAIL_BASIS_RECORDED = event_type(
    "email_basis.recorded", "A reason to use an e-mail address was recorded.", public=False
)
DEBT_MARKED = event_type("debt.marked", "Something was said or is held about a debt.", public=False)
COUNSEL_RECORDED = event_type(
    "counsel.recorded", "Counsel approved or refused a text or a use of a voice.", public=False
)
FACT_ENDED = event_type("fact.ended", "A recorded fact no longer holds.", public=False)
DISPUTE_FILED = event_type("dispute.filed", "A debt was disputed, or its original creditor asked for.", public=True)
DISPUTE_ANSWERED = event_type("dispute.answered", "An answer to a dispute was sent.", public=False)
DISPUTE_RESOLVED = event_type("dispute.resolved", "A dispute no longer holds its debt.", public=True)
ATTEMPT_RESERVED = event_type("attempt.reserved", "The gate allowed a contact.", public=False)
ATTEMPT_REFUSED = event_type("attempt.refused", "The gate held back a contact.", public=False)
ATTEMPT_DISPATCHED = event_type("attempt.dispatched", "A contact was handed to its provider.", public=False)
ATTEMPT_GIVEN_UP = event_type("attempt.given_up", "A contact was certainly not placed.", public=False)
ATTEMPT_CONCLUDED = event_type("attempt.concluded", "The outcome of a contact is known.", public=False)
ATTEMPT_CORRECTED = event_type("attempt.corrected", "Something was learned later about a contact.", public=False)
NOTICE_BLOCKED = event_type(
    "notice.blocked", "A validation notice can't be sent; what is missing is named.", public=False
)
NOTICE_READY = event_type("notice.ready", "A validation notice may be sent.", public=False)
NOTICE_SENT = event_type("notice.sent", "A validation notice was sent.", public=True)
NOTICE_UNDELIVERABLE = event_type("notice.undeliverable", "A validation notice came back.", public=True)
NOTICE_RECORDED = event_type("notice.recorded", "A notice that another system sent was recorded.", public=False)
