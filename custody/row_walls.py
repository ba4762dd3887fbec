"""Row-level security: which rows a session sees that works for somebody who is not of the house.

One row here for each table of custody: what lets a row through, or why the table stands open. The walls are
coarser than ``visible_to``, which shows less: whole projects, own subcontracts with what lies above and below
them, own handoffs and copies. What they shut out is what no slip may ever show: another project, a sibling's
subcontract, copies of others, the list of sensitive zones, what a user keeps for oneself.

Every other role of the product has a policy that shows all, so that nothing is dearer where nobody is walled.
FORCE holds for the owner too, who has such a policy by name: a role that is given rights on a table later
sees nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from .scope import OUTSIDE_ROLE

THEIRS, EVERYTHING = "what_is_theirs", "everything"

_FUNCTIONS = {
    "custody_theirs(setting text)": """
uuid[]
SELECT coalesce(nullif(current_setting('holdfast.' || setting, true), ''), '{}')::uuid[]
""",
    "custody_regions()": """
text[]
SELECT coalesce(nullif(current_setting('holdfast.regions', true), ''), '{}')::text[]
""",
    "custody_whole_projects()": """
SETOF uuid
SELECT id FROM public.custody_project
 WHERE owner_party_id = ANY(public.custody_theirs('inner')) OR id = ANY(public.custody_theirs('granted'))
    OR region = ANY(public.custody_regions())
""",
    "custody_seen_grants()": """
SETOF uuid
SELECT g.id FROM public.custody_grant g JOIN public.custody_project p
    ON g.project_id = p.id OR g.party_id = p.owner_party_id OR g.region = nullif(p.region, '')
 WHERE p.owner_party_id = ANY(public.custody_theirs('inner'))
""",
    "custody_seen_projects()": """
SETOF uuid
SELECT public.custody_whole_projects()
 UNION SELECT project_id FROM public.custody_hop WHERE to_party_id = MINE
 UNION SELECT project_id FROM public.custody_handoff
        WHERE receiver_party_id = MINE OR sender_party_id = MINE
 UNION SELECT project_id FROM public.custody_incident WHERE reported_for_id = MINE
 UNION SELECT project_id FROM public.custody_visit WHERE host_id = MINE
 UNION SELECT project_id FROM public.custody_fieldpermit WHERE unit_id = MINE
""",
    "custody_seen_hops()": """
SETOF uuid
SELECT id FROM public.custody_hop WHERE project_id IN (SELECT public.custody_whole_projects())
 UNION SELECT hop.id FROM public.custody_hop mine JOIN public.custody_hop hop USING (project_id)
        WHERE mine.to_party_id = MINE
          AND (starts_with(hop.path, mine.path) OR starts_with(mine.path, hop.path))
 UNION SELECT hop_id FROM public.custody_handoff
        WHERE hop_id IS NOT NULL AND (receiver_party_id = MINE OR sender_party_id = MINE)
""",
    "custody_seen_handoffs()": """
SETOF uuid
SELECT id FROM public.custody_handoff
 WHERE project_id IN (SELECT public.custody_whole_projects())
    OR hop_id IN (SELECT public.custody_seen_hops())
    OR receiver_party_id = MINE OR sender_party_id = MINE
""",
    "custody_seen_copies()": """
SETOF uuid
SELECT c.id FROM public.custody_copy c JOIN public.custody_item i ON i.id = c.item_id
 WHERE i.project_id IN (SELECT public.custody_whole_projects())
 UNION SELECT id FROM public.custody_copy WHERE custodian_party_id = MINE
 UNION SELECT copy_id FROM public.custody_handoffcopy
        WHERE handoff_id IN (SELECT public.custody_seen_handoffs())
""",
    "custody_seen_handovers()": """
