"""Two walls: one in code, that raises; one in PostgreSQL, that shows nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from factories.organizations import new_program
from factories.people import new_person
from factories.support import enrol
from factories.writing import writing

from beenthere.host.testing import TestServer
from beenthere.kernel.ids import uuid7
from beenthere.trust import walls
from beenthere.trust.acting import Acting, NoActing, acting, system
from beenthere.trust.ledger import WriteOutsideAction
from beenthere.trust.models import AuditEvent, Organization, Program, RoleGrant, Site

ActingAs = Callable[..., AbstractContextManager[Acting]]


# -- wall one: in code


def test_without_anybody_acting_a_query_raises(database: str) -> None:
    for look in (Site.objects.count, Organization.objects.count):
        with pytest.raises(NoActing, match="nobody is acting"):
            look()


def test_the_system_sees_unscoped_tables_only(organization: Organization) -> None:
    with system("a test"):
        assert Organization.objects.filter(id=organization.id).exists()
        with pytest.raises(NoActing, match="'a test' runs outside any organization"):
            Site.objects.count()
        with pytest.raises(NoActing), connection.cursor() as cursor:
            cursor.execute("select count(*) from trust_site")
        with pytest.raises(NoActing):
            RoleGrant.objects.filter(organization_id__in=Site.objects.values("organization_id")).count()


def test_the_system_gives_its_reason() -> None:
    with pytest.raises(ValueError, match="reason"), system(""):
        pass


def test_a_write_outside_an_action_raises(acting_as: ActingAs, organization: Organization) -> None:
    writes = (
        lambda: Site.objects.create(organization_id=organization.id, name="Second Street"),
        lambda: Site.objects.filter(name="Main Street").update(name="x"),
        lambda: Program.objects.filter(name="Harbor").delete(),
        lambda: Site.objects.bulk_create([Site(organization_id=organization.id, name="Third Street")]),
    )
    for write in writes:
        with acting_as("administrator"), pytest.raises(WriteOutsideAction, match="trust_(site|program)"):
            write()


@pytest.mark.parametrize(
    "hidden",
    [
        "WITH x AS (UPDATE trust_site SET name = 'x' RETURNING id) SELECT count(*) FROM x",
        "  insert into\n trust_site (id) select id from trust_site",
        "DELETE FROM ONLY trust_site",
        "TRUNCATE trust_site",
        "MERGE INTO trust_site USING trust_program ON false WHEN NOT MATCHED THEN DO NOTHING",
    ],
)
def test_a_write_that_hides_is_found(hidden: str, acting_as: ActingAs) -> None:
    with acting_as("administrator"), connection.cursor() as cursor, pytest.raises(WriteOutsideAction):
        cursor.execute(hidden)


def test_locking_rows_is_no_write(acting_as: ActingAs) -> None:
    with acting_as("administrator"):
        assert Site.objects.select_for_update(of=("self",)).count() == 1
        assert len(Site.objects.select_for_update(no_key=True)) == 1


def test_nobody_acts_twice_at_once(acting_as: ActingAs, other_organization: Organization) -> None:
    with (
        acting_as("specialist"),
        pytest.raises(RuntimeError, match="already acting"),
        acting(Acting(organization_id=other_organization.id, user_id=None, grants=frozenset())),
    ):
        pass


# -- wall two: in PostgreSQL


def count(rows: psycopg.Connection, table: str) -> int:
    found = rows.execute(f"SELECT count(*) AS n FROM {table}".encode()).fetchone()
    return found["n"]


def test_with_no_setting_the_serving_role_sees_nothing(
    organization: Organization, served: psycopg.Connection
) -> None:
    new_person(organization)
    for model in walls.tenant_models():
        assert count(served, model._meta.db_table) == 0


def test_an_empty_or_foreign_setting_shows_nothing(
    organization: Organization, served: psycopg.Connection
) -> None:
    for value in ("", str(uuid7())):
        with served.transaction():
            served.execute("SELECT set_config('beenthere.org', %s, true)", [value])
            assert count(served, "trust_site") == 0


def test_the_setting_ends_with_its_transaction(acting_as: ActingAs, database: str) -> None:
    """The trap of a session-wide setting: it would stay on the connection for the next request."""
    with acting_as("specialist"):
        assert Site.objects.count() == 1
    with system("a test"), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('beenthere.org', true)")
        assert cursor.fetchone()[0] in (None, "")
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as fresh:
        fresh.execute("SELECT set_config('beenthere.org', %s, false)", [str(uuid7())])
        fresh.commit()
        assert fresh.execute("SELECT current_setting('beenthere.org')").fetchone() != ("",)


def test_inside_a_wrapping_transaction_the_setting_would_outlive_its_request(acting_as: ActingAs) -> None:
    """Why tests here commit."""
    with system("a test"), transaction.atomic():
        with acting_as("specialist"):
            pass
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('beenthere.org', true)")
            assert cursor.fetchone()[0]


def test_another_organization_s_rows_are_not_there(
    acting_as: ActingAs, organization: Organization, other_organization: Organization
) -> None:
    theirs = other_organization.site.id
    with acting_as("administrator"), writing(organization.id):
        assert not Site.objects.filter(id=theirs).exists()
        assert Site.objects.filter(id=theirs).update(name="ours") == 0
        assert Site.objects.filter(id=theirs).delete()[0] == 0


def test_nothing_is_written_into_another_organization(
    acting_as: ActingAs, organization: Organization, other_organization: Organization
) -> None:
    with (
        acting_as("administrator"),
        writing(organization.id),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Site.objects.create(organization=other_organization, name="planted")
    with (
        acting_as("administrator"),
        writing(organization.id),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Site.objects.update(organization=other_organization)


def test_no_event_is_slipped_into_another_organization_s_audit(
    acting_as: ActingAs, organization: Organization, other_organization: Organization
) -> None:
    with (
        acting_as("administrator"),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        AuditEvent.objects.create(organization=other_organization, verb="page.viewed")


def test_a_bare_foreign_key_does_not_reach_over(
    organization: Organization, other_organization: Organization
) -> None:
    """Row security alone lets it pass: the pair is checked, and theirs is like an id that is not there."""
    person = new_person(other_organization)
    for site in (other_organization.site.id, uuid7()):
        with pytest.raises(IntegrityError, match="trust_program_site_id_home"), writing(organization.id):
            Program.objects.create(organization=organization, name="Reaching", site_id=site)
    with pytest.raises(IntegrityError, match="support_enrolment_person_id_home"):
        enrol(type(person)(id=person.id, organization_id=organization.id), organization.harbor)


def test_the_same_id_in_two_organizations_is_two_rows(
    organization: Organization, other_organization: Organization, loader: psycopg.Connection
) -> None:
    same = uuid7()
    for each in (organization, other_organization):
        with writing(each.id):
            Site.objects.create(id=same, organization=each, name=each.name)
    found = loader.execute("SELECT name FROM trust_site WHERE id = %s ORDER BY name", [same]).fetchall()
    assert {row["name"] for row in found} == {organization.name, other_organization.name}
    with writing(organization.id):
        Site.objects.filter(id=same).update(name="changed")
    with writing(other_organization.id):
        assert Site.objects.get(id=same).name == other_organization.name


# -- the audit takes additions only


@pytest.mark.parametrize("table", walls.NEVER_CHANGED)
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET organization_id = organization_id", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_the_audit_is_never_changed_or_emptied(
    table: str,
    change: str,
    organization: Organization,
    acting_as: ActingAs,
    served: psycopg.Connection,
    owner: psycopg.Connection,
    loader: psycopg.Connection,
) -> None:
    with writing(organization.id):
        AuditEvent.objects.create(organization=organization, verb="page.viewed")
        walls.apps.get_model("trust", "AuditCheckpoint").objects.create(
            organization=organization, number=1, body={}
        )
    for role in (served, loader):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            role.execute(change.format(table).encode())
    owner.execute("SELECT set_config('beenthere.org', %s, false)", [str(organization.id)])
    with pytest.raises(psycopg.errors.RaiseException, match="only takes additions"):
        owner.execute(change.format(table).encode())


# -- start-up refuses to serve behind a wall with a hole


@pytest.fixture
def planting(database_server: TestServer, database: str) -> Iterator[psycopg.Connection]:
    """The owner's connection; whatever is planted is rolled back."""
    with psycopg.connect(database_server.addresses(database).owner) as rows:
        yield rows
        rows.rollback()


