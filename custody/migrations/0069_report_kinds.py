from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("custody", "0068_random_samples"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="kind",
            field=models.CharField(default="project", max_length=32),
        ),
        migrations.AddField(
            model_name="report",
            name="subject",
            field=models.JSONField(
                blank=True, default=dict, help_text="What it is about, as its entry says it."
            ),
        ),
    ]