SETOF uuid
SELECT id FROM public.custody_handover WHERE party_id = MINE
""",
}
"""Name to what it answers and its body. They run as the owner, so that what one table lets through does not
hang on the wall of another. MINE: any of the parties that the user stands for."""

_PROJECT = "project_id IN (SELECT custody_seen_projects())"
_ANY_PROJECT = f"project_id IS NULL OR {_PROJECT}"
_HOP = "hop_id IN (SELECT custody_seen_hops())"
_HANDOFF = "handoff_id IN (SELECT custody_seen_handoffs())"
_COPY = "copy_id IN (SELECT custody_seen_copies())"
_PARTY = "party_id = ANY((SELECT custody_theirs('parties'))::uuid[])"
_USER = "user_id = nullif(current_setting('holdfast.user', true), '')::uuid"
_ME = "nullif(current_setting('holdfast.person', true), '')::uuid"
_NOBODY = "false"


def _with(column: str, table: str, by: str = "id") -> str:
    """Return that a row passes with rows of another table, by the wall of that table."""
    return f"{column} IN (SELECT {by} FROM custody_{table})"  # noqa: S608 - of constants


WALLED = {
    "custody_agreement": _HOP,
    "custody_approval": _HOP,
    "custody_blankreceipt": f"{_PARTY} OR {_PROJECT} OR {_HANDOFF}",
    "custody_collection": _PROJECT,
    "custody_condition": _with("approval_id", "approval"),
    "custody_consent": _HOP,
    "custody_copy": "id IN (SELECT custody_seen_copies())",
    "custody_copypermit": _PROJECT,
    "custody_decision": f"{_ANY_PROJECT} OR {_with('id', 'refusal', by='decision_id')}",
    "custody_delegation": f"{_PARTY} OR {_with('id', 'vote', by='delegation_id')}",
    "custody_destruction": _PROJECT,
    "custody_discrepancy": _HANDOFF,
    "custody_dispatch": _HANDOFF,
    "custody_doubt": _PROJECT,
    "custody_draft": _USER,
    "custody_fieldpermit": _PROJECT,
    "custody_grant": f"person_id = {_ME} OR party_id = ANY((SELECT custody_theirs('inner'))::uuid[]) OR "
    "id IN (SELECT custody_seen_grants())",
    "custody_handoff": "id IN (SELECT custody_seen_handoffs())",
    "custody_handoffcopy": _HANDOFF,
    "custody_handover": f"{_PARTY} OR {_with('id', 'handoverline', by='handover_id')}",
    "custody_handoverline": f"{_COPY} OR handover_id IN (SELECT custody_seen_handovers())",
    "custody_handoversignature": _with("handover_id", "handover"),
    "custody_holding": _COPY,
    "custody_hop": "id IN (SELECT custody_seen_hops())",
    "custody_hoptakenover": _HOP,
    "custody_identity": _USER,
    "custody_incident": _PROJECT,
    "custody_incidenthold": _PROJECT,
    "custody_item": _PROJECT,
    "custody_itemproposal": _PROJECT,
    "custody_lapse": _ANY_PROJECT,
    "custody_linecompared": _with("taken_id", "hoptakenover"),
    "custody_look": f"person_id = {_ME} OR project_id IN (SELECT custody_whole_projects()) OR {_PARTY}",
    "custody_mailwish": _USER,
    "custody_needtoknow": _with("item_id", "item"),
    "custody_notice": _USER,
    "custody_objection": "project_id IN (SELECT custody_whole_projects())",
    "custody_openingfinding": _with("register_id", "openingregister"),
    "custody_openingline": _with("register_id", "openingregister"),
    "custody_openingregister": _PROJECT,
    "custody_opinion": _with("approval_id", "approval"),
    "custody_override": _PROJECT,
    "custody_overridevote": _with("override_id", "override"),
    "custody_paperhandoff": _HANDOFF,
    "custody_project": "id IN (SELECT custody_seen_projects())",
    "custody_recall": _PROJECT,
    "custody_receiptsheet": _HANDOFF,
    "custody_recipientset": _USER,
    "custody_referral": _with("approval_id", "approval"),
    "custody_refusal": f"{_ANY_PROJECT} OR attempted_by_id = {_ME}",
    "custody_registerprint": f"{_PARTY} OR {_PROJECT}",
    "custody_report": "project_id IN (SELECT custody_whole_projects())",
    "custody_savedfilter": _USER,
    "custody_sample": "project_id IN (SELECT custody_whole_projects())",
    "custody_sampleline": _with("sample_id", "sample"),
    "custody_signature": (
        f"person_id = {_ME} OR {_with('object', 'approval')} OR {_with('object', 'override')} OR "
        f"{_with('object', 'destruction')}"
    ),
    "custody_slip": f"sign_in_id IN (SELECT id FROM custody_user WHERE person_id = {_ME})",  # noqa: S608
    "custody_stocktake": f"{_PARTY} OR {_PROJECT}",
    "custody_stocktakeline": f"{_COPY} OR {_with('stocktake_id', 'stocktake')}",
    "custody_stray": _PROJECT,
    "custody_sweep": _with("id", "stray", by="sweep_id"),
    "custody_sweeplist": _with("id", "sweep", by="sweep_list_id"),
    "custody_takenover": _COPY,
    "custody_uselimit": _with("approval_id", "approval"),
    "custody_visit": _PROJECT,
    "custody_vote": _with("approval_id", "approval"),
    "custody_webhook": _PARTY,
    "custody_webhookdelivery": _with("webhook_id", "webhook"),
    "custody_zoneconsent": _NOBODY,
    "custody_zonelist": _NOBODY,
}
"""Table to the condition under which a row is let through."""

_REGISTER = "of the register: named on papers of many projects; only visible_to narrows it"
_SIGN_IN = "read before it is known who asks"
_SITE = "of the installation: rules, packs, and what runs it; tells nothing of a project"
_ANY_NOUN = "belongs to a row of any table: only visible_to narrows it"
OPEN = {
    "custody_apikey": _SIGN_IN,
    "custody_barredentry": _REGISTER,
    "custody_barredlist": _REGISTER,
    "custody_checkrun": _SITE,
    "custody_correction": _ANY_NOUN,
    "custody_counterpin": _SIGN_IN,
    "custody_equipment": _REGISTER,
    "custody_evidencefile": _ANY_NOUN,
    "custody_factor": _SIGN_IN,
    "custody_frozenobject": _SITE,
    "custody_membership": _SIGN_IN,
    "custody_opensession": _SIGN_IN,
    "custody_outboxjob": _SITE,
    "custody_party": _REGISTER,
    "custody_partyaddress": _REGISTER,
    "custody_partycontrol": _REGISTER,
    "custody_partyidentifier": _REGISTER,
    "custody_partyname": _REGISTER,
    "custody_person": _REGISTER,
    "custody_qualification": _REGISTER,
    "custody_recheckrun": _SITE,
    "custody_refusalpause": _SITE,
    "custody_regimepack": _SITE,
    "custody_screening": _REGISTER,
    "custody_screeninghit": _REGISTER,
    "custody_signingkey": _REGISTER,
    "custody_site": _SITE,
    "custody_submission": _SITE,
    "custody_system": _REGISTER,
    "custody_user": _SIGN_IN,
    "custody_user_groups": _SIGN_IN,
    "custody_user_user_permissions": _SIGN_IN,
}
"""Table to the reason why no row of it is shut out here."""

WRITTEN = (
    "custody_apikey",
    "custody_draft",
    "custody_mailwish",
    "custody_notice",
    "custody_opensession",
    "custody_recipientset",
    "custody_savedfilter",
    "custody_user",
)
"""What a walled session writes past every act: what a user keeps, and that somebody signed in. Acts write all
else, and they are not walled."""

_POLICIES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, p.polname,
       p.polpermissive AND p.polcmd = '*' AND p.polwithcheck IS NULL,
       pg_get_expr(p.polqual, p.polrelid),
       (SELECT array_agg(coalesce(r.rolname::text, 'public'))
          FROM unnest(p.polroles) AS to_role(oid) LEFT JOIN pg_roles r ON r.oid = to_role.oid)
  FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname = ANY(%s)
"""


