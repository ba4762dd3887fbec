"""Notices: what waits for a person, made in the background from what stands in the graph.

No act waits for its notices: they are found afterwards, set by set, and a thing that was told is not told
again, however often a run is repeated or killed. Who is told follows from the table of permissions and from
today's memberships. Notices are no facts of custody and leave no entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from custody import due, out, recall, stock
from custody import models as m
from custody.terms import (
    ApprovalState,
    CopyPermitState,
    DestructionState,
    HandoffState,
    HopState,
    LapseNoun,
    NoticeKind,
    PermitState,
    ReportState,
    Role,
    Stance,
)

from . import incidents, items_told, objections_told, way_told, webhook_sending
from . import sign_ins_told as sign_ins
from .telling import STAGES, WINDOW
from .telling import People as _People
from .telling import staged as _staged
from .telling import told_to as _for
from .telling import untold as _untold

CLOCK_STAGES = {50: NoticeKind.INCIDENT_HALF, 80: NoticeKind.INCIDENT_MOST, 100: NoticeKind.INCIDENT_LATE}
ABOUT = 100
KEEPERS = (Role.MANAGER, Role.OFFICER)


def tell(now: dt.datetime) -> int:
    """Make the notices of what happened in the last 30 days and was not told; return how many."""
    since, people = now - WINDOW, _People()
    with transaction.atomic():
        return _keep(
            [
                *_offers(since, people),
                *_answers(since, people),
                *_requests(since, people),
                *_changes(since, people),
                *_decisions(since, people),
                *_reports(since, people),
                *_recalls(since, people),
                *_stopped(since, people),
                *_turned(since, people),
                *_permits(since, people),
                *_copying(since, people),
                *_destructions(since, people),
                *_against(since, people),
                *_incidents(since, people),
                *_clocks(now, people),
                *_differences(since, people),
                *_handovers(since, people),
                *items_told.made(since, people),
                *objections_told.made(since, people),
                *sign_ins.made(since, people),
                *way_told.made(since, people),
                *webhook_sending.made(since, people),
            ]
        )


def remind(today: dt.date) -> int:
    """Make the reminders of what is due, the nearest stage that was reached alone; return how many."""
    people = _People()
    with transaction.atomic():
        return _keep(
            [
                *_returns(today, people),
                *_asked_back(today, people),
                *_certificates(today, people),
                *_inspections(today, people),
                *_reviews(today, people),
                *_submissions(today, people),
                *_outputs(today, people),
                *_stocktakes(today, people),
                *objections_told.due(today, people),
            ]
        )


def mark_read(user: m.User, notices: Iterable[UUID]) -> int:
    """Mark some of a user's own notices as read; return how many of them are the user's."""
    with transaction.atomic():
        own = m.Notice.objects.visible_to(user).filter(id__in=list(notices))
        own.unread().update(read_at=timezone.now())
        return int(own.count())


def mark_all_read(user: m.User, newest: UUID) -> None:
    """Mark a user's notices as read up to the newest one that the page showed: what came since is unseen."""
    with transaction.atomic():
        rows = m.Notice.objects.visible_to(user).unread().filter(id__lte=newest)
        rows.update(read_at=timezone.now())


def _keep(made: list[m.Notice]) -> int:
    """Save what was made; what another run has saved meanwhile is left alone."""
    m.Notice.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
    return len(made)


# --- what happened ----------------------------------------------------------------------------------------


