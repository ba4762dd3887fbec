from importlib import import_module

from django.db import migrations, models

_BEFORE = import_module("custody.migrations.0050_without_paper")._VIEW.replace(
    "CREATE VIEW", "CREATE OR REPLACE VIEW"
)
# So that a question about one party reads the handoffs of that party alone.
_OPEN = _BEFORE.replace("taken AS (", "taken AS NOT MATERIALIZED (")
_PAPER = """
UNION ALL
(SELECT DISTINCT ON (t.id, f ->> 'code') md5(concat_ws(':', 'paper', t.id, f ->> 'code'))::uuid, t.id,
  t.project_id, t.party_id, t.hop_id, NULL::uuid, t.at, t.at, 'paper', f ->> 'code', f, d.entry,
  ARRAY[s.entered_by_id], NULL::date
FROM taken t
  JOIN custody_paperhandoff s ON s.handoff_id = t.id AND s.state <> 'in_order'
  JOIN custody_handoff h ON h.id = t.id
  JOIN custody_decision d ON d.entry IN (h.offer_entry, h.answer_entry)
  CROSS JOIN LATERAL jsonb_array_elements(d.findings) f
WHERE f ->> 'outcome' = 'block' OR (f ->> 'outcome' = 'cannot_tell' AND f ->> 'severity' = 'block')
ORDER BY t.id, f ->> 'code', d.created_at)
"""


class Migration(migrations.Migration):
    """What was handed over on paper though a rule barred it was received without valid paper too."""

    dependencies = [
        ("custody", "0051_copy_permits"),
    ]

    operations = [
        migrations.RunSQL(_OPEN + _PAPER, _BEFORE),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                condition=models.Q(findings__contains=[{"outcome": "overridden"}]),
                fields=["entry"],
                name="decisions_overridden",
            ),
        ),
    ]
