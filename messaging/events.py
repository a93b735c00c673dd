"""What this room records."""

from audit.registry import event_type

EMAIL_QUEUED = event_type("email.queued", "An e-mail is planned.", public=False)
EMAIL_DEFERRED = event_type("email.deferred", "The gate moved an e-mail to a later time.", public=False)
EMAIL_SENT = event_type("email.sent", "The mail service took an e-mail.", public=True)
EMAIL_DELIVERED = event_type("email.delivered", "An e-mail reached its mailbox.", public=True)
EMAIL_OPENED = event_type("email.opened", "An e-mail was opened for the first time.", public=True)
EMAIL_BOUNCED = event_type("email.bounced", "An e-mail came back.", public=True)
EMAIL_BLOCKED = event_type("email.blocked", "The gate, or a missing obligation, held an e-mail back.", public=True)
EMAIL_FAILED = event_type("email.failed", "The mail service refused an e-mail.", public=False)
EMAIL_CANCELLED = event_type("email.cancelled", "A planned e-mail was taken back.", public=False)
EMAIL_REPLIED = event_type("email.replied", "A person answered an e-mail.", public=False)
LETTER_PRINTED = event_type("letter.printed", "A letter was handed over to be printed and mailed.", public=False)
LETTER_MAILED = event_type("letter.mailed", "A letter is in the post.", public=False)
LETTER_RETURNED = event_type("letter.returned", "A letter came back.", public=False)
LETTER_BLOCKED = event_type("letter.blocked", "The gate, or a missing obligation, held a letter back.", public=False)
LETTER_FAILED = event_type("letter.failed", "The print vendor refused a letter.", public=False)
LETTER_CANCELLED = event_type("letter.cancelled", "A planned letter was taken back.", public=False)
TEMPLATE_SAVED = event_type("template.saved", "A version of an e-mail template was saved.", public=False)
