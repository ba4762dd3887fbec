from django.db import migrations, models


class Migration(migrations.Migration):
    """A suspended approval is still the one of its subcontract."""

    dependencies = [("custody", "0020_papers")]
    operations = [
        migrations.RemoveConstraint(model_name="approval", name="one_live_approval_per_hop"),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                fields=["hop"],
                condition=models.Q(state__in=["requested", "granted", "suspended"]),
                name="one_live_approval_per_hop",
            ),
        ),
    ]
