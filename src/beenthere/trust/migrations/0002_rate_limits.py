from django.db import migrations

# What `createcachetable` makes; a test compares. As a migration it belongs to the owner, like every table, and
# the walls give the serving role its rights on it.
MAKE = """
CREATE TABLE "rate_limits" (
    "cache_key" varchar(255) NOT NULL PRIMARY KEY,
    "value" text NOT NULL,
    "expires" timestamp with time zone NOT NULL
);
CREATE INDEX "rate_limits_expires" ON "rate_limits" ("expires");
"""


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_initial")]
    operations = [migrations.RunSQL(MAKE, 'DROP TABLE "rate_limits"')]
