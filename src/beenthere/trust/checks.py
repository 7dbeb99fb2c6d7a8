"""What start-up refuses to serve with."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from beenthere.trust import walls
from beenthere.trust.acting import system
from beenthere.trust.tenancy import UNSCOPED, belongs_to_an_organization


@register(Tags.urls)
def every_url_declares_its_access(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [
        Error(
            f"{route} does not say who may open it.",
            hint="Decorate its view with @endpoint(may=..., page=...) or @public(reason=...).",
            id="trust.E001",
        )
        for route, pattern in patterns()
        if not hasattr(pattern.callback, "access")
    ]


def patterns(resolver: URLResolver | None = None, prefix: str = "/") -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += patterns(entry, route)
        else:
            found.append((route, entry))
    return found


@register(Tags.models)
def every_model_is_walled_or_says_why(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [
        Error(
            f"{model.__name__} belongs to no organization and gives no reason.",
            hint="Inherit TenantModel, or decorate it with @unscoped(reason).",
            id="trust.E002",
        )
        for model in apps.get_models()
        if model.__module__.startswith("beenthere.")
        and not belongs_to_an_organization(model)
        and model._meta.db_table not in UNSCOPED
    ]


@register(Tags.database)
def the_walls_stand(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    if not databases or settings.DATABASE_ROLE != "app":
        return []
    with system("start-up check of the walls"):
        found, bypasses = walls.breaches(connection), walls.could_step_over(connection)
    errors = [Error(sentence, hint="Run `beenthere migrate`.", id="trust.E003") for sentence in found]
    if bypasses:
        errors.append(
            Error(
                "The database role that serves could step over row security.",
                hint="Serve as a role that owns no table and has neither SUPERUSER nor BYPASSRLS.",
                id="trust.E004",
            )
        )
    return errors
