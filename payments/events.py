"""What this app records."""

from audit.registry import event_type

PAYMENT_RECEIVED = event_type("payment.received", "Money was received on an account.", public=True)
PAYMENT_REVERSED = event_type("payment.reversed", "A payment was returned or charged back.", public=True)
PAYMENT_FAILED = event_type("payment.failed", "A payment was tried and refused.")
PROMISE_MADE = event_type("promise.made", "A consumer promised to pay an amount by a date.", public=True)
PROMISE_KEPT = event_type("promise.kept", "A promise was kept.", public=True)
PROMISE_BROKEN = event_type("promise.broken", "A promise was not kept in time.", public=True)
