"""The one signal of the project, sent inside the transaction that recorded the events.

Keyword arguments: ``workspace`` and ``events`` (a list of ``audit.models.Event`` with ``data`` set). The receivers and
their order are in ``credira.wiring``.
"""

from django.dispatch import Signal

events_recorded = Signal()
