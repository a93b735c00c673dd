"""What this room records, and every public type that the API announces."""

from audit.registry import event_type

WEBHOOK_TEST = event_type("webhook.test", "A test that somebody asked for.", public=True)
ENDPOINT_CREATED = event_type("webhook.created", "An endpoint was added.", public=False)
ENDPOINT_DELETED = event_type("webhook.deleted", "An endpoint was deleted.", public=False)
ENDPOINT_ENABLED = event_type("webhook.enabled", "An endpoint was switched on again.", public=False)
ENDPOINT_DISABLED = event_type("webhook.disabled", "An endpoint was switched off, or answered 410.", public=False)

# An endpoint may subscribe to all of these, also where the room that records a type isn't open yet (api.md, Events).
_ANNOUNCED = {
    "account": ("placed", "cured"),
    "placement": ("completed",),
    "charge_off": ("pending",),
    "dispute": ("filed", "resolved", "updated"),
    "consumer": ("opted_out",),
    "notice": ("sent", "undeliverable"),
    "campaign": ("started", "completed"),
    "contact": ("enriched",),
    "case": ("escalated",),
    "call": ("queued", "started", "completed", "failed", "blocked"),
    "email": ("sent", "delivered", "opened", "bounced", "blocked"),
    "promise": ("made", "kept", "broken"),
    "settlement": ("offered", "accepted", "paid"),
    "plan": ("broken",),
    "payment": ("received", "reversed"),
    "loan": ("created", "approved", "rejected", "disbursed", "repayment", "delinquent", "charged_off", "paid_off"),
    "customer": ("kyc_verified",),
    "score": ("changed",),
    "alert": ("created",),
    "goal": ("achieved",),
    "report": ("available",),
    "monitoring": ("error",),
    "audit": ("checkpoint",),
}
ANNOUNCED = frozenset(f"{noun}.{verb}" for noun, verbs in _ANNOUNCED.items() for verb in verbs)
