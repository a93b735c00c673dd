"""What callers of this room can act on."""

from credira.core.errors import Conflict, Unprocessable


class ContactBlocked(Unprocessable):
    """The gate doesn't allow this call; ``reasons`` and ``next_allowed_at`` say why and until when."""

    code = "CONTACT_BLOCKED"
    keep = True


class NothingToEnroll(Unprocessable):
    """No account can be enrolled: the selection is empty, or all its accounts are closed or in another campaign."""

    code = "NOTHING_TO_ENROLL"


class CampaignEnded(Conflict):
    """The campaign has ended and can't be changed."""

    code = "CAMPAIGN_ENDED"
