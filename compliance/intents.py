"""What somebody wants to do, in our own ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from compliance.vocabulary import Channel, VoiceMode

VOICE_CHANNELS = (Channel.CALL, Channel.VOICEMAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactIntent:
    """One act towards one person about one or more accounts of one consumer, one entity and one role.

    ``person_id`` None is the consumer; ``endpoint_id`` None lets the gate choose the best endpoint of its kind. The
    fields from ``initiator`` to ``content`` mean what the fact sheet's intent says of them. The last five are kept with
    the attempt: who speaks, from which text.
    """

    account_ids: tuple[UUID, ...]
    channel: str
    purpose: str = "collect"
    voice_mode: str | None = None
    endpoint_id: UUID | None = None
    person_id: UUID | None = None
    initiator: str = "us"
    from_name: str | None = None
    recording: bool | None = None
    right_party: str | None = None
    marketing: bool | None = None
    required_medium: bool | None = None
    cease_exception_kind: str | None = None
    human_approved: bool | None = None
    transfer_exception: str | None = None
    copy_to: tuple[UUID, ...] = ()
    reply_to: Mapping[str, Any] | None = None
    content: Mapping[str, Any] | None = None
    campaign_id: UUID | None = None
    agent_version: str = ""
    template: str = ""
    template_version: str = ""
    content_sha256: str = ""

    @property
    def voice(self) -> str | None:
        """Who speaks on a call or voicemail (an AI unless said); None for what has no voice."""
        if self.channel in VOICE_CHANNELS:
            return self.voice_mode or VoiceMode.AI
        return self.voice_mode
