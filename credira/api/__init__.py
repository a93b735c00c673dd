"""The public API's conventions: envelope, errors, lists, limits, idempotency, schema."""
