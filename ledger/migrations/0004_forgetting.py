"""An erasure reaches the journal too: a row for each entry whose journal file still has the erased text.

``ledger_erase`` puts the entry into the queue in the transaction of the erasure, the sealer takes it out once
the journal file was written again without the text. A kill between the two leaves the row.
"""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

WALLS = """
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR TRUNCATE ON public.ledger_forgetting
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
ALTER TABLE public.ledger_forgetting ENABLE ALWAYS TRIGGER ledger_append_only;

CREATE OR REPLACE FUNCTION public.ledger_erase(entry uuid, names text[], erased_by uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  v_count integer;
BEGIN
  UPDATE public.ledger_disclosure d SET text = NULL, erased_by = ledger_erase.erased_by
   WHERE d.entry_id = ledger_erase.entry AND d.name = ANY (ledger_erase.names) AND d.text IS NOT NULL;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  IF v_count > 0 THEN
    INSERT INTO public.ledger_forgetting (entry_id) VALUES (ledger_erase.entry) ON CONFLICT DO NOTHING;
  END IF;
  RETURN v_count;
END
$body$;

REVOKE ALL ON public.ledger_forgetting
  FROM PUBLIC, holdfast_app, holdfast_sealer, holdfast_reader, holdfast_eraser;
GRANT SELECT ON public.ledger_forgetting TO holdfast_app, holdfast_sealer, holdfast_reader, holdfast_eraser;
GRANT DELETE ON public.ledger_forgetting TO holdfast_sealer;

-- Erasures of before reached the database alone.
INSERT INTO public.ledger_forgetting (entry_id)
  SELECT DISTINCT d.entry_id FROM public.ledger_disclosure d WHERE d.text IS NULL;
"""


class Migration(migrations.Migration):
    """There is no way back: what was erased must stay erased in the journal."""

    dependencies: ClassVar = [("ledger", "0003_witnessed")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Forgetting",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="forgetting",
                        serialize=False,
                        to="ledger.entry",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(WALLS),
    ]
