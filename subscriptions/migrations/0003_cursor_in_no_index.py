"""Let cursors move cheaply: an alert to everybody moves them all.

An UPDATE on PostgreSQL writes a new row version and, where an indexed column changes or the page is full, an
entry in every index of the table. The index of who is behind held the cursor itself; who is behind is now found
among active subscribers to alerts in the order of their ids, which is how fan-out reads them anyway.
"""

from django.db import migrations, models


def fill(percent):
    def run(_apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE subscriptions_subscriber SET (fillfactor = {percent})")

    return run


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0002_paths_and_pauses")]

    operations = [
        migrations.RemoveIndex(model_name="subscriber", name="subscriber_behind"),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(
                condition=models.Q(("frequency", "instant"), ("state", "active")),
                fields=["id"],
                name="subscriber_behind",
            ),
        ),
        # Half of each page stays free for the next version of its rows.
        migrations.RunPython(fill(50), fill(100)),
    ]
