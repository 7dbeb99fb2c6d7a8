"""The environment variables by which the host tells Django's settings where everything is."""

import os
from collections.abc import Mapping

from beenthere.host.leftovers import MARKER
from beenthere.host.places import STATE_VARIABLE, Places

SETTINGS = "beenthere.config.settings"
ROLE_VARIABLE = "BEENTHERE_DATABASE_ROLE"
ADDRESS_VARIABLES = {
    "app": "DATABASE_URL",
    "owner": "DATABASE_OWNER_URL",
    "loader": "DATABASE_LOADER_URL",
}


def uses_external_database() -> bool:
    return bool(os.environ.get("DATABASE_URL"))


def environment_of(
    places: Places,
    addresses: Mapping[str, str],
    *,
    role: str = "app",
    demo: bool = False,
    grouped: bool = False,
) -> dict[str, str]:
    """For one process. `grouped` marks what the supervisor starts, so that a later start can find it."""
    own = {
        STATE_VARIABLE: str(places.state),
        ROLE_VARIABLE: role,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS),
        "PYTHONUNBUFFERED": "1",
    }
    if demo:
        own["BEENTHERE_DEMO"] = "1"
    if grouped:
        own[MARKER] = os.path.realpath(places.state)
    return {**os.environ, **addresses, **own}
