"""Wall two, in PostgreSQL: derived from the models after every migrate, so that no table can be forgotten.

For each table of an organization: row security, forced; a policy on the organization of the transaction; the
key (organization_id, id); foreign keys on the pair (organization_id, parent_id); rights for the role that
serves. All statements can be run again without effect.
"""

from collections.abc import Iterator

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from beenthere.trust.tenancy import TenantForeignKey, TenantModel, belongs_to_an_organization

SETTING = "nullif(current_setting('beenthere.org', true), '')::uuid"
NEVER_CHANGED = ("trust_auditevent", "trust_auditcheckpoint")


def raise_walls_after_migrate(sender: AppConfig, using: str, **kwargs: object) -> None:
    """Once per migrate, after the last application (Django signals only those that have models)."""
    last = [config for config in apps.get_app_configs() if config.models_module][-1]
    if sender is last and settings.DATABASE_ROLE == "owner":
        raise_walls(connections[using])


def raise_walls(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        tenants = [m for m in tenant_models() if m._meta.db_table in existing]
        for model in tenants:
            for statement in [*row_security(model), *own_key(model)]:
                cursor.execute(statement)
        for model in tenants:
            for statement in parent_checks(model):
                cursor.execute(statement)
        for statement in [*append_only(existing), *rights(existing)]:
            cursor.execute(statement)


def tenant_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m._meta.managed and belongs_to_an_organization(m)]


def row_security(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    yield f'DROP POLICY IF EXISTS own_organization ON "{table}"'
    yield (
        f'CREATE POLICY own_organization ON "{table}" USING (organization_id = {SETTING})'
        f" WITH CHECK (organization_id = {SETTING})"
    )


def own_key(model: type[models.Model]) -> Iterator[str]:
    """PRIMARY KEY (organization_id, id) in place of Django's (id)."""
    if not issubclass(model, TenantModel):
        return
    table = model._meta.db_table
    yield _unless(
        "SELECT 1 FROM pg_constraint WHERE contype = 'p'"
        f" AND conrelid = '\"{table}\"'::regclass AND array_length(conkey, 1) = 2",
        f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{table}_pkey" CASCADE,'
        f' ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (organization_id, id);',
    )


def parent_checks(model: type[models.Model]) -> Iterator[str]:
    table = model._meta.db_table
    for field in tenant_links(model):
        name = f"{table}_{field.column}_home"[:63]
        parent = field.remote_field.model._meta.db_table
        yield _unless(
            f"SELECT 1 FROM pg_constraint WHERE conname = '{name}' AND conrelid = '\"{table}\"'::regclass",
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (organization_id, "{field.column}")'
            f' REFERENCES "{parent}" (organization_id, id) DEFERRABLE INITIALLY DEFERRED;',
        )


def tenant_links(model: type[models.Model]) -> list[models.ForeignKey]:
    return [f for f in model._meta.local_fields if isinstance(f, TenantForeignKey)]


def append_only(existing: set[str]) -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION beenthere_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION '% only takes additions', TG_TABLE_NAME; END $$"
    )
    for table in existing.intersection(NEVER_CHANGED):
        yield (
            f'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}"'
            " FOR EACH ROW EXECUTE FUNCTION beenthere_append_only()"
        )
        yield (
            f'CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION beenthere_append_only()"
        )


def rights(existing: set[str]) -> Iterator[str]:
    """The serving role reads and writes rows and owns nothing; the audit takes additions only."""
    app, loader = settings.DATABASE_APP_ROLE, settings.DATABASE_LOADER_ROLE
    for role in (app, loader):
        yield f'GRANT USAGE ON SCHEMA public TO "{role}"'
        yield f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"'
        yield f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"'
    for table in existing.intersection(NEVER_CHANGED):
        yield f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM "{app}", "{loader}"'
    yield _unless(
        "SELECT 1 WHERE current_setting('server_version_num')::int < 170000",
        f'GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO "{loader}";',
    )
    if "django_migrations" in existing:
        yield f'REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM "{app}", "{loader}"'


