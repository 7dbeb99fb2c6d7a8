"""The door of trust: what other contexts may call."""

from beenthere.trust import security, sign_in
from beenthere.trust.access import ROLE_DESCRIPTIONS, May, Role, permit
from beenthere.trust.acting import Acting, Grant, NoActing, acting, current, system
from beenthere.trust.actions import (
    ProgramFields,
    add_program,
    add_site,
    create_organization,
    grant_role,
    withdraw_role,
)
from beenthere.trust.as_whom import as_organization, as_system
from beenthere.trust.audit import EventType, event_type, record
from beenthere.trust.checkpoints import organization_ids
from beenthere.trust.endpoint import declared_public, endpoint, public
from beenthere.trust.files_in_parts import FileInParts
from beenthere.trust.insert import insert_once, insert_or_replace
from beenthere.trust.ledger import action, step
from beenthere.trust.queries import (
    Happening,
    Look,
    OrganizationFacts,
    ProgramFacts,
    happenings,
    history_of,
    organization_facts,
    programs,
    user_names,
    who_looked,
)
from beenthere.trust.refusal import Refused
from beenthere.trust.request import Request
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
    "ROLE_DESCRIPTIONS",
    "Acting",
    "EventType",
    "FileInParts",
    "Grant",
    "Happening",
    "Look",
    "May",
    "NoActing",
    "OrganizationFacts",
    "ProgramFacts",
    "ProgramFields",
    "Refused",
    "Request",
    "Role",
    "TenantForeignKey",
    "TenantModel",
    "acting",
    "action",
    "add_program",
    "add_site",
    "as_organization",
    "as_system",
    "by_program",
    "create_organization",
    "current",
    "declared_public",
    "endpoint",
    "event_type",
    "everyone_in_the_organization",
    "gate",
    "get_for",
    "grant_role",
    "happenings",
    "history_of",
    "insert_once",
    "insert_or_replace",
    "looked_at",
    "organization_facts",
    "organization_ids",
    "permit",
    "programs",
    "public",
    "record",
    "security",
    "sign_in",
    "step",
    "system",
    "unscoped",
    "user_names",
    "visible",
    "who_looked",
    "withdraw_role",
]
