import django.db.models.deletion
from django.db import migrations, models

import beenthere.trust.tenancy


class Migration(migrations.Migration):
    dependencies = [("support", "0002_signed_notes_are_final")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="closed_with",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="enrolment",
            field=beenthere.trust.tenancy.TenantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="support.enrolment",
            ),
        ),
    ]
