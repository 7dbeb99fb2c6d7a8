from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "beenthere.people"
    label = "people"

    def ready(self) -> None:
        from beenthere.people import access, events  # noqa: F401
