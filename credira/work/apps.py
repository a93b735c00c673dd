from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "credira.work"
    label = "work"
