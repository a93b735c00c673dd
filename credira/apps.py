"""The composition root: what must exist before any app is ready."""

from django.apps import AppConfig


class CrediraConfig(AppConfig):
    name = "credira"
    label = "credira"

    def ready(self) -> None:
        # Before any actor module is imported, or Dramatiq picks RabbitMQ.
        from credira import broker, wiring

        broker.set_up()
        wiring.connect()
