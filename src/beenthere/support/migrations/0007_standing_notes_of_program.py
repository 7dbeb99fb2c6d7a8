from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The table is large: notes are written while the index is made.
    atomic = False

    dependencies = [('support', '0006_drafts_stay_thrown_away')]

    operations = [
        AddIndexConcurrently(
            model_name='encounter',
            index=models.Index(condition=models.Q(('signed_at__isnull', False), ('withdrawn_at__isnull', True)), fields=['organization', 'program', 'happened_on'], name='standing_notes_of_program'),
        ),
    ]