def _unless(exists: str, statement: str) -> str:
    return f"DO $wall$ BEGIN IF NOT EXISTS ({exists}) THEN {statement} END IF; END $wall$"


def breaches(connection: BaseDatabaseWrapper) -> list[str]:
    """What is wrong with the walls of the database `connection` is on, in words; empty when they stand."""
    found = [said for sql, sentence in _NEVER for said in _each(connection, sql, sentence)]
    policies = dict(_rows(connection, _POLICIES))
    keys = {(table, tuple(columns)) for table, columns in _rows(connection, _KEYS)}
    links = {name for (name,) in _rows(connection, _PARENT_CHECKS)}
    for model in tenant_models():
        table = model._meta.db_table
        if policies.get(table) != 1:
            found.append(f"{table} has no forced row security with the one policy on the organization")
        if issubclass(model, TenantModel) and (table, ("id", "organization_id")) not in keys:
            found.append(f"{table} is not keyed by organization and id")
        found += [
            f"{table}.{field.column} may point at another organization"
            for field in tenant_links(model)
            if f"{table}_{field.column}_home"[:63] not in links
        ]
    return found + _changeable_audit(connection)


def could_step_over(connection: BaseDatabaseWrapper) -> bool:
    """True when the current role, or one it may become, is not bound by row security or owns a table."""
    return bool(_rows(connection, _STEPS_OVER)[0][0])


def _changeable_audit(connection: BaseDatabaseWrapper) -> list[str]:
    guarded = dict(_rows(connection, _GUARDS))
    return [
        f"{table} can be changed or emptied: its triggers are not all in force"
        for table in NEVER_CHANGED
        if guarded.get(table) != 2
    ]


def _each(connection: BaseDatabaseWrapper, sql: str, sentence: str) -> list[str]:
    return [sentence.format(name) for (name,) in _rows(connection, sql)]


def _rows(connection: BaseDatabaseWrapper, sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


_PUBLIC = "relnamespace = 'public'::regnamespace"
# As PostgreSQL writes the policy of `row_security` back.
_RULE = "(organization_id = (NULLIF(current_setting(''beenthere.org''::text, true), ''''::text))::uuid)"
_POLICIES = (
    "SELECT c.relname, CASE WHEN c.relrowsecurity AND c.relforcerowsecurity"
    f" AND bool_and(p.polcmd = '*' AND pg_get_expr(p.polqual, c.oid) = '{_RULE}'"
    f" AND pg_get_expr(p.polwithcheck, c.oid) = '{_RULE}') THEN count(*) ELSE 0 END"
    f" FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relkind IN ('r', 'p') AND c.{_PUBLIC}"
    " GROUP BY c.oid"
)
_KEYS = (
    "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname) FROM pg_constraint k"
    " JOIN pg_class c ON c.oid = k.conrelid"
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)"
    f" WHERE k.contype = 'p' AND c.{_PUBLIC} GROUP BY c.relname"
)
_PARENT_CHECKS = (
    "SELECT conname FROM pg_constraint WHERE contype = 'f' AND convalidated AND array_length(conkey, 1) = 2"
)
_GUARDS = (
    "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE t.tgname IN ('append_only', 'never_emptied') AND t.tgenabled IN ('O', 'A') GROUP BY c.relname"
)
_STEPS_OVER = (
    "SELECT EXISTS (SELECT 1 FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')"
    " AND (r.rolsuper OR r.rolbypassrls"
    f" OR EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid AND {_PUBLIC})))"
)
# Each row a query gives is a breach.
_NEVER = (
    (
        f"SELECT relname FROM pg_class WHERE relkind = 'v' AND {_PUBLIC}"
        " AND NOT coalesce(reloptions, '{}') @> '{security_invoker=true}'",
        "{} is a view without security_invoker",
    ),
    (
        f"SELECT relname FROM pg_class WHERE relkind = 'm' AND {_PUBLIC}",
        "{} is a materialized view: row security does not reach into it",
    ),
    (
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace",
        "{} is a function that runs with its owner's rights",
    ),
)