def test_the_walls_stand(database: str, planting: psycopg.Connection) -> None:
    assert walls.breaches(planting) == []
    assert run_checks(tags=["database"], databases=["default"]) == []


HOLES = {
    "policy dropped": (
        "DROP POLICY own_organization ON support_goal",
        "support_goal has no forced row security",
    ),
    "policy for all": (
        "CREATE POLICY everybody ON support_goal USING (true)",
        "support_goal has no forced row security",
    ),
    "policy widened": (
        "ALTER POLICY own_organization ON support_goal USING (true)",
        "support_goal has no forced row security",
    ),
    "not forced": (
        "ALTER TABLE support_goal NO FORCE ROW LEVEL SECURITY",
        "support_goal has no forced row security",
    ),
    "switched off": (
        "ALTER TABLE support_goal DISABLE ROW LEVEL SECURITY",
        "support_goal has no forced row security",
    ),
    "link dropped": (
        "ALTER TABLE support_goal DROP CONSTRAINT support_goal_person_id_home",
        "support_goal.person_id may point at another organization",
    ),
    "key of the id alone": (
        "ALTER TABLE support_addendum DROP CONSTRAINT support_addendum_pkey, ADD PRIMARY KEY (id)",
        "support_addendum is not keyed by organization and id",
    ),
    "open view": (
        "CREATE VIEW everyone AS SELECT * FROM people_person",
        "everyone is a view without security_invoker",
    ),
    "materialized view": (
        "CREATE MATERIALIZED VIEW everyone AS SELECT * FROM people_person",
        "everyone is a materialized view",
    ),
    "owner's function": (
        "CREATE FUNCTION peek() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "peek is a function that runs with its owner's rights",
    ),
    "audit trigger off": (
        "ALTER TABLE trust_auditevent DISABLE TRIGGER append_only",
        "trust_auditevent can be changed",
    ),
}


