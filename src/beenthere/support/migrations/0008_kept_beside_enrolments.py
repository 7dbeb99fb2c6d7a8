import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import beenthere.kernel.ids

# Two things follow from rows that are there, and a list of people must not count them anew on every view: the
# last day a person was met in a program, and how many people take part in exactly which programs. Whoever
# writes an encounter or an enrolment, by whichever way, the database keeps both in the same transaction.
#
# Contacts: the usual case, a newer contact, costs one update. Only what takes a day away (entered in error,
# moved, mended, thrown away) reads the person's encounters again.
#
# People: the person's row is locked first, so that of two enrolments at once the second one sees the first. By
# statement, not by row: a row's trigger already sees what the same statement did to the person's other rows.
KEEP = """
CREATE FUNCTION support_last_contact(org uuid, who uuid, prog uuid) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT max(happened_on) FROM support_encounter
    WHERE organization_id = org AND person_id = who AND program_id = prog
      AND result = 'met' AND withdrawn_at IS NULL
$$;

CREATE FUNCTION support_contact_again(org uuid, who uuid, prog uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last date := support_last_contact(org, who, prog);
BEGIN
    UPDATE support_enrolment SET last_contact_on = last
    WHERE organization_id = org AND person_id = who AND program_id = prog
      AND last_contact_on IS DISTINCT FROM last;
END $$;

CREATE FUNCTION support_keep_last_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.result = 'met' AND NEW.withdrawn_at IS NULL THEN
            UPDATE support_enrolment SET last_contact_on = NEW.happened_on
            WHERE organization_id = NEW.organization_id AND person_id = NEW.person_id
              AND program_id = NEW.program_id
              AND (last_contact_on IS NULL OR last_contact_on < NEW.happened_on);
        END IF;
        RETURN NULL;
    END IF;
    PERFORM support_contact_again(OLD.organization_id, OLD.person_id, OLD.program_id);
    IF TG_OP = 'UPDATE' AND (NEW.person_id, NEW.program_id) <> (OLD.person_id, OLD.program_id) THEN
        PERFORM support_contact_again(NEW.organization_id, NEW.person_id, NEW.program_id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_last_contact AFTER INSERT OR DELETE ON support_encounter
    FOR EACH ROW EXECUTE FUNCTION support_keep_last_contact();
CREATE TRIGGER keep_last_contact_changed AFTER UPDATE ON support_encounter FOR EACH ROW
    WHEN ((OLD.happened_on, OLD.result, OLD.withdrawn_at, OLD.person_id, OLD.program_id)
          IS DISTINCT FROM (NEW.happened_on, NEW.result, NEW.withdrawn_at, NEW.person_id, NEW.program_id))
    EXECUTE FUNCTION support_keep_last_contact();

CREATE FUNCTION support_first_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.last_contact_on := support_last_contact(NEW.organization_id, NEW.person_id, NEW.program_id);
    RETURN NEW;
END $$;
CREATE TRIGGER first_contact BEFORE INSERT ON support_enrolment
    FOR EACH ROW EXECUTE FUNCTION support_first_contact();

CREATE FUNCTION support_count_people(org uuid, progs uuid[], more integer) RETURNS void LANGUAGE sql AS $$
    INSERT INTO support_takingpart (id, organization_id, programs, people)
    SELECT gen_random_uuid(), org, progs, more WHERE progs <> '{}'
    ON CONFLICT (organization_id, programs) DO UPDATE
    SET people = support_takingpart.people + EXCLUDED.people
$$;

CREATE FUNCTION support_count_person(org uuid, who uuid, touched uuid[], were uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    before uuid[];
    after uuid[];
BEGIN
    PERFORM 1 FROM people_person WHERE organization_id = org AND id = who FOR NO KEY UPDATE;
    before := ARRAY(
        SELECT unnest(were) UNION
        SELECT program_id FROM support_enrolment
        WHERE organization_id = org AND person_id = who AND ended_on IS NULL AND id <> ALL (touched)
        ORDER BY 1);
    after := ARRAY(
        SELECT DISTINCT program_id FROM support_enrolment
        WHERE organization_id = org AND person_id = who AND ended_on IS NULL ORDER BY 1);
    IF before < after THEN
        PERFORM support_count_people(org, before, -1);
        PERFORM support_count_people(org, after, 1);
    ELSIF before > after THEN
        PERFORM support_count_people(org, after, 1);
        PERFORM support_count_people(org, before, -1);
    END IF;
END $$;

CREATE FUNCTION support_keep_taking_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM support_count_person(organization_id, person_id, array_agg(id), '{}') FROM after_rows
        GROUP BY organization_id, person_id;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM support_count_person(
            organization_id, person_id, array_agg(id),
            coalesce(array_agg(program_id) FILTER (WHERE ended_on IS NULL), '{}'))
        FROM before_rows GROUP BY organization_id, person_id;
    ELSE
        PERFORM support_count_person(
            was.organization_id, was.person_id, array_agg(was.id),
            coalesce(array_agg(was.program_id) FILTER (WHERE was.ended_on IS NULL), '{}'))
        FROM before_rows was JOIN after_rows later ON was.organization_id = later.organization_id
            AND was.id = later.id
        WHERE (was.ended_on IS NULL) <> (later.ended_on IS NULL) OR was.program_id <> later.program_id
        GROUP BY was.organization_id, was.person_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_taking_part_added AFTER INSERT ON support_enrolment
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION support_keep_taking_part();
CREATE TRIGGER keep_taking_part_changed AFTER UPDATE ON support_enrolment
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION support_keep_taking_part();
CREATE TRIGGER keep_taking_part_removed AFTER DELETE ON support_enrolment
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION support_keep_taking_part();
"""

UNDO = """
DROP TRIGGER keep_last_contact ON support_encounter;
DROP TRIGGER keep_last_contact_changed ON support_encounter;
DROP TRIGGER first_contact ON support_enrolment;
DROP TRIGGER keep_taking_part_added ON support_enrolment;
DROP TRIGGER keep_taking_part_changed ON support_enrolment;
DROP TRIGGER keep_taking_part_removed ON support_enrolment;
DROP FUNCTION support_keep_last_contact(), support_first_contact(), support_keep_taking_part(),
    support_contact_again(uuid, uuid, uuid), support_last_contact(uuid, uuid, uuid),
    support_count_person(uuid, uuid, uuid[], uuid[]), support_count_people(uuid, uuid[], integer);
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0007_standing_notes_of_program"), ("trust", "0004_sessions_by_user")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="last_contact_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name="TakingPart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=beenthere.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "programs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("people", models.IntegerField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="trust.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "programs"), name="taking_part_by_programs"
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP, UNDO),
    ]
