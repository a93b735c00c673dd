from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "credira.api"
    label = "api"
