"""The walls of the ledger inside PostgreSQL: the one way in, and the refusal of every other.

* ``ledger_append(jsonb)`` is the only writer of entries. It runs as the owner (SECURITY DEFINER) with a
  pinned search path; the application may EXECUTE it and SELECT, no more.
* ``ENABLE ALWAYS`` triggers refuse UPDATE, DELETE and TRUNCATE on append-only tables, also in replica mode
  and also to the owner. Whoever may drop a trigger can still do so: against that stand the signed tree, its
  mark outside the database, monitors and witnesses.
* ``ledger_erase`` empties personal disclosures, and only beside the entry that records it.

The text here is history: a later change of a function is a later migration.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

ROLES_EXIST = """
DO $body$
DECLARE
  missing text;
BEGIN
  SELECT string_agg(r.name, ', ' ORDER BY r.name) INTO missing
    FROM unnest(ARRAY['holdfast_app', 'holdfast_sealer', 'holdfast_reader', 'holdfast_eraser']) AS r(name)
   WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles p WHERE p.rolname = r.name);
  IF missing IS NOT NULL THEN
    RAISE EXCEPTION 'The database roles % do not exist.', missing
      USING HINT = 'Create them as docs/operating.md says, then migrate again.';
  END IF;
END
$body$;
"""

APPEND_ONLY = """
CREATE FUNCTION public.ledger_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'HF001';
END
$body$;

CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_logindex
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER ledger_append_only BEFORE DELETE OR TRUNCATE ON public.ledger_disclosure
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER ledger_append_only BEFORE DELETE OR TRUNCATE ON public.ledger_stream
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER ledger_append_only BEFORE DELETE OR TRUNCATE ON public.ledger_logstate
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR TRUNCATE ON public.ledger_pending
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_refuse();

ALTER TABLE public.ledger_entry ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE public.ledger_logindex ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE public.ledger_checkpoint ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE public.ledger_disclosure ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE public.ledger_stream ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE public.ledger_logstate ENABLE ALWAYS TRIGGER ledger_append_only;
ALTER TABLE public.ledger_pending ENABLE ALWAYS TRIGGER ledger_append_only;
"""

ONLY_FORWARD = """
CREATE FUNCTION public.ledger_only_forward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_TABLE_NAME = 'ledger_stream' THEN
    IF NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.next_seq <= OLD.next_seq
       OR NEW.last_at < OLD.last_at THEN
      RAISE EXCEPTION 'the head of a stream only moves forward' USING ERRCODE = 'HF001';
    END IF;
  ELSIF NEW.size < OLD.size OR NEW.epoch < OLD.epoch OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
        OR NEW.origin IS DISTINCT FROM coalesce(OLD.origin, NEW.origin) THEN
    RAISE EXCEPTION 'the log only moves forward, and its origin is set once' USING ERRCODE = 'HF001';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER ledger_only_forward BEFORE UPDATE ON public.ledger_stream
  FOR EACH ROW EXECUTE FUNCTION public.ledger_only_forward();
CREATE TRIGGER ledger_only_forward BEFORE UPDATE ON public.ledger_logstate
  FOR EACH ROW EXECUTE FUNCTION public.ledger_only_forward();
ALTER TABLE public.ledger_stream ENABLE ALWAYS TRIGGER ledger_only_forward;
ALTER TABLE public.ledger_logstate ENABLE ALWAYS TRIGGER ledger_only_forward;
"""

# A row that we can see and whose transaction is still in progress was written by our own transaction: that is
# how the trigger knows that the erasure entry and the erasure commit together or not at all.
ERASURE = """
CREATE FUNCTION public.ledger_only_erasure() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  v_writer xid;
BEGIN
  IF NEW.entry_id <> OLD.entry_id OR NEW.name <> OLD.name OR NEW.digest <> OLD.digest
     OR NEW.personal <> OLD.personal OR NOT OLD.personal OR OLD.text IS NULL OR NEW.text IS NOT NULL
     OR NEW.erased_by IS NULL THEN
    RAISE EXCEPTION 'a disclosure changes only by erasing a personal text' USING ERRCODE = 'HF001';
  END IF;
  SELECT e.xmin INTO v_writer FROM public.ledger_entry e WHERE e.id = NEW.erased_by;
  IF v_writer IS NULL OR pg_xact_status(
       ((((pg_current_xact_id()::text::bigint >> 32) << 32) | v_writer::text::bigint)::text)::xid8
     ) <> 'in progress' THEN
    RAISE EXCEPTION 'an erasure needs its own entry in the same transaction' USING ERRCODE = 'HF001';
  END IF;
  RETURN NEW;
