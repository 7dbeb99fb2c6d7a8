"""The three roles and the database, made or mended at each start of the embedded server.

`deploy/roles.sql` does the same for a server of your own; a test holds the two together.
Rights on tables are not given here: migrations give them, table by table.
"""

import psycopg
from psycopg import sql

DATABASE = "beenthere"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
_PLAIN = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
ROLE_RIGHTS = {
    "beenthere_owner": f"{_PLAIN} NOBYPASSRLS",
    "beenthere_app": f"{_PLAIN} NOBYPASSRLS",
    "beenthere_loader": f"{_PLAIN} BYPASSRLS",
}


def ensure_roles(address: str) -> None:
    """Roles, the database `beenthere`, its extensions. `address` connects as the superuser."""
    with psycopg.connect(address, dbname="postgres", autocommit=True) as server:
        for role, rights in ROLE_RIGHTS.items():
            _ensure_role(server, role, rights)
        # A backup reads sequences too, for which migrations give no right.
        server.execute("GRANT pg_read_all_data TO beenthere_loader")
        ensure_database(server, DATABASE)
    ensure_extensions(address, DATABASE)


def ensure_database(server: psycopg.Connection, name: str, template: str = "template1") -> None:
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if not found:
        server.execute(
            sql.SQL("CREATE DATABASE {} OWNER beenthere_owner TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    # Nobody but the three: by default every role may connect and make temporary tables.
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    server.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO beenthere_app, beenthere_loader").format(
            sql.Identifier(name)
        )
    )
    server.execute(sql.SQL("GRANT TEMPORARY ON DATABASE {} TO beenthere_loader").format(sql.Identifier(name)))


def ensure_extensions(address: str, database: str) -> None:
    with psycopg.connect(address, dbname=database, autocommit=True) as inside:
        for extension in EXTENSIONS:
            inside.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def _ensure_role(server: psycopg.Connection, role: str, rights: str) -> None:
    known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if known else "CREATE"
    server.execute(f"{verb} ROLE {role} {rights}".encode())
