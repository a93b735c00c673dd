"""What this app records."""

from audit.registry import event_type

ACCOUNT_PLACED = event_type("account.placed", "A debt was placed.", public=True)
PLACEMENT_COMPLETED = event_type("placement.completed", "A file of accounts was dealt with.", public=True)
ACCOUNT_STATUS_CHANGED = event_type("account.status_changed", "An account's status changed.")
ACCOUNT_ADJUSTED = event_type("account.adjusted", "The creditor corrected an account's balance.")
ACCOUNT_PAID = event_type("account.paid_in_full", "Nothing is owed on an account any more.")
ENDPOINT_ADDED = event_type("endpoint.added", "A number or address of a consumer was added.")
ENDPOINT_ENDED = event_type("endpoint.ended", "A number or address of a consumer is used no more.")
NOTE_ADDED = event_type("note.added", "A note was written about an account.")
PLACEMENT_FAILED = event_type("placement.failed", "A file of accounts could not be dealt with.")