@pytest.mark.parametrize("hole", HOLES)
def test_a_hole_is_named(hole: str, planting: psycopg.Connection) -> None:
    sql, sentence = HOLES[hole]
    planting.execute(sql.encode())
    (found,) = walls.breaches(planting)
    assert found.startswith(sentence)


def test_a_view_with_security_invoker_is_no_hole(planting: psycopg.Connection) -> None:
    planting.execute("CREATE VIEW mine WITH (security_invoker=true) AS SELECT * FROM people_person")
    assert walls.breaches(planting) == []


def test_a_role_that_could_step_over_is_refused(
    served: psycopg.Connection,
    owner: psycopg.Connection,
    loader: psycopg.Connection,
    superuser: psycopg.Connection,
) -> None:
    def could(rows: psycopg.Connection) -> bool:
        rows.row_factory = psycopg.rows.tuple_row
        return walls.could_step_over(rows)

    assert [could(rows) for rows in (served, owner, loader, superuser)] == [False, True, True, True]


def test_a_role_that_could_become_another_is_refused(superuser: psycopg.Connection) -> None:
    superuser.row_factory = psycopg.rows.tuple_row
    with superuser.transaction(force_rollback=True):
        superuser.execute("CREATE ROLE planted_member LOGIN; GRANT beenthere_loader TO planted_member")
        superuser.execute("SET LOCAL ROLE planted_member")
        assert walls.could_step_over(superuser)


def test_start_up_says_so(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls, "breaches", lambda _connection: ["support_goal has no forced row security"])
    monkeypatch.setattr(walls, "could_step_over", lambda _connection: True)
    found = run_checks(tags=["database"], databases=["default"])
    assert [error.id for error in found] == ["trust.E003", "trust.E004"]


def test_a_new_table_is_walled_by_the_next_migrate(organization: Organization) -> None:
    """The walls follow from the models: each has its statements, none is written by hand."""
    new_program(organization, "Third")
    for model in walls.tenant_models():
        assert any("FORCE ROW LEVEL SECURITY" in line for line in walls.row_security(model))
