from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "beenthere.workforce"
    label = "workforce"

    def ready(self) -> None:
        from beenthere.workforce import access, events, gates  # noqa: F401

        gates.register()
