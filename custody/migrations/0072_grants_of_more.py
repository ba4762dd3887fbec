import django.db.models.deletion
from django.db import migrations, models

_BY_PROJECT = """
CREATE VIEW custody_access AS
SELECT r.id, r.person_id, r.party_id, r.role, NULL::uuid AS project_id, r.starts, r.ends, r.ended_at,
  coalesce((SELECT c.corrects FROM custody_correction c WHERE c.noun = 'membership' AND c.object = r.id
    ORDER BY c.created_at, c.id LIMIT 1), r.entry) AS given, r.entry, r.created_at
FROM custody_membership r
UNION ALL
SELECT g.id, g.person_id, NULL, NULL, g.project_id, g.starts, g.ends, g.ended_at,
  coalesce((SELECT c.corrects FROM custody_correction c WHERE c.noun = 'grant' AND c.object = g.id
    ORDER BY c.created_at, c.id LIMIT 1), g.entry) AS given, g.entry, g.created_at
FROM custody_grant g
"""
_OF_MORE = _BY_PROJECT.replace(
    "NULL::uuid AS project_id,", "NULL::uuid AS project_id, NULL::uuid AS owner_id, ''::varchar AS region,"
).replace("NULL, g.project_id,", "NULL, g.project_id, g.party_id, g.region,")
_CODE = "^[A-Z]{2}-[A-Z0-9]{1,3}$"


class Migration(migrations.Migration):
    """Leave to read all of a party, or all that is done in a region; a project says where it is done."""

    dependencies = [
        ("custody", "0071_objections"),
    ]

    operations = [
        migrations.RunSQL("DROP VIEW custody_access", _BY_PROJECT),
        migrations.AddField(
            model_name="project",
            name="region",
            field=models.CharField(
                blank=True,
                default="",
                help_text="ISO 3166-2 code of where it is done; empty: not recorded.",
                max_length=6,
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("region", ""), ("region__regex", _CODE), _connector="OR"),
                name="project_region_is_iso",
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="party",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grants",
                to="custody.party",
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="region",
            field=models.CharField(blank=True, default="", help_text="ISO 3166-2 code.", max_length=6),
        ),
        migrations.AlterField(
            model_name="grant",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grants",
                to="custody.project",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("party__isnull", True), ("project__isnull", False), ("region", "")),
                    models.Q(("party__isnull", False), ("project__isnull", True), ("region", "")),
                    models.Q(("party__isnull", True), ("project__isnull", True), ("region__regex", _CODE)),
                    _connector="OR",
                ),
                name="grant_of_one_thing",
            ),
        ),
        migrations.RunSQL(_OF_MORE, "DROP VIEW custody_access"),
    ]
