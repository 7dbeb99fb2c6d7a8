from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "beenthere.portal"
    label = "portal"
