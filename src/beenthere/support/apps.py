from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "beenthere.support"
    label = "support"

    def ready(self) -> None:
        from beenthere.support import access, events, gates  # noqa: F401

        gates.register()
