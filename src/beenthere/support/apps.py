from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "beenthere.support"
    label = "support"
