from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Consents are given and taken back while the index is made.
    atomic = False

    dependencies = [("consent", "0002_complete_before_active")]

    operations = [
        AddIndexConcurrently(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("activated_at__isnull", False)),
                fields=["organization", "to_program", "from_program"],
                name="consents_to_programs",
            ),
        ),
    ]
