from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People are enrolled while the index is made.
    atomic = False

    dependencies = [("support", "0010_longest_without_contact")]

    operations = [
        AddIndexConcurrently(
            model_name="enrolment",
            index=models.Index(fields=["organization", "person", "program"], name="enrolments_of_person"),
        ),
    ]
