from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TrustConfig(AppConfig):
    name = "beenthere.trust"
    label = "trust"

    def ready(self) -> None:
        from beenthere.foundation.crypto.keys import set_keyring
        from beenthere.trust import checks, database, events, jobs, keyring, walls  # noqa: F401

        set_keyring(keyring.DatabaseKeyRing())
        connection_created.connect(database.watch_connection, dispatch_uid="trust.watch_connection")
        post_migrate.connect(walls.raise_walls_after_migrate, dispatch_uid="trust.raise_walls")
