from django.db import migrations, models


class Migration(migrations.Migration):
    """Whose word the time of a report's seal is."""

    dependencies = [
        ("custody", "0073_keys_of_a_party"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="seal_time",
            field=models.CharField(default="unit", max_length=32),
        ),
        migrations.AddField(
            model_name="report",
            name="stamped_by",
            field=models.CharField(blank=True, help_text="Name of the time authority.", max_length=120),
        ),
        migrations.AddField(
            model_name="report",
            name="stamped_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
