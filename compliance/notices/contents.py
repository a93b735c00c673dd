"""What a validation notice says: the rows behind it, whether they are complete, and the words and figures it prints."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import Account, Endpoint
from accounts.selectors import get_account
from accounts.services import move_status
from compliance.gate import Judgement, local_date
from compliance.models import EndpointMark, ValidationNotice
from compliance.notices.requirement import Itemization, Problem, itemization_problems, missing
from credira.core.errors import Unprocessable
from credira.core.ids import public_id
from credira.tenancy.models import Workspace
from creditors import selectors as creditors
from creditors.models import OperatingEntity


class NoticeIncomplete(Unprocessable):
    """The notice can't be printed; ``problems`` name what is missing or doesn't add up."""

    code = "VN_DATA_INCOMPLETE"
