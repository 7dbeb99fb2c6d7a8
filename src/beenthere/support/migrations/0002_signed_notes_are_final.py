from django.db import migrations

FINAL = """
CREATE FUNCTION support_signed_note_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NULL THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a signed note is never removed' USING ERRCODE = 'check_violation';
    END IF;
    IF (to_jsonb(NEW) - '{withdrawn_at,withdrawn_by_id,withdrawn_why,moved_to_id}'::text[])
        IS DISTINCT FROM (to_jsonb(OLD) - '{withdrawn_at,withdrawn_by_id,withdrawn_why,moved_to_id}'::text[]) THEN
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
