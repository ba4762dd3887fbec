"""The one query behind :func:`custody.gather.facts`: each row a group of facts in its stored form.

The members are those of the dataclasses in :mod:`custody.policy.facts`, which check them on the way in: days
and ids become text, decimals are made text here, an empty code is "not known". One statement reads one
moment, and an act asks it after taking its locks.
"""

from __future__ import annotations

from custody import hoard
from custody.asked import NOT_BACK, OF_HOLDER
from custody.silence import last_event
from custody.stock import counted_on, held_since

CLOSURE = """
start(id) AS (
  SELECT unnest(%(parties)s::uuid[])
  UNION
  SELECT unnest(ARRAY[h.from_party_id, h.to_party_id]) FROM custody_hop h WHERE h.id = ANY(%(hops)s::uuid[])
), up(id) AS (
  SELECT id FROM start
  UNION
  SELECT h.payer_id FROM custody_hop h WHERE h.id = ANY(%(hops)s::uuid[]) AND h.payer_id IS NOT NULL
  UNION
  SELECT c.controller_id FROM custody_partycontrol c JOIN up ON c.party_id = up.id
  WHERE c.ends IS NULL OR c.ends >= %(today)s
)
"""
"""Parties, those of hops, who pays for these, all who own or control them today, and so on up."""

