import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the work of a subcontract is and who performs it; what a party states of itself."""

    dependencies = [
        ("custody", "0023_conditions_and_delegations"),
    ]

    operations = [
        migrations.AddField(
            model_name="hop",
            name="business",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                help_text="What of the regime's list of secret businesses the work is; empty: none; null: not known.",
                null=True,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="hop",
            name="performer",
            field=models.ForeignKey(
                blank=True,
                help_text="Who performs the work: the receiving party itself, or another; null: not known.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="custody.party",
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="established_on",
            field=models.DateField(blank=True, help_text="Null: not known.", null=True),
        ),
        migrations.AddField(
            model_name="party",
            name="conditions_on",
            field=models.DateField(
                blank=True,
                help_text="Day of its last statement on the conditions of a contractor.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="clean_record",
            field=models.BooleanField(
                help_text="No leak and no conviction in the year before the statement; null: not stated.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="prc_staff",
            field=models.BooleanField(
                help_text="All staff who do secret work are PRC nationals; null: not stated.", null=True
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="conditions_evidence",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.AddField(
            model_name="party",
            name="inspected_on",
            field=models.DateField(
                blank=True,
                help_text="Day of its last yearly self-inspection; null: none is recorded.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="inspection_evidence",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
    ]
