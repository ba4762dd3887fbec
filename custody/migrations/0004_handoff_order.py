from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists of handoffs show the newest first, however many there are."""

    dependencies = [("custody", "0003_submissions")]
    operations = [
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(fields=["-offered_at"], name="handoffs_newest_first"),
        ),
    ]
