from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "beenthere.workforce"
    label = "workforce"
