from django.db import migrations, models


class Migration(migrations.Migration):
    """What lets a person receive: vetted, trained, bound by an undertaking, and not leaving."""

    dependencies = [
        ("custody", "0028_parties_and_screening"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="leaves_on",
            field=models.DateField(
                blank=True, help_text="Last day; null: no leaving is recorded.", null=True
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="post",
            field=models.CharField(
                blank=True, default="", help_text="For which they were vetted.", max_length=100
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="trained_on",
            field=models.DateField(blank=True, help_text="Day of the last secrecy training.", null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="training_evidence",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="person",
            name="undertaking_evidence",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="person",
            name="undertaking_on",
            field=models.DateField(blank=True, help_text="Day on which they signed it.", null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="vetted_from",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="vetted_to",
            field=models.DateField(blank=True, help_text="Last day on which the vetting counts.", null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="vetting",
            field=models.CharField(blank=True, max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="vetting_evidence",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("vetted_from__isnull", True),
                    ("vetted_to__isnull", True),
                    ("vetted_to__gte", models.F("vetted_from")),
                    _connector="OR",
                ),
                name="vetting_dates_in_order",
            ),
        ),
    ]
