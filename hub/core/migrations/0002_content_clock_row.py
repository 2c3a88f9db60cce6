"""The one row of the clock; without it no public change could be numbered."""

from django.db import migrations


def start_clock(apps, schema_editor):
    apps.get_model("core", "ContentClock").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(start_clock, migrations.RunPython.noop)]
