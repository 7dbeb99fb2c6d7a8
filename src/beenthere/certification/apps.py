from django.apps import AppConfig


class CertificationConfig(AppConfig):
    name = "beenthere.certification"
    label = "certification"

    def ready(self) -> None:
        from beenthere.certification import access, events  # noqa: F401
