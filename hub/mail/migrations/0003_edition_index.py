"""One large index less: the unique one, with the hash first, also finds what is owed to one recipient.

Both old ones held every hash, in no order that a fan-out could follow: more than half of the time of its
insert. What is left to find by stream and slot alone is an edition, whose equal keys PostgreSQL stores once.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_delivery_report")]

    operations = [
        migrations.RemoveConstraint(model_name="delivery", name="delivery_owed_once"),
        migrations.RemoveIndex(model_name="delivery", name="delivery_by_recipient"),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["stream", "slot"], name="delivery_of_edition"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("recipient_hash", "stream", "slot"), name="delivery_owed_once"
            ),
        ),
    ]
