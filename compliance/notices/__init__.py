"""Validation notices (VN-01 to VN-09). Sending and the PDF are ``messaging``'s; what it says and when is ours."""

from compliance.notices.contents import ItemizationMismatch, NoticeIncomplete, notice_context
from compliance.notices.lifecycle import (
    KIND,
    RECHECK,
    attach_document,
    cannot_send,
    carry,
    choose_again,
    create_for_placed,
    freeze,
    mark_attempt_sent,
    mark_sent,
    mark_undeliverable,
    prepare,
    recheck,
    recheck_all,
    record_earlier,
    unfreeze,
)

__all__ = [
    "KIND",
    "RECHECK",
    "ItemizationMismatch",
    "NoticeIncomplete",
    "attach_document",
    "cannot_send",
    "carry",
    "choose_again",
    "create_for_placed",
    "freeze",
    "mark_attempt_sent",
    "mark_sent",
    "mark_undeliverable",
    "notice_context",
    "prepare",
    "recheck",
    "recheck_all",
    "record_earlier",
    "unfreeze",
]
