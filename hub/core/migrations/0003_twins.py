"""A relation of a new type: twins, the same thing done in another language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_content_clock_row")]
    operations = [
        migrations.AlterField(
            model_name="relation",
            name="type",
            field=models.CharField(
                choices=[
                    ("explains", "Explains"),
                    ("causes", "Causes"),
                    ("fixes", "Fixes"),
                    ("uses", "Uses"),
                    ("prerequisite", "Needs first"),
                    ("follow_up", "Follow-up"),
                    ("twin", "Twin"),
                ],
                max_length=12,
            ),
        )
    ]
