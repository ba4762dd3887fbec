import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How an item is classified, what it was made from, and when its level was reviewed."""

    dependencies = [
        ("custody", "0019_need_to_know"),
    ]

    operations = [
        migrations.AddField(
            model_name="item",
            name="basis",
            field=models.CharField(
                blank=True, default="", help_text="Document or list item that classifies it.", max_length=300
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="basis_kind",
            field=models.CharField(blank=True, help_text="Null: not known.", max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="certificate_authority",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="item",
            name="certificate_number",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Of the certificate by which it was processed.",
                max_length=100,
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="certificate_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="classified_by",
            field=models.ForeignKey(
                blank=True,
                help_text="Null: not known.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items_classified",
                to="custody.party",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="issued_on",
            field=models.DateField(blank=True, help_text="From which its period runs.", null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="marking",
            field=models.CharField(blank=True, help_text="Null: not known.", max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="marking_how",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="item",
            name="release_condition",
            field=models.CharField(
                blank=True,
                default="",
                help_text="What ends its classification, if no day does.",
                max_length=300,
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="review_outcome",
            field=models.CharField(blank=True, max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="reviewed_on",
            field=models.DateField(blank=True, help_text="When its level was reviewed last.", null=True),
        ),
        migrations.AddField(
            model_name="item",
            name="sources",
            field=models.JSONField(
                blank=True,
                help_text="Ids of the items of its project that it was made from; empty: from none; null: not known.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="until",
            field=models.DateField(blank=True, help_text="Last day of its period.", null=True),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until__isnull", True),
                    ("issued_on__isnull", True),
                    ("until__gte", models.F("issued_on")),
                    _connector="OR",
                ),
                name="item_period_in_order",
            ),
        ),
    ]
