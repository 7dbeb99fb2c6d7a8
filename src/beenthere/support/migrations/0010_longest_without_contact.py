from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People are enrolled and notes written while the index is made.
    atomic = False

    dependencies = [("support", "0009_fill_what_is_kept")]

    operations = [
        AddIndexConcurrently(
            model_name="enrolment",
            index=models.Index(
                models.F("organization"),
                models.F("program"),
                models.OrderBy(models.F("last_contact_on"), nulls_first=True),
                models.F("started_on"),
                models.F("id"),
                condition=models.Q(("ended_on__isnull", True)),
                name="longest_without_contact",
            ),
        ),
    ]
