"""The door of trust: what other contexts may call."""

from beenthere.trust.access import Role, permit
from beenthere.trust.acting import Acting, Grant, NoActing, acting, current, system
from beenthere.trust.audit import EventType, event_type, record
from beenthere.trust.endpoint import declared_public, endpoint, public
from beenthere.trust.insert import insert_once
from beenthere.trust.ledger import action, step
from beenthere.trust.scope import (
    by_program,
    everyone_in_the_organization,
    gate,
    get_for,
    looked_at,
    visible,
)
from beenthere.trust.tenancy import TenantForeignKey, TenantModel, unscoped

__all__ = [
    "Acting",
    "EventType",
    "Grant",
    "NoActing",
    "Role",
    "TenantForeignKey",
    "TenantModel",
    "acting",
    "action",
    "by_program",
    "current",
    "declared_public",
    "endpoint",
    "event_type",
    "everyone_in_the_organization",
    "gate",
    "get_for",
    "insert_once",
    "looked_at",
    "permit",
    "public",
    "record",
    "step",
    "system",
    "unscoped",
    "visible",
]
