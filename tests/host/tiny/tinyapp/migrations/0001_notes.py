from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("procrastinate", "__latest__")]
    operations = [
        migrations.RunSQL("CREATE TABLE note (id serial PRIMARY KEY, words text NOT NULL)"),
        migrations.RunSQL(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO beenthere_app, beenthere_loader"
        ),
        migrations.RunSQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO beenthere_app, beenthere_loader"),
    ]
