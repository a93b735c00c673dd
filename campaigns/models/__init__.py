"""What this room stores: campaigns and their enrolments, voice agents, calls with their turns and callbacks."""

from campaigns.models.agents import VoiceAgent
from campaigns.models.calls import Call, CallEvent, CallTurn
from campaigns.models.campaigns import Campaign, Enrollment

__all__ = ["Call", "CallEvent", "CallTurn", "Campaign", "Enrollment", "VoiceAgent"]
