"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credira.settings")
application = get_wsgi_application()

from credira.tenancy.roles import look_at_role  # noqa: E402 - needs Django set up

look_at_role()
