import beenthere.foundation.clock
import beenthere.kernel.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0005_find_what_hangs_on_a_note'),
        ('trust', '0003_find_what_was_refused'),
    ]

    operations = [
        migrations.CreateModel(
            name='ThrownAwayDraft',
            fields=[
                ('id', models.UUIDField(default=beenthere.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('thrown_away_at', models.DateTimeField(default=beenthere.foundation.clock.now)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trust.organization')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
