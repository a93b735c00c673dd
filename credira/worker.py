"""What a worker process loads: ``dramatiq credira.worker``. Actors of all apps, with Django set up."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credira.settings")
django.setup()

from dramatiq import get_broker  # noqa: E402 - the broker is set by CrediraConfig.ready

from credira.tenancy.roles import look_at_role  # noqa: E402

broker = get_broker()
look_at_role()
