from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "credira.web"
    label = "web"
