"""Which of the copies that were asked back have not come: one fragment of SQL, which lists and rules share.

It joins each recall ``q`` that stands, in its project ``p``, with its copies ``c`` that are still out. A
copy is back once it lies with the party that asked: the sender of the subcontract, or the project's owner.
Off a system it is once it lies elsewhere, and with another person once it was handed over. What came back and
went out again is asked for no more; what was destroyed neither. A project that was closed asks for nothing.
"""

from __future__ import annotations

NOT_BACK = """
FROM custody_recall q
  JOIN custody_project p ON p.id = q.project_id
    AND (p.state = 'open' OR q.system_id IS NOT NULL OR q.leaver_id IS NOT NULL)
  LEFT JOIN custody_hop h ON h.id = q.hop_id
  CROSS JOIN LATERAL unnest(q.copies) AS asked(id)
  JOIN custody_copy c ON c.id = asked.id AND c.state <> 'destroyed'
WHERE CASE
    WHEN q.system_id IS NOT NULL THEN c.system_id = q.system_id
    WHEN q.leaver_id IS NOT NULL THEN c.custodian_person_id = q.leaver_id
    ELSE c.custodian_party_id <> coalesce(h.from_party_id, p.owner_party_id) END
  AND NOT EXISTS (
    SELECT FROM custody_handoffcopy back JOIN custody_handoff x ON x.id = back.handoff_id
    WHERE back.copy_id = c.id AND x.answered_at >= q.created_at
      AND x.state IN ('accepted', 'accepted_in_part') AND x.leg IS DISTINCT FROM 'inspection'
      AND CASE
        WHEN q.system_id IS NOT NULL THEN x.system_id <> q.system_id
        WHEN q.leaver_id IS NOT NULL THEN x.receiver_person_id <> q.leaver_id
        ELSE x.receiver_party_id = coalesce(h.from_party_id, p.owner_party_id) END
      AND NOT EXISTS (
        SELECT FROM custody_discrepancy d WHERE d.handoff_id = x.id AND d.copy_id = c.id))
"""

OF_HOLDER = """
  AND q.holders @> ARRAY[{party}]::uuid[]
  AND (cardinality(q.holders) = 1 OR c.custodian_party_id = {party})
"""
"""Asked of a party. Who passed a copy on after being asked has not given it back; where several were asked in
one, each answers for what it still holds."""