# Whatever else was to be passed on under a parent of the path, or at the root, but for what came to nothing.
# The parents come first and apart: each is looked up once, however few rows PostgreSQL believes there are.
_SIBLING = """
parent(id) AS MATERIALIZED (
  SELECT h.parent_id FROM custody_hop h WHERE h.id = ANY(%(hops)s::uuid[])
  UNION
  SELECT %(new_parent)s::uuid WHERE %(new)s
), sibling AS MATERIALIZED (
  SELECT s.id, s.parent_id FROM (
    SELECT c.id, c.parent_id, c.project_id, c.state
    FROM parent JOIN custody_hop c ON c.parent_id = parent.id
    UNION ALL
    SELECT c.id, c.parent_id, c.project_id, c.state FROM custody_hop c
    WHERE c.project_id = %(project)s AND c.parent_id IS NULL AND EXISTS (SELECT FROM parent WHERE id IS NULL)
  ) s
  WHERE %(add_up)s AND s.project_id = %(project)s AND s.state NOT IN ('rejected', 'withdrawn')
)
"""
# The approval that counts of each hop: granted, else open, else the latest.
_CHOSEN = """
chosen AS (
  SELECT DISTINCT ON (hop_id) id, hop_id, state, subject_sha256, level, starts, ends, requested_by_id, needed,
    decided_at, entry
  FROM custody_approval
  WHERE hop_id IN (SELECT unnest(%(asked)s::uuid[]) UNION ALL SELECT id FROM sibling)
  ORDER BY hop_id, CASE state WHEN 'granted' THEN 0 WHEN 'requested' THEN 1 ELSE 2 END, created_at DESC
), approved AS (
  SELECT DISTINCT ON (hop_id) hop_id, subject FROM custody_approval
  WHERE hop_id = ANY(%(hops)s::uuid[]) AND (state IN ('granted', 'suspended', 'revoked')
    OR state = 'superseded' AND decided_at IS NOT NULL)
  ORDER BY hop_id, created_at DESC
), voted AS (
  SELECT v.id, v.approval_id, v.person_id, v.choice, v.entry, d.delegator_id AS behalf
  FROM custody_vote v LEFT JOIN custody_delegation d ON d.id = v.delegation_id
  WHERE v.approval_id IN (SELECT id FROM chosen WHERE hop_id = ANY(%(asked)s::uuid[]))
), member AS (
  SELECT id, person_id, party_id, role FROM custody_membership
  WHERE (person_id = ANY(%(persons)s::uuid[]) OR person_id IN (
      SELECT unnest(ARRAY[person_id, behalf]) FROM voted))
    AND starts <= %(today)s AND (ends IS NULL OR ends >= %(today)s) AND ended_at IS NULL
)
"""
# The items concerned, and all that they were made from; UNION ends a circle.
_LINEAGE = """
stock(id) AS (
  SELECT unnest(%(items)s::uuid[])
  UNION
  SELECT c.item_id FROM custody_copy c WHERE c.id = ANY(%(copies)s::uuid[])
), lineage(id) AS (
  SELECT id FROM stock
  UNION
  SELECT s.id::uuid FROM lineage l JOIN custody_item i ON i.id = l.id
    CROSS JOIN LATERAL jsonb_array_elements_text(
      CASE jsonb_typeof(i.sources) WHEN 'array' THEN i.sources END) AS s(id)
)
"""
_ITEM = """
SELECT 'item:' || i.id, jsonb_build_object(
  'id', i.id, 'level', i.level, 'basis_kind', i.basis_kind, 'has_basis', btrim(i.basis) <> '',
  'classified_by', i.classified_by_id, 'issued_on', i.issued_on, 'until', i.until,
  'has_release_condition', btrim(i.release_condition) <> '', 'marking', i.marking, 'sources', i.sources,
  'certificate_on', i.certificate_on, 'registered_on', (i.created_at AT TIME ZONE %(zone)s)::date,
  'reviewed_on', i.reviewed_on, 'review_outcome', i.review_outcome, 'entry', i.entry,
  'numbered', (SELECT coalesce(max(c.number), 0) FROM custody_copy c WHERE c.item_id = i.id),
  'area_km2', i.area_km2::text, 'with_parties', coalesce((
    SELECT jsonb_agg(DISTINCT c.custodian_party_id ORDER BY c.custodian_party_id) FROM custody_copy c
    WHERE c.item_id = i.id AND c.custodian_party_id = ANY(%(receivers)s::uuid[]) AND c.state <> 'destroyed'),
    '[]'))
FROM custody_item i WHERE i.id IN (SELECT id FROM lineage)
"""
# What receivers of handoffs hold past its day, of each: as HandoffCopyQuerySet.open; and what was asked back
# from them and has not come by its day.
_LATE = f"""
late AS (
  SELECT r.id AS party_id, count(DISTINCT o.copy_id) AS copies, min(o.due) AS since
  FROM unnest(%(receivers)s::uuid[]) AS r(id)
    LEFT JOIN LATERAL (
      SELECT l.copy_id, h.due_back AS due FROM custody_handoff h
        JOIN custody_handoffcopy l ON l.handoff_id = h.id
        JOIN custody_copy c ON c.id = l.copy_id AND c.custodian_party_id = h.receiver_party_id
          AND c.state <> 'destroyed'
      WHERE h.receiver_party_id = r.id AND h.due_back < %(today)s
        AND h.state IN ('accepted', 'accepted_in_part')
        AND NOT EXISTS (
          SELECT FROM custody_discrepancy d WHERE d.handoff_id = h.id AND d.copy_id = l.copy_id)
        AND NOT EXISTS (
          SELECT FROM custody_handoffcopy n JOIN custody_handoff x ON x.id = n.handoff_id
          WHERE n.copy_id = l.copy_id AND x.answered_at > h.answered_at
            AND x.state IN ('accepted', 'accepted_in_part') AND (
              (x.receiver_party_id = h.sender_party_id AND x.sender_party_id = h.receiver_party_id
                AND x.leg IS DISTINCT FROM 'inspection')
              OR (x.receiver_party_id = h.receiver_party_id
                AND (x.leg IS NULL OR x.leg NOT IN ('inspection', 'internal', 'return'))))
            AND NOT EXISTS (
              SELECT FROM custody_discrepancy d WHERE d.handoff_id = x.id AND d.copy_id = n.copy_id))
      UNION ALL
      SELECT c.id, q.due {NOT_BACK} {OF_HOLDER.format(party="r.id")} AND q.due < %(today)s
    ) o ON true
  GROUP BY r.id
)
"""  # noqa: S608 - columns of our own
# What receivers of handoffs hold of the project, when they counted it last, which differences are open, and
# what it comes to together where the regime adds that up.
_STOCK = f"""
stock_of AS (
  SELECT r.id AS party_id, here.holds, open.n, open.since, heap.items, heap.km2, heap.without,
    {counted_on("r.id", "%(project)s")} AS counted_on,
    CASE WHEN here.holds THEN ({held_since("r.id", "%(project)s")} AT TIME ZONE %(zone)s)::date END
      AS held_since
  FROM unnest(%(receivers)s::uuid[]) AS r(id)
    CROSS JOIN LATERAL (SELECT EXISTS (
      SELECT FROM custody_copy c JOIN custody_item i ON i.id = c.item_id
      WHERE c.custodian_party_id = r.id AND i.project_id = %(project)s AND c.state <> 'destroyed'
    ) AS holds) here
    CROSS JOIN LATERAL (
      SELECT count(*) AS n, min(s.closed_on) AS since
      FROM custody_stocktake s JOIN custody_stocktakeline l ON l.stocktake_id = s.id
      WHERE s.party_id = r.id AND l.difference = 'open') open
    CROSS JOIN LATERAL (
      SELECT count(*) AS items, sum(i.area_km2) AS km2, count(*) - count(i.area_km2) AS without
      FROM custody_item i
      WHERE i.project_id = %(project)s AND i.level = ANY(%(added_up)s::text[]) AND EXISTS (
        SELECT FROM custody_copy c
        WHERE c.item_id = i.id AND c.custodian_party_id = r.id AND c.state <> 'destroyed')) heap
)
"""  # noqa: S608 - columns of our own
# The sources of barred parties of which a list is kept whose lines are there: as actions.screening.newest.
_LISTS = """
kept_list AS (
  SELECT DISTINCT ON (l.source) l.source FROM custody_barredlist l
  WHERE l.rows = 0 OR EXISTS (SELECT FROM custody_barredentry e WHERE e.list_id = l.id)
  ORDER BY l.source
)
"""
_SYSTEM = """
SELECT CASE WHEN s.is_installation THEN 'installation' ELSE 'system:' || s.id END, jsonb_build_object(
  'id', s.id, 'kind', s.kind, 'owner_party', s.owner_party_id, 'level', s.levels -> %(family)s,
  'network', s.network, 'state', s.state, 'tested_on', s.tested_on, 'is_installation', s.is_installation,
  'inventory_number', s.inventory_number, 'country', nullif(s.country, ''),
  'provision', nullif(s.provision, 'unknown'), 'entry', s.entry)
FROM custody_system s WHERE s.is_installation OR s.id = ANY(%(systems)s::uuid[])
"""
_PARTY = """
SELECT 'party:' || p.id, jsonb_build_object(
  'id', p.id, 'kind', p.kind, 'state', p.state, 'country', nullif(p.country, ''),
  'controllers', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'party', c.controller_id, 'kind', c.kind, 'share', c.share::text, 'entry', c.entry) ORDER BY c.id)
    FROM custody_partycontrol c
    WHERE c.party_id = p.id AND (c.ends IS NULL OR c.ends >= %(today)s)), '[]'),
  'qualifications', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'id', q.id, 'type', q.type, 'grade', nullif(q.grade, ''), 'categories', q.categories,
      'valid_from', q.valid_from, 'valid_to', q.valid_to, 'state', q.state,
      'recorded_by', q.recorded_by_id, 'verified_by', q.verified_by_id, 'verified_on', q.verified_on,
      'entry', q.entry) ORDER BY q.id)
    FROM custody_qualification q WHERE q.party_id = p.id), '[]'),
  'established_on', p.established_on, 'conditions_on', p.conditions_on, 'clean_record', p.clean_record,
  'prc_staff', p.prc_staff, 'inspected_on', p.inspected_on, 'entry', p.entry,
  'overdue', o.copies, 'overdue_since', o.since,
  'held_by', coalesce((
    SELECT jsonb_agg(DISTINCT x.incident_id ORDER BY x.incident_id) FROM custody_incidenthold x
    WHERE x.project_id = %(project)s AND x.party_id = p.id AND x.release_entry IS NULL), '[]'),
  'incidents_late', (
    SELECT count(*) FROM custody_incident n
    WHERE n.project_id = %(project)s AND (n.party_id = p.id OR n.reported_for_id = p.id)
      AND n.notify_by < now()),
  'holds', k.holds, 'held_since', k.held_since,
  'counted_on', k.counted_on, 'differences', k.n, 'differences_since', k.since,
  'heap', CASE WHEN cardinality(%(added_up)s::text[]) > 0 THEN k.items END, 'heap_km2', k.km2::text,
  'heap_without_area', CASE WHEN cardinality(%(added_up)s::text[]) > 0 THEN k.without END,
  'lists', held.lists, 'unscreened', held.never,
  'screened_on', (held.screened AT TIME ZONE %(zone)s)::date,
  'listed_on', (held.listed AT TIME ZONE %(zone)s)::date,
  'hits_open', (SELECT count(*) FROM custody_screeninghit x WHERE x.party_id = p.id AND x.state = 'open'))
FROM custody_party p LEFT JOIN late o ON o.party_id = p.id LEFT JOIN stock_of k ON k.party_id = p.id
  CROSS JOIN LATERAL (
    SELECT count(*) AS lists, count(*) FILTER (WHERE s.id IS NULL) AS never, min(s.screened_at) AS screened,
      min(b.created_at) AS listed
    FROM kept_list t LEFT JOIN custody_screening s ON s.source = t.source AND s.party_id = p.id
      LEFT JOIN custody_barredlist b ON b.id = s.barred_list_id) held
WHERE p.id IN (SELECT id FROM up)
"""
# Amounts are compared as numbers of the table (20 and 20.00 are one), all else as it stands in the subject.
_TERMS = (
    "scope",
    "level",
    "categories",
    "starts",
    "ends",
    "currency",
    "keeps_core",
    "client_consent",
    "awarded_on",
    "payer_country",
    "payment",
)
_NUMBERS = ("share", "amount")
_PLACES = {
    "parent": "parent_id",
    "from_party": "from_party_id",
    "to_party": "to_party_id",
    "payer": "payer_id",
}
_COMPARED = ", ".join(
    [
        *(
            f"('{n}', to_jsonb(h.{_PLACES.get(n, n)}), nullif(p.subject -> '{n}', 'null'))"
            for n in (*_TERMS, *_PLACES)
        ),
        *(
            f"('{n}', to_jsonb(trim_scale(h.{n})), "
            f"to_jsonb(trim_scale(round((p.subject ->> '{n}')::numeric, 2))))"
            for n in _NUMBERS
        ),
    ]
)
_CHANGED = f"""
coalesce((
  SELECT jsonb_agg(t.name ORDER BY t.name) FROM approved p, LATERAL (VALUES {_COMPARED}) t(name, now, was)
  WHERE p.hop_id = h.id AND t.now IS DISTINCT FROM t.was), '[]')
"""  # noqa: S608 - constants
_HOP = f"""
SELECT 'hop:' || h.id, jsonb_build_object(
  'id', h.id, 'parent', h.parent_id, 'from_party', h.from_party_id, 'to_party', h.to_party_id,
  'depth', h.depth, 'state', h.state, 'level', h.level, 'categories', h.categories, 'starts', h.starts,
  'ends', h.ends, 'share', h.share::text, 'amount', h.amount::text, 'keeps_core', h.keeps_core,
  'awarded_on', h.awarded_on, 'reported_on', h.reported_on, 'subject_sha256', h.subject_sha256,
  'approval', a.id, 'changed', {_CHANGED}, 'business', h.business, 'performer', h.performer_id,
  'siblings', CASE WHEN %(add_up)s AND h.id = ANY(%(hops)s::uuid[]) THEN coalesce((
    SELECT jsonb_agg(s.id ORDER BY s.id) FROM sibling s
    WHERE s.parent_id IS NOT DISTINCT FROM h.parent_id AND s.id <> h.id), '[]') END,
  'consents', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'kind', c.kind, 'given_on', c.given_on, 'document_sha256', nullif(c.document_sha256, ''),
      'recorded_by', c.recorded_by_id, 'entry', c.entry) ORDER BY c.kind)
    FROM (
      SELECT DISTINCT ON (kind) * FROM custody_consent WHERE hop_id = h.id
      ORDER BY kind, created_at DESC, id DESC) c), '[]'),
  'clauses', coalesce(to_jsonb(g.clauses), '[]'), 'giver_signed', g.giver_signed_on,
  'receiver_signed', g.receiver_signed_on, 'payer', h.payer_id, 'payer_country', h.payer_country,
  'payment', h.payment, 'entry', h.entry)
FROM custody_hop h LEFT JOIN chosen a ON a.hop_id = h.id
LEFT JOIN LATERAL (
  SELECT * FROM custody_agreement WHERE hop_id = h.id ORDER BY created_at DESC, id DESC LIMIT 1) g ON true
WHERE h.id IN (SELECT unnest(%(hops)s::uuid[]) UNION ALL SELECT id FROM sibling)
"""  # noqa: S608 - constants
_APPROVAL = """
SELECT 'approval:' || a.id, jsonb_build_object(
  'id', a.id, 'state', a.state, 'subject_kind', 'hop', 'subject_id', a.hop_id,
  'subject_sha256', a.subject_sha256, 'level', a.level, 'starts', a.starts, 'ends', a.ends,
  'requested_by', a.requested_by_id, 'needed', a.needed,
  'votes', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'person', v.person_id, 'on_behalf_of', v.behalf, 'entry', v.entry,
      'choice', replace(v.choice, 'approve_against_advice', 'approve'),
      'parties', coalesce((
        SELECT jsonb_agg(DISTINCT ms.party_id) FROM member ms
        WHERE ms.person_id IN (v.person_id, v.behalf)), '[]')
      ) ORDER BY v.id)
    FROM voted v WHERE v.approval_id = a.id), '[]'),
  'conditions', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'id', c.id, 'number', c.number, 'type', c.type, 'state', c.state, 'set_on', c.set_on, 'due', c.due,
      'entry', c.entry) ORDER BY c.number)
    FROM custody_condition c WHERE c.approval_id = a.id), '[]'),
  'referrals', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'by', r.person_id, 'on_behalf_of', d.delegator_id, 'to', r.to_id, 'entry', r.entry) ORDER BY r.id)
    FROM custody_referral r LEFT JOIN custody_delegation d ON d.id = r.delegation_id
    WHERE r.approval_id = a.id), '[]'),
  'limits', coalesce((
    SELECT jsonb_agg(jsonb_build_object('uses', l.uses, 'until', l.until, 'entry', l.entry) ORDER BY l.id)
    FROM custody_uselimit l WHERE l.approval_id = a.id), '[]'),
  'used', CASE WHEN EXISTS (SELECT FROM custody_uselimit l WHERE l.approval_id = a.id) THEN (
    SELECT count(*) FROM custody_handoff u
    WHERE u.hop_id = a.hop_id AND u.id IS DISTINCT FROM %(handoff)s
      AND u.state NOT IN ('withdrawn', 'declined', 'undone', 'lapsed')
      AND (u.leg IS NULL OR u.leg NOT IN ('return', 'inspection'))) END,
  'decided_on', (a.decided_at AT TIME ZONE %(zone)s)::date,
  'entry', a.entry)
FROM chosen a WHERE a.hop_id = ANY(%(asked)s::uuid[])
"""
# In force for a party concerned; whether it covers anything is for the engine to say.
_OVERRIDE = """
SELECT 'override:' || o.id, jsonb_build_object(
  'id', o.id, 'rule', o.rule, 'problems', o.problems, 'party', o.party_id, 'hop', o.hop_id,
  'hop_sha256', nullif(o.hop_sha256, ''), 'until', o.until, 'state', o.state,
  'requested_by', o.requested_by_id,
  'agreed', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'person', v.person_id, 'entry', v.entry, 'parties', coalesce((
        SELECT jsonb_agg(DISTINCT ms.party_id) FROM custody_membership ms
        WHERE ms.person_id = v.person_id
          AND ms.starts <= %(today)s AND (ms.ends IS NULL OR ms.ends >= %(today)s)
          AND ms.ended_at IS NULL), '[]')) ORDER BY v.id)
    FROM custody_overridevote v WHERE v.override_id = o.id AND v.choice = 'approve'), '[]'),
  'entry', o.entry)
FROM custody_override o
WHERE o.project_id = %(project)s AND o.state = 'active' AND o.until >= %(today)s
  AND o.party_id IN (SELECT id FROM start)
  AND (o.hop_id IS NULL OR o.hop_id = ANY(%(asked)s::uuid[]))
"""
_COPY = f"""
SELECT 'copy:' || c.id, jsonb_build_object(
  'id', c.id, 'number', c.code, 'item', c.item_id, 'level', i.level, 'custodian_party', c.custodian_party_id,
  'custodian_person', c.custodian_person_id, 'state', c.state, 'offered_in', c.offered_in_id,
  'registered', true, 'entry', c.entry, 'held_by', coalesce((
    SELECT jsonb_agg(DISTINCT x.incident_id ORDER BY x.incident_id) FROM custody_incidenthold x
    WHERE x.copy_id = c.id AND x.release_entry IS NULL), '[]'), 'came_over', (
    SELECT h.hop_id FROM custody_handoffcopy l JOIN custody_handoff h ON h.id = l.handoff_id
    WHERE l.copy_id = c.id AND h.state IN ('accepted', 'accepted_in_part')
      AND NOT EXISTS (
        SELECT FROM custody_discrepancy d WHERE d.handoff_id = h.id AND d.copy_id = c.id)
      AND h.receiver_party_id = c.custodian_party_id
      AND h.hop_id IS NOT NULL AND (h.leg IS NULL OR h.leg NOT IN ('return', 'inspection'))
    ORDER BY h.answered_at DESC LIMIT 1),
  'last_event_on', ({last_event("c.id", "c.entry", "c.unconfirmed", "c.created_at")}
    AT TIME ZONE %(zone)s)::date,
  'beside', {hoard.beside("c.item_id", "c.custodian_party_id")},
  'covered_by', {hoard.covered_by("c.custodian_party_id", "i.project_id", "%(today)s")},
  'covered_until', CASE WHEN {hoard.covered_by("c.custodian_party_id", "i.project_id", "%(today)s")} = 0
    THEN {hoard.covered_until("c.custodian_party_id", "i.project_id", "%(today)s", "%(zone)s")} END,
  'held_since', ({hoard.held_since("c.id", "c.custodian_party_id", "c.created_at")}
    AT TIME ZONE %(zone)s)::date,
  'person_has', {hoard.person_has("c.custodian_person_id", "i.project_id")})
FROM custody_copy c JOIN custody_item i ON i.id = c.item_id WHERE c.id = ANY(%(copies)s::uuid[])
"""  # noqa: S608 - columns of our own
_PERSON = """
SELECT 'person:' || p.id, jsonb_build_object(
  'id', p.id, 'citizenships', p.citizenships, 'entry', p.entry,
  'delegations', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'id', d.id, 'party', d.party_id, 'delegator', d.delegator_id, 'project', d.project_id,
      'level', d.level, 'starts', d.starts, 'ends', d.ends, 'state', d.state, 'entry', d.entry))
    FROM custody_delegation d WHERE d.id = %(delegation)s AND d.delegate_id = p.id), '[]'),
  'vetting', p.vetting, 'vetted_from', p.vetted_from, 'vetted_to', p.vetted_to,
  'trained_on', p.trained_on, 'undertaking_on', p.undertaking_on, 'leaves_on', p.leaves_on,
  'need_to_know', coalesce((
    SELECT jsonb_agg(jsonb_build_object('item', n.item_id, 'entry', n.entry) ORDER BY n.id)
    FROM custody_needtoknow n
    WHERE n.person_id = p.id AND n.ended_on IS NULL AND n.item_id IN (
      SELECT c.item_id FROM custody_copy c WHERE c.id = ANY(%(copies)s::uuid[]))), '[]'),
  'memberships', coalesce((
    SELECT jsonb_agg(jsonb_build_object('party', ms.party_id, 'role', ms.role) ORDER BY ms.id)
    FROM member ms WHERE ms.person_id = p.id), '[]'))
FROM custody_person p WHERE p.id = ANY(%(persons)s::uuid[])
"""
FACTS = (
    f"WITH RECURSIVE {CLOSURE}, {_LINEAGE}, {_SIBLING}, {_CHOSEN}, {_LATE}, {_STOCK}, {_LISTS} "
    + " UNION ALL ".join((_SYSTEM, _PARTY, _HOP, _APPROVAL, _OVERRIDE, _COPY, _ITEM, _PERSON))
)
WITH_CONTROLLERS = f"WITH RECURSIVE {CLOSURE} SELECT id FROM up"  # noqa: S608
