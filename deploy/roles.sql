-- Makes BeenThere's three roles and its database on a PostgreSQL server of yours (15 or newer).
--
--   psql -f deploy/roles.sql "postgresql://postgres@db.example.org/postgres"
--
-- Run it as a superuser: only one may give BYPASSRLS. It may be run again; it changes nothing that is right.
-- It sets no passwords. Afterwards, in psql: \password beenthere_owner, and the same for the other two.
--
--   beenthere_owner   migrates; owns the database and its tables           DATABASE_OWNER_URL
--   beenthere_app     serves; owns nothing, cannot step over row security  DATABASE_URL
--   beenthere_loader  bulk-loads and backs up; never behind a request      DATABASE_LOADER_URL
\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['beenthere_owner', 'beenthere_app', 'beenthere_loader']) AS name
WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE beenthere_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE beenthere_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE beenthere_loader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS;
-- A backup reads sequences too, for which migrations give no right.
GRANT pg_read_all_data TO beenthere_loader;

SELECT 'CREATE DATABASE beenthere OWNER beenthere_owner ENCODING ''UTF8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT 1 FROM pg_database WHERE datname = 'beenthere')
\gexec

REVOKE ALL ON DATABASE beenthere FROM PUBLIC;
GRANT CONNECT ON DATABASE beenthere TO beenthere_app, beenthere_loader;
GRANT TEMPORARY ON DATABASE beenthere TO beenthere_loader;

\connect beenthere
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
