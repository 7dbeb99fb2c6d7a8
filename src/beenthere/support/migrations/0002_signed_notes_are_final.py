from django.db import migrations

# A change of keys seals the same words anew: then, and only then, the sealed columns may differ.
FINAL = """
CREATE FUNCTION support_signed_note_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := '{withdrawn_at,withdrawn_by_id,withdrawn_why,moved_to_id}';
BEGIN
    IF current_setting('beenthere.resealing', true) = 'on' THEN
        may_change := may_change || '{purpose,what_we_did,response,next_step}'::text[];
    END IF;
    IF OLD.signed_at IS NULL THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a signed note is never removed' USING ERRCODE = 'check_violation';
    END IF;
    IF (to_jsonb(NEW) - may_change) IS DISTINCT FROM (to_jsonb(OLD) - may_change) THEN
        RAISE EXCEPTION 'a signed note is final: add an addendum' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_note_is_final BEFORE UPDATE OR DELETE ON support_encounter
    FOR EACH ROW EXECUTE FUNCTION support_signed_note_is_final();
"""

UNDO = """
DROP TRIGGER signed_note_is_final ON support_encounter;
DROP FUNCTION support_signed_note_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]
    operations = [migrations.RunSQL(FINAL, UNDO)]
