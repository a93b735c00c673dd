"""What can go wrong with a message, as callers see it."""

from credira.core.errors import Conflict, InvalidRequest, Unprocessable


class TemplateInvalid(InvalidRequest):
    """The template doesn't parse, or uses a variable that no message has; `details` name the part and the fault."""

    code = "TEMPLATE_INVALID"


class TemplateVariableMissing(Unprocessable):
    """The template needs a value that this message doesn't bring."""

    code = "TEMPLATE_VARIABLE_MISSING"


class ObligationUnsatisfied(Unprocessable):
    """The law asks for words that this content can't carry, so it isn't sent."""

    code = "OBLIGATION_UNSATISFIED"


class ContentRefused(Unprocessable):
    """The content says something that this sender may not say."""

    code = "CONTENT_REFUSED"


class SenderIncomplete(Unprocessable):
    """The operating entity lacks the address, phone or e-mail that the message must show."""

    code = "SENDER_INCOMPLETE"


class NotAwaitingPrint(Conflict):
    """The letter isn't waiting for somebody to print and mail it."""

    code = "NOT_AWAITING_PRINT"


# What is wrong with the message itself: it is blocked, for trying again wouldn't mend it.
UNSENDABLE = (TemplateInvalid, TemplateVariableMissing, ObligationUnsatisfied, ContentRefused, SenderIncomplete)
