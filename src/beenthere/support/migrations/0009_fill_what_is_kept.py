from django.db import migrations

# An organization at a time, each in a transaction of its own: notes go on being written meanwhile, and those
# of the others wait for nothing. The triggers are in place already; what they write while this reads is
# waited for (the rows are locked) or counted here. It can be run again.
FILL = """
DO $$
DECLARE
    org uuid;
BEGIN
    FOR org IN SELECT id FROM trust_organization ORDER BY id LOOP
        PERFORM set_config('beenthere.org', org::text, true);
        LOCK TABLE support_enrolment IN SHARE ROW EXCLUSIVE MODE;
        UPDATE support_enrolment enrolment SET last_contact_on = contact.last
        FROM (SELECT person_id, program_id, max(happened_on) AS last FROM support_encounter
              WHERE organization_id = org AND result = 'met' AND withdrawn_at IS NULL
              GROUP BY person_id, program_id) contact
        WHERE enrolment.organization_id = org AND enrolment.person_id = contact.person_id
          AND enrolment.program_id = contact.program_id
          AND enrolment.last_contact_on IS DISTINCT FROM contact.last;
        DELETE FROM support_takingpart WHERE organization_id = org;
        INSERT INTO support_takingpart (id, organization_id, programs, people)
        SELECT gen_random_uuid(), org, programs, count(*) FROM (
            SELECT array_agg(DISTINCT program_id ORDER BY program_id) AS programs FROM support_enrolment
            WHERE organization_id = org AND ended_on IS NULL GROUP BY person_id) person
        GROUP BY programs;
        COMMIT;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("support", "0008_kept_beside_enrolments")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