def lay(cursor: CursorWrapper, existing: set[str], whole: set[str]) -> None:
    """Lay the walls of every table for the role that is walled; ``whole`` names the roles that see all."""
    for signature in _FUNCTIONS:
        answer, body = _written(signature)
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {signature} RETURNS {answer} LANGUAGE sql STABLE SECURITY DEFINER "
            f"SET search_path = pg_catalog, pg_temp AS $body${body}$body$"
        )
        name = signature.replace("setting ", "")
        cursor.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {OUTSIDE_ROLE}")
    roles = ", ".join(sorted(whole | {"CURRENT_USER"}))
    for table in WALLED.keys() & existing:
        for policy in (THEIRS, EVERYTHING):
            cursor.execute(f'DROP POLICY IF EXISTS {policy} ON "{table}"')
        cursor.execute(f'CREATE POLICY {EVERYTHING} ON "{table}" TO {roles} USING (true)')
        cursor.execute(f'CREATE POLICY {THEIRS} ON "{table}" TO {OUTSIDE_ROLE} USING ({WALLED[table]})')
        cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


def missing(cursor: CursorWrapper) -> Iterator[str]:
    """Yield a plain sentence for each table whose rows are not walled, and for what lets more through."""
    cursor.execute(
        "SELECT pg_has_role(current_user, oid, 'MEMBER'), rolsuper OR rolbypassrls, "
        "pg_has_role(current_user, oid, 'USAGE') FROM pg_roles WHERE rolname = %s",
        [OUTSIDE_ROLE],
    )
    may, passes, inherits = cursor.fetchone() or (False, False, False)
    if not may:
        yield (
            f"the role {OUTSIDE_ROLE} is missing, or the application may not take it on: "
            "run config/roles.sql again"
        )
        return
    if passes:
        yield f"the role {OUTSIDE_ROLE} passes every wall"
    if inherits:
        yield f"the application has the rights of {OUTSIDE_ROLE} unasked: run config/roles.sql again"
    yield from _weak_policies(cursor)
    cursor.execute(
        "SELECT proname, prosrc, prosecdef FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    bodies = {name: (source, definer) for name, source, definer in cursor.fetchall()}
    for signature in _FUNCTIONS:
        name = signature.partition("(")[0]
        if bodies.get(name) != (_written(signature)[1], True):
            yield f"the function {name} is not the one that the walls were laid with"


def _written(signature: str) -> tuple[str, str]:
    """Return what a function answers, and its body."""
    answer, body = _FUNCTIONS[signature].strip().split("\n", 1)
    return answer, body.replace("= MINE", "= ANY(public.custody_theirs('parties'))")


def _weak_policies(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute(_POLICIES, [list(WALLED)])
    forced: set[str] = set()
    laid: dict[str, dict[str, tuple[bool, str, list[str]]]] = {}
    for table, both, policy, plain, condition, roles in cursor.fetchall():
        if both:
            forced.add(table)
        if policy is not None:
            laid.setdefault(table, {})[policy] = (plain, condition, roles or [])
    for table in WALLED:
        policies = laid.get(table, {})
        if table not in forced:
            yield f"row-level security of {table} is off, or not forced"
        theirs = policies.pop(THEIRS, (False, "true", []))
        everything = policies.pop(EVERYTHING, (False, "", []))
        if not theirs[0] or theirs[1] == "true" or theirs[2] != [OUTSIDE_ROLE]:
            yield f"the policy {THEIRS} of {table} is missing, or lets more through"
        if {OUTSIDE_ROLE, "public"} & set(everything[2]):
            yield f"the policy {EVERYTHING} of {table} lets everybody through"
        for policy in policies:
            yield f"{table} has a policy that nobody laid: {policy}"