END
$body$;

CREATE TRIGGER ledger_only_erasure BEFORE UPDATE ON public.ledger_disclosure
  FOR EACH ROW EXECUTE FUNCTION public.ledger_only_erasure();
ALTER TABLE public.ledger_disclosure ENABLE ALWAYS TRIGGER ledger_only_erasure;

CREATE FUNCTION public.ledger_erase(entry uuid, names text[], erased_by uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  v_count integer;
BEGIN
  UPDATE public.ledger_disclosure d SET text = NULL, erased_by = ledger_erase.erased_by
   WHERE d.entry_id = ledger_erase.entry AND d.name = ANY (ledger_erase.names) AND d.text IS NOT NULL;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END
$body$;
"""

# The leaf is RFC 8785 JSON. Its layout is fixed and every value in it is plain ASCII without a character that
# JSON escapes, so joining strings in key order gives the canonical form; ledger.tlog.leaf is the second path.
APPEND = """
CREATE FUNCTION public.ledger_append(drafts jsonb)
RETURNS TABLE (r_id uuid, r_stream uuid, r_seq bigint, r_leaf_hash bytea, r_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  v_draft record;
  v_head record;
  v_sd text;
  v_tags text;
  v_leaf bytea;
BEGIN
  IF drafts IS NULL OR jsonb_typeof(drafts) <> 'array' OR jsonb_array_length(drafts) = 0 THEN
    RAISE EXCEPTION 'ledger_append needs a list of drafts' USING ERRCODE = 'HF002';
  END IF;

  -- Opening comes before locking and goes by name, so that two transactions never wait in a ring.
  INSERT INTO public.ledger_stream (id, name, next_seq)
  SELECT gen_random_uuid(), n.name, 0
    FROM (SELECT DISTINCT d.value ->> 'stream' AS name FROM jsonb_array_elements(drafts) d) n
   WHERE NOT EXISTS (SELECT FROM public.ledger_stream s WHERE s.name = n.name)
   ORDER BY n.name COLLATE "C"
  ON CONFLICT (name) DO NOTHING;
  PERFORM FROM public.ledger_stream s
    WHERE s.name IN (SELECT d.value ->> 'stream' FROM jsonb_array_elements(drafts) d)
    ORDER BY s.id FOR UPDATE;

  FOR v_draft IN
    SELECT (d.value ->> 'id')::uuid AS id, d.value ->> 'stream' AS stream,
           d.value -> 'tags' AS tags, d.value -> 'disclosures' AS disclosures
      FROM jsonb_array_elements(drafts) WITH ORDINALITY AS d(value, place) ORDER BY d.place
  LOOP
    SELECT s.id, s.next_seq, s.head, greatest(clock_timestamp(), s.last_at) AS at INTO STRICT v_head
      FROM public.ledger_stream s WHERE s.name = v_draft.stream;

    -- Text and digest are made here from the array of salt, name and value, so they cannot contradict it.
    WITH written AS (
      INSERT INTO public.ledger_disclosure (entry_id, name, digest, text, personal)
      SELECT v_draft.id, x.name, translate(rtrim(encode(sha256(x.text::bytea), 'base64'), '='), '+/', '-_'),
             x.text, x.personal
        FROM (SELECT r.parts::json ->> 1 AS name, r.personal,
                     translate(rtrim(encode(convert_to(r.parts, 'UTF8'), 'base64'), E'=\\n'), E'+/\\n', '-_')
                       AS text
                FROM jsonb_to_recordset(v_draft.disclosures) AS r(parts text, personal boolean)) x
      RETURNING digest
    )
    SELECT string_agg('"' || w.digest || '"', ',' ORDER BY w.digest COLLATE "C") INTO v_sd FROM written w;

    SELECT coalesce(string_agg('"' || t.value || '"', ',' ORDER BY t.value COLLATE "C"), '') INTO v_tags
      FROM jsonb_array_elements_text(v_draft.tags) AS t(value);
    IF v_tags !~ '^("[A-Za-z0-9_-]{21}[AQgw]"(,|$))*$' OR jsonb_array_length(v_draft.tags) > 200
       OR (SELECT count(DISTINCT t.value) FROM jsonb_array_elements_text(v_draft.tags) AS t(value))
          <> jsonb_array_length(v_draft.tags) THEN
      RAISE EXCEPTION 'an entry has at most 200 different tags of 16 bytes' USING ERRCODE = 'HF002';
    END IF;

    v_leaf := convert_to(
      '{"_sd":[' || coalesce(v_sd, '') || '],"_sd_alg":"sha-256","at":"'
      || to_char(v_head.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","id":"' || v_draft.id
      || '","prev":'
      || coalesce('"' || translate(rtrim(encode(v_head.head, 'base64'), '='), '+/', '-_') || '"', 'null')
      || ',"seq":' || v_head.next_seq || ',"stream":"' || v_head.id || '","tags":[' || v_tags || '],"v":1}',
      'UTF8');
    IF octet_length(v_leaf) > 65535 THEN
      RAISE EXCEPTION 'the leaf of entry % has % bytes; 65535 is the limit', v_draft.id, octet_length(v_leaf)
        USING ERRCODE = 'HF002';
    END IF;

    r_id := v_draft.id;
    r_stream := v_head.id;
    r_seq := v_head.next_seq;
    r_leaf_hash := sha256(decode('00', 'hex') || v_leaf);
    r_at := v_head.at;
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

ORIGIN = """
INSERT INTO public.ledger_logstate (id, size, root, edge, epoch)
  VALUES (1, 0, sha256(''::bytea), ''::bytea, 0);

CREATE FUNCTION public.ledger_set_origin(origin text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  v_origin text;
BEGIN
  IF ledger_set_origin.origin !~ '^[!-*,-~]+$' THEN
    RAISE EXCEPTION 'an origin is printable ASCII without space and plus sign' USING ERRCODE = 'HF002';
  END IF;
  UPDATE public.ledger_logstate s SET origin = ledger_set_origin.origin WHERE s.id = 1 AND s.origin IS NULL;
  SELECT s.origin INTO STRICT v_origin FROM public.ledger_logstate s WHERE s.id = 1;
  RETURN v_origin;
END
$body$;
"""

GRANTS = """
REVOKE ALL ON public.ledger_stream, public.ledger_entry, public.ledger_disclosure, public.ledger_pending,
  public.ledger_logindex, public.ledger_logstate, public.ledger_checkpoint
  FROM PUBLIC, holdfast_app, holdfast_sealer, holdfast_reader, holdfast_eraser;
REVOKE ALL ON FUNCTION public.ledger_refuse(), public.ledger_only_forward(), public.ledger_only_erasure(),
  public.ledger_append(jsonb), public.ledger_set_origin(text), public.ledger_erase(uuid, text[], uuid)
  FROM PUBLIC, holdfast_app, holdfast_sealer, holdfast_reader, holdfast_eraser;

GRANT SELECT ON public.ledger_stream, public.ledger_entry, public.ledger_disclosure, public.ledger_pending,
  public.ledger_logindex, public.ledger_logstate, public.ledger_checkpoint
  TO holdfast_app, holdfast_sealer, holdfast_eraser;
GRANT SELECT ON public.ledger_stream, public.ledger_entry, public.ledger_pending,
  public.ledger_logindex, public.ledger_logstate, public.ledger_checkpoint
  TO holdfast_reader;
GRANT EXECUTE ON FUNCTION public.ledger_append(jsonb) TO holdfast_app, holdfast_eraser;
GRANT EXECUTE ON FUNCTION public.ledger_set_origin(text) TO holdfast_app;
GRANT EXECUTE ON FUNCTION public.ledger_erase(uuid, text[], uuid) TO holdfast_eraser;

GRANT INSERT ON public.ledger_logindex, public.ledger_checkpoint TO holdfast_sealer;
GRANT DELETE ON public.ledger_pending TO holdfast_sealer;
GRANT UPDATE (size, root, edge, epoch, frozen) ON public.ledger_logstate TO holdfast_sealer;
REVOKE ALL ON SEQUENCE public.ledger_pending_position_seq
  FROM PUBLIC, holdfast_app, holdfast_sealer, holdfast_reader, holdfast_eraser;
"""


class Migration(migrations.Migration):
    """There is no way back: a ledger without walls is not a ledger."""

    dependencies: ClassVar = [("ledger", "0001_tables")]
    operations: ClassVar = [
        migrations.RunSQL(sql)
        for sql in (ROLES_EXIST, APPEND_ONLY, ONLY_FORWARD, ERASURE, APPEND, ORIGIN, GRANTS)
    ]
