"""A content file remembers what it said, not the revision that its load made: after a merge the two differ."""

from django.db import migrations, models


def copy_payloads(apps, schema_editor):
    ContentFile = apps.get_model("core", "ContentFile")
    for file in ContentFile.objects.exclude(revision=None).select_related("revision").iterator():
        ContentFile.objects.filter(pk=file.pk).update(
            payload=file.revision.payload, schema=file.revision.schema
        )


class Migration(migrations.Migration):
    dependencies = [("core", "0003_twins")]
    operations = [
        migrations.AddField(
            model_name="contentfile",
            name="payload",
            field=models.JSONField(default=dict, help_text="What the file said: base of the next merge."),
        ),
        migrations.AddField(
            model_name="contentfile",
            name="schema",
            field=models.PositiveSmallIntegerField(default=1, help_text="Number of the payload's shape."),
        ),
        migrations.RunPython(copy_payloads, migrations.RunPython.noop),
        migrations.RemoveField(model_name="contentfile", name="revision"),
    ]
