"""``ledger_append`` again, at about half its cost; what it does and refuses is what it was.

One draft, the usual case, no longer pays for opening and locking many streams; characters of base64 are
replaced as strings, not looked at one by one; tags are read once, and not at all where there are none.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

APPEND = """
CREATE OR REPLACE FUNCTION public.ledger_append(drafts jsonb)
RETURNS TABLE (r_id uuid, r_stream uuid, r_seq bigint, r_leaf_hash bytea, r_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  v_count integer;
  v_draft jsonb;
  v_name text;
  v_head record;
  v_sd text;
  v_tags text;
  v_different integer;
  v_leaf bytea;
BEGIN
  IF drafts IS NULL OR jsonb_typeof(drafts) <> 'array' OR jsonb_array_length(drafts) = 0 THEN
    RAISE EXCEPTION 'ledger_append needs a list of drafts' USING ERRCODE = 'HF002';
  END IF;
  v_count := jsonb_array_length(drafts);

  -- Opening comes before locking and goes by name, so that two transactions never wait in a ring. One draft
  -- has one stream: it is locked, and opened where it must be, where it is read.
  IF v_count > 1 THEN
    INSERT INTO public.ledger_stream (id, name, next_seq)
    SELECT gen_random_uuid(), n.name, 0
      FROM (SELECT DISTINCT d.value ->> 'stream' AS name FROM jsonb_array_elements(drafts) d) n
     WHERE NOT EXISTS (SELECT FROM public.ledger_stream s WHERE s.name = n.name)
     ORDER BY n.name COLLATE "C"
    ON CONFLICT (name) DO NOTHING;
    PERFORM FROM public.ledger_stream s
      WHERE s.name IN (SELECT d.value ->> 'stream' FROM jsonb_array_elements(drafts) d)
      ORDER BY s.id FOR UPDATE;
  END IF;

  FOR v_place IN 0 .. v_count - 1 LOOP
    v_draft := drafts -> v_place;
    r_id := (v_draft ->> 'id')::uuid;
    v_name := v_draft ->> 'stream';
    SELECT s.id, s.next_seq, s.head, s.last_at INTO v_head
      FROM public.ledger_stream s WHERE s.name = v_name FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO public.ledger_stream (id, name, next_seq) VALUES (gen_random_uuid(), v_name, 0)
        ON CONFLICT (name) DO NOTHING;
      SELECT s.id, s.next_seq, s.head, s.last_at INTO STRICT v_head
        FROM public.ledger_stream s WHERE s.name = v_name FOR UPDATE;
    END IF;
    r_at := greatest(clock_timestamp(), v_head.last_at);

    -- Text and digest are made here from the array of salt, name and value, so they cannot contradict it.
    -- Nested replace() instead of translate(): characters are not looked at one by one.
    WITH written AS (
      INSERT INTO public.ledger_disclosure (entry_id, name, digest, text, personal)
      SELECT r_id, x.name,
             replace(replace(replace(encode(sha256(convert_to(x.text, 'UTF8')), 'base64'), '=', ''), '+', '-'),
                     '/', '_'),
             x.text, x.personal
        FROM (SELECT r.parts::json ->> 1 AS name, r.personal,
                     replace(replace(replace(replace(encode(convert_to(r.parts, 'UTF8'), 'base64'),
                             E'\\n', ''), '=', ''), '+', '-'), '/', '_') AS text
                FROM jsonb_to_recordset(v_draft -> 'disclosures') AS r(parts text, personal boolean)
              OFFSET 0) x
      RETURNING digest
    )
    SELECT string_agg('"' || w.digest || '"', ',' ORDER BY w.digest COLLATE "C") INTO v_sd FROM written w;

    v_tags := '';
    IF jsonb_array_length(v_draft -> 'tags') > 0 THEN
      SELECT string_agg('"' || t.value || '"', ',' ORDER BY t.value COLLATE "C"), count(DISTINCT t.value)
        INTO v_tags, v_different
        FROM jsonb_array_elements_text(v_draft -> 'tags') AS t(value);
      IF v_tags !~ '^("[A-Za-z0-9_-]{21}[AQgw]"(,|$))*$' OR jsonb_array_length(v_draft -> 'tags') > 200
         OR v_different <> jsonb_array_length(v_draft -> 'tags') THEN
        RAISE EXCEPTION 'an entry has at most 200 different tags of 16 bytes' USING ERRCODE = 'HF002';
      END IF;
    END IF;

    v_leaf := convert_to(
      '{"_sd":[' || coalesce(v_sd, '') || '],"_sd_alg":"sha-256","at":"'
      || to_char(r_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","id":"' || r_id
      || '","prev":'
      || coalesce('"' || translate(rtrim(encode(v_head.head, 'base64'), '='), '+/', '-_') || '"', 'null')
      || ',"seq":' || v_head.next_seq || ',"stream":"' || v_head.id || '","tags":[' || v_tags || '],"v":1}',
      'UTF8');
    IF octet_length(v_leaf) > 65535 THEN
      RAISE EXCEPTION 'the leaf of entry % has % bytes; 65535 is the limit', r_id, octet_length(v_leaf)
        USING ERRCODE = 'HF002';
    END IF;

    r_stream := v_head.id;
    r_seq := v_head.next_seq;
    r_leaf_hash := sha256(decode('00', 'hex') || v_leaf);
    INSERT INTO public.ledger_entry (id, stream_id, seq, at, leaf, leaf_hash)
      VALUES (r_id, r_stream, r_seq, r_at, v_leaf, r_leaf_hash);
    INSERT INTO public.ledger_pending (entry_id) VALUES (r_id);
    UPDATE public.ledger_stream s SET next_seq = r_seq + 1, head = r_leaf_hash, last_at = r_at
     WHERE s.id = r_stream;
    RETURN NEXT;
  END LOOP;
END
$body$;
"""


class Migration(migrations.Migration):
    """There is no way back, as in ``0002_walls``; the grants of a function outlive its replacement."""

    dependencies: ClassVar = [("ledger", "0004_forgetting")]
    operations: ClassVar = [migrations.RunSQL(APPEND)]
