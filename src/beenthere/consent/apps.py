from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "beenthere.consent"
    label = "consent"

    def ready(self) -> None:
        from beenthere.consent import access, events, gates  # noqa: F401

        gates.register()