def _offers(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    kind = NoticeKind.OFFER_TO_ANSWER
    rows = _untold(m.Handoff.objects.filter(state=HandoffState.OFFERED, offered_at__gte=since), kind)
    for id, number, receiver in rows.values_list("id", "number", "receiver_party_id"):
        yield from _for(people.who_may("handoff.accept", receiver=receiver), kind, "handoff", id, number)


def _answers(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    kind = NoticeKind.OFFER_ANSWERED
    answered = m.Handoff.objects.filter(
        state__in=[HandoffState.ACCEPTED, HandoffState.PARTLY, HandoffState.DECLINED], answered_at__gte=since
    )
    columns = ("id", "number", "sender_person_id", "sender_party_id", "project__owner_party_id")
    for id, number, person, sender, owner in _untold(answered, kind).values_list(*columns):
        yield from _for(people.of(person, sender, owner), kind, "handoff", id, number)


def _requests(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    kind = NoticeKind.APPROVAL_TO_DECIDE
    waiting = m.Approval.objects.filter(
        state=ApprovalState.REQUESTED, hop__state=HopState.REQUESTED, created_at__gte=since
    )
    columns = ("id", "hop__project__code", "hop__project__owner_party_id", "requested_by_id")
    for id, code, owner, requester in _untold(waiting, kind).values_list(*columns):
        officers = people.who_may("hop.approve", requester, owner=owner)
        yield from _for(officers, kind, "approval", id, code)


def _changes(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Who asked for a subcontract is told that an officer wants something first, once for each request."""
    kind = NoticeKind.CHANGES_ASKED
    asked = m.Opinion.objects.filter(approval=OuterRef("pk"), stance=Stance.CHANGES, created_at__gte=since)
    waiting = m.Approval.objects.filter(Exists(asked), state=ApprovalState.REQUESTED)
    columns = (
        "id", "hop__project__code", "requested_by_id", "hop__from_party_id", "hop__project__owner_party_id",
    )  # fmt: skip
    for id, code, requester, giver, owner in _untold(waiting, kind).values_list(*columns):
        managers = people.holding((Role.MANAGER,), {owner})
        yield from _for({*people.of(requester, giver, owner), *managers}, kind, "approval", id, code)


def _decisions(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    kind = NoticeKind.APPROVAL_DECIDED
    decided = m.Approval.objects.filter(
        state__in=[ApprovalState.GRANTED, ApprovalState.DENIED], decided_at__gte=since
    )
    columns = (
        "id", "hop__project__code", "requested_by_id", "hop__from_party_id", "hop__project__owner_party_id",
    )  # fmt: skip
    for id, code, requester, giver, owner in _untold(decided, kind).values_list(*columns):
        yield from _for(people.of(requester, giver, owner), kind, "approval", id, code)


def _reports(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    ended = {
        NoticeKind.REPORT_READY: Q(state=ReportState.READY, built_at__gte=since),
        NoticeKind.REPORT_FAILED: Q(state=ReportState.FAILED, created_at__gte=since),
    }
    for kind, condition in ended.items():
        rows = _untold(m.Report.objects.filter(condition), kind)
        for id, code, person in rows.values_list("id", "project__code", "requested_by_id"):
            yield from _for(people.of(person), kind, "report", id, code)


def _recalls(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell whoever may receive at the holders that copies are asked back, and who is to hand theirs over."""
    kind = NoticeKind.COPIES_RECALLED
    rows = _untold(m.Recall.objects.filter(created_at__gte=since), kind)
    for row in rows.select_related("project"):
        yield from _for(_asked(row, people), kind, "recall", row.id, row.project.code, due=row.due)


def _asked(row: m.Recall, people: _People) -> set[UUID]:
    found = people.of(row.leaver_id) if row.leaver_id else set()
    return found.union(*(people.who_may("handoff.accept", receiver=party) for party in row.holders))


def _stopped(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell managers and officers of the house, and of whose projects rest on it, that a certificate was
    suspended, downgraded or revoked: each time anew, in place of the notice of last time."""
    kind = NoticeKind.CERTIFICATE_STOPPED
    last = m.Correction.objects.filter(noun="qualification", object=OuterRef("pk")).order_by("-created_at")
    told = m.Notice.objects.filter(kind=kind, object=OuterRef("pk"), created_at__gte=OuterRef("changed"))
    rows = m.Qualification.objects.filter(state__in=recall.STOPPED).annotate(
        changed=Subquery(last.values("created_at")[:1]), by=Subquery(last.values("person")[:1])
    )
    for paper in rows.filter(~Exists(told), changed__gte=since):
        m.Notice.objects.filter(kind=kind, object=paper.id).delete()
        parties = {*recall.resting(paper).owners(), people.house}
        yield from _for(
            people.holding(KEEPERS, parties, paper.by), kind, "qualification", paper.id, paper.number
        )


def _turned(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell of what the re-check found: once of one rule, one day, one project and one pair of parties,
    however many subcontracts it is about; the list that it leads to has them all."""
    kind = NoticeKind.RULE_TURNED
    alike = ("noun", "code", "since", "project_id", "party_id", "hop__from_party_id")
    # The first of each group, ended or not: else the next one would be told when it ends.
    fresh = m.Lapse.objects.filter(created_at__gte=since)
    firsts = fresh.order_by(*alike, "id").distinct(*alike).values("id")
    rows = _untold(m.Lapse.objects.open().filter(id__in=firsts), kind)
    for lapse in rows.select_related("project", "party", "hop"):
        name = lapse.project.code if lapse.project else lapse.party.name if lapse.party else ""
        about = f"{lapse.code} · {name}"
        yield from _for(_concerned(lapse, people), kind, "lapse", lapse.id, about)


def _concerned(lapse: m.Lapse, people: _People) -> set[UUID]:
    if lapse.noun is LapseNoun.ITEM and lapse.project:
        return people.who_may("item.review", owner=lapse.project.owner_party_id)
    if lapse.noun is LapseNoun.PROJECT and lapse.project:
        return people.who_may("project.submit_results", owner=lapse.project.owner_party_id)
    if lapse.noun is LapseNoun.COPY and lapse.project and lapse.party_id:
        owner = people.holding((Role.MANAGER, Role.CUSTODIAN), {lapse.project.owner_party_id})
        return owner | people.who_may("stocktake.open", holder=lapse.party_id)
    parties = {lapse.party_id, people.house}
    if lapse.project:
        parties.add(lapse.project.owner_party_id)
    if lapse.hop:
        parties |= {lapse.hop.from_party_id, lapse.hop.to_party_id}
    users = people.holding(KEEPERS, parties)
    if lapse.noun is LapseNoun.HANDOFF and lapse.party_id:
        users |= people.who_may("handoff.accept", receiver=lapse.party_id)
    return users


def _permits(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell the officers who did not ask themselves that a field permit waits for one of them."""
    kind = NoticeKind.PERMIT_TO_DECIDE
    rows = _untold(m.FieldPermit.objects.filter(state=PermitState.SUBMITTED, created_at__gte=since), kind)
    columns = ("id", "project__code", "project__owner_party_id", "requested_by_id")
    for id, code, owner, requester in rows.values_list(*columns):
        yield from _for(
            people.who_may("permit.approve", requester, owner=owner), kind, "field_permit", id, code
        )


def _copying(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell the officers who did not ask themselves that a copy permit waits for one of them."""
    kind = NoticeKind.COPYING_TO_DECIDE
    rows = m.CopyPermit.objects.filter(state=CopyPermitState.REQUESTED, created_at__gte=since)
    columns = (
        "id", "item__codename", "project__owner_party_id", "item__classified_by_id", "requested_by_id",
    )  # fmt: skip
    for id, name, owner, originator, requester in _untold(rows, kind).values_list(*columns):
        more = {"originator": originator} if originator else {}
        users = people.who_may("copy_permit.approve", requester, owner=owner, **more)
        yield from _for(users, kind, "copy_permit", id, name)


def _destructions(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell the officers who did not ask themselves that a destruction waits for one of them."""
    kind = NoticeKind.DESTRUCTION_TO_DECIDE
    rows = m.Destruction.objects.filter(state=DestructionState.REQUESTED, created_at__gte=since)
    columns = ("id", "project__code", "project__owner_party_id", "requested_by_id")
    for id, code, owner, requester in _untold(rows, kind).values_list(*columns):
        yield from _for(
            people.who_may("destruction.approve", requester, owner=owner), kind, "destruction", id, code
        )


def _against(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell managers and officers of the owner and the house what was collected without leave."""
    kind = NoticeKind.COLLECTED_WITHOUT_LEAVE
    rows = _untold(m.Collection.objects.against_rules().filter(created_at__gte=since), kind)
    columns = ("id", "project__code", "project__owner_party_id", "recorded_by_id")
    for id, code, owner, person in rows.values_list(*columns):
        yield from _for(people.holding(KEEPERS, {owner, people.house}, person), kind, "collection", id, code)


def _incidents(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell managers and officers of the owner and the house of an incident, and the managers of whoever
    reported it."""
    kind = NoticeKind.INCIDENT_REPORTED
    fresh = _untold(m.Incident.objects.filter(created_at__gte=since), kind)
    for row in fresh.select_related("project"):
        answers = people.holding(KEEPERS, {row.project.owner_party_id, people.house}, row.reported_by_id)
        told = answers | people.holding((Role.MANAGER,), {row.reported_for_id}, row.reported_by_id)
        yield from _for(told, kind, "incident", row.id, row.number)


def _clocks(now: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell of the clock of an incident at 50, 80 and 100 per cent, the highest that it has reached alone: the
    managers of whoever reported it, and the officers of the owner and the house."""
    waiting = list(m.Incident.objects.to_notify().select_related("project"))
    running = incidents.clocks(waiting)
    kinds = tuple(CLOCK_STAGES.values())
    known = set(m.Notice.objects.filter(noun="incident", kind__in=kinds).values_list("object", "kind"))
    for row in waiting:
        clock = running.get(row.id)
        stage = clock.stage(now) if clock else None
        if clock is None or stage is None:
            continue
        kind = CLOCK_STAGES[stage]
        if (row.id, kind) in known:
            continue
        officers = people.holding((Role.OFFICER,), {row.project.owner_party_id, people.house})
        told = officers | people.holding((Role.MANAGER,), {row.reported_for_id})
        day = timezone.localdate(clock.deadline)
        yield from _for(told, kind, "incident", row.id, row.number, due=day)


def _differences(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell who may settle them that a stocktake found differences."""
    kind = NoticeKind.DIFFERENCES_OPEN
    rows = _untold(m.Stocktake.objects.unsettled().filter(created_at__gte=since), kind)
    columns = ("id", "party__name", "party_id", "project__owner_party_id")
    for id, name, holder, owner in rows.values_list(*columns):
        users = people.who_may("stocktake.settle", holder=holder, **({"owner": owner} if owner else {}))
        yield from _for(users, kind, "stocktake", id, name)


def _handovers(since: dt.datetime, people: _People) -> Iterator[m.Notice]:
    """Tell the three of a handover that they are named in it: each counts, is there, or signs."""
    kind = NoticeKind.HANDOVER_NAMED
    for row in _untold(m.Handover.objects.under_way().filter(created_at__gte=since), kind):
        three = {*people.of(row.outgoing_id), *people.of(row.incoming_id), *people.of(row.supervisor_id)}
        yield from _for(three, kind, "handover", row.id, row.reason)


# --- what is due ------------------------------------------------------------------------------------------


def _returns(today: dt.date, people: _People) -> Iterator[m.Notice]:
    kind = NoticeKind.RETURN_DUE
    rows = _untold(_staged(due.returns(), "due_back", today), kind)
    columns = (
        "id", "number", "due_back", "stage", "receiver_party_id",
        "sender_person_id", "sender_party_id", "project__owner_party_id",
    )  # fmt: skip
    for id, number, day, stage, receiver, person, sender, owner in rows.values_list(*columns):
        users = people.who_may("handoff.accept", receiver=receiver) | people.of(person, sender, owner)
        yield from _for(users, kind, "handoff", id, number, due=day, stage=stage)


def _asked_back(today: dt.date, people: _People) -> Iterator[m.Notice]:
    """Remind holders of copies that were asked back, and who asked, until they are back."""
    kind = NoticeKind.COPIES_RECALLED
    rows = _untold(_staged(out.recalls(), "due", today), kind)
    for row in rows.select_related("project"):
        users = _asked(row, people) | people.of(row.person_id)
        about = row.project.code
        yield from _for(users, kind, "recall", row.id, about, due=row.due, stage=row.stage)


def _certificates(today: dt.date, people: _People) -> Iterator[m.Notice]:
    kind = NoticeKind.CERTIFICATE_EXPIRING
    rows = _untold(_staged(due.certificates(), "valid_to", today), kind)
    for id, number, day, stage, holder in rows.values_list("id", "number", "valid_to", "stage", "party_id"):
        users = people.holding(KEEPERS, {holder, people.house})
        yield from _for(users, kind, "qualification", id, number, due=day, stage=stage)


def _inspections(today: dt.date, people: _People) -> Iterator[m.Notice]:
    """Remind of yearly self-inspections (monitor QUA-09); those of another year make room for this year's."""
    kind = NoticeKind.INSPECTION_DUE
    rows = _staged(due.inspections(today), "inspection_due", today)
    told = m.Notice.objects.filter(kind=kind, object=OuterRef("pk"), stage=OuterRef("stage"))
    fresh = rows.filter(~Exists(told.filter(due=OuterRef("inspection_due"))))
    found = list(fresh.values_list("id", "name", "inspection_due", "stage"))
    of_before = [Q(object=id) & ~Q(due=day) for id, _, day, _ in found]
    if of_before:
        m.Notice.objects.filter(reduce(or_, of_before), kind=kind).delete()
    for id, name, day, stage in found:
        users = people.holding((*KEEPERS, Role.ADMINISTRATOR), {id, people.house})
        yield from _for(users, kind, "party", id, name, due=day, stage=stage)


def _reviews(today: dt.date, people: _People) -> Iterator[m.Notice]:
    """Remind of levels to be reviewed: each time they are due anew, in place of the notices of last time."""
    kind = NoticeKind.REVIEW_DUE
    told = m.Notice.objects.filter(kind=kind, object=OuterRef("pk"), stage=OuterRef("stage"))
    columns = ("id", "codename", "due", "stage", "project__owner_party_id")
    for items in due.reviews(today):
        rows = _staged(items, "due", today).filter(~Exists(told.filter(due=OuterRef("due"))))
        for id, codename, day, stage, owner in rows.values_list(*columns):
            m.Notice.objects.filter(kind=kind, object=id).exclude(due=day).delete()
            users = people.who_may("item.review", owner=owner)
            yield from _for(users, kind, "item", id, codename, due=day, stage=stage)


def _submissions(today: dt.date, people: _People) -> Iterator[m.Notice]:
    """Remind who may record it of results to be submitted (monitor SUB-01), in place of what was told of
    another day."""
    kind = NoticeKind.SUBMISSION_DUE
    told = m.Notice.objects.filter(kind=kind, object=OuterRef("pk"), stage=OuterRef("stage"))
    rows = _staged(due.submissions(today), "due", today).filter(~Exists(told.filter(due=OuterRef("due"))))
    for id, code, day, stage, owner in rows.values_list("id", "code", "due", "stage", "owner_party_id"):
        m.Notice.objects.filter(kind=kind, object=id).exclude(due=day).delete()
        users = people.who_may("project.submit_results", owner=owner)
        yield from _for(users, kind, "project", id, code, due=day, stage=stage)


def _outputs(today: dt.date, people: _People) -> Iterator[m.Notice]:
    """Remind who may register it of the output of collections."""
    kind = NoticeKind.OUTPUT_DUE
    rows = _untold(_staged(due.outputs(), "output_due", today), kind)
    columns = ("id", "project__code", "output_due", "stage", "project__owner_party_id", "unit_id")
    for id, code, day, stage, owner, unit in rows.values_list(*columns):
        users = people.who_may("collection.register", owner=owner, sender=unit)
        yield from _for(users, kind, "collection", id, code, due=day, stage=stage)


def _stocktakes(today: dt.date, people: _People) -> Iterator[m.Notice]:
    """Remind a party of the first of its stocktakes that is due (rule INV-01), in place of what was told of
    an earlier day."""
    kind = NoticeKind.STOCKTAKE_DUE
    first: dict[UUID, dt.date] = {}
    for one in stock.holdings(timezone.now()):
        first.setdefault(one.party, one.due)
    near = {party: day for party, day in first.items() if -WINDOW.days <= (day - today).days <= STAGES[0]}
    if not near:
        return
    names = dict(m.Party.objects.filter(id__in=near).values_list("id", "name"))
    told = set(m.Notice.objects.filter(kind=kind).values_list("object", "due", "stage"))
    for party, day in near.items():
        stage = min(s for s in STAGES if (day - today).days <= s)
        if (party, day, stage) not in told:
            m.Notice.objects.filter(kind=kind, object=party).exclude(due=day).delete()
            users = people.who_may("stocktake.open", holder=party)
            yield from _for(users, kind, "party", party, names[party], due=day, stage=stage)
