from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "beenthere.funding"
    label = "funding"

    def ready(self) -> None:
        from beenthere.funding import access, events, gates, jobs, listeners  # noqa: F401

        gates.register()
        listeners.register()
