"""What this room records."""

from audit.registry import event_type

CAMPAIGN_STARTED = event_type("campaign.started", "A campaign enrolled its accounts and began.", public=True)
CAMPAIGN_COMPLETED = event_type("campaign.completed", "A campaign ended; its result is in it.", public=True)
CAMPAIGN_PAUSED = event_type("campaign.paused", "A campaign was paused; nothing of it goes out.", public=False)
CAMPAIGN_RESUMED = event_type("campaign.resumed", "A paused campaign goes on.", public=False)
CAMPAIGN_CANCELED = event_type(
    "campaign.canceled", "A campaign was canceled; what waited was taken back.", public=False
)
ENROLLMENT_ENDED = event_type("enrollment.ended", "An account left its campaign.", public=False)
STEP_SKIPPED = event_type("campaign.step_skipped", "A step was refused by the gate and skipped.", public=False)

CALL_QUEUED = event_type("call.queued", "A call was planned.", public=True)
CALL_STARTED = event_type("call.started", "The carrier dials the number.", public=True)
CALL_COMPLETED = event_type("call.completed", "A call ended; outcome and duration are known.", public=True)
CALL_FAILED = event_type("call.failed", "A call could not be placed.", public=True)
CALL_BLOCKED = event_type("call.blocked", "The gate did not allow a planned call.", public=True)
CALL_DEFERRED = event_type("call.deferred", "The gate moved a planned call to a later time.", public=False)
CALL_CANCELED = event_type("call.canceled", "A planned call was taken back before it was dialed.", public=False)
