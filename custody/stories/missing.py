"""A copy that its holder cannot show: counted twice, not seen, reported, told to the authority, and held."""

from __future__ import annotations

from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import incident_holds, incidents, stocktaking
from custody.actions.base import Outcome
from custody.stories import cast as people
from custody.stories.told import Told
from custody.terms import SecondPerson


def counted(cast: people.Cast, project: m.Project, holder: str, keeper: str) -> Outcome:
    """Count what a party holds of a project, with the owner's custodian; neither count sees anything."""
    opened = stocktaking.open_stocktake(
        cast.actor(keeper),
        asked=stocktaking.Asked(
            party=cast.party(holder),
            counter=cast.people[keeper].id,
            second=cast.people["yu"].id,
            second_as=SecondPerson.COUNTER,
            project=project.id,
        ),
    )
    row: m.Stocktake = people.must(opened, "done").object
    people.must(stocktaking.recount(cast.actor(keeper), stocktake=row.id), "done")
    row.refresh_from_db()
    said = stocktaking.statement(row, stocktaking.result(row))
    return stocktaking.close(cast.actor("yu"), stocktake=row.id, statement_sha256=record.digest_of_text(said))


def gone_missing(cast: people.Cast, copy: m.Copy, told: Told) -> None:
    """Tell how a copy lent to Lakeside is found to be missing, and what follows."""
    project = copy.item.project
    closed = counted(cast, project, "lakeside", "lan")
    told.tried(
        "A stocktake at Lakeside does not see the copy, nor does the second count",
        "在湖畔清点和复点时均未见到该副本",
        closed,
    )
    line = m.StocktakeLine.objects.get(stocktake=closed.object, copy=copy)
    reported = incidents.report(
        cast.actor("yu"),
        project=project.id,
        told=incidents.Told(
            what="A copy of the atlas is missing at Lakeside 图集一份在湖畔下落不明",
            noticed_at=timezone.now(),
            copies=[copy.id],
            party=cast.party("lakeside"),
        ),
    )
    told.tried(
        "It is reported as an incident; the clock of 24 hours runs from that entry",
        "作为事件上报，24小时时限自该记录起算",
        reported,
    )
    incident: m.Incident = reported.object
    settled = stocktaking.settle(
        cast.actor("yu"), line=line.id, how="report", resolution=f"Incident 事件 {incident.number}"
    )
    people.must(settled, "done")
    held = incident_holds.hold(
        cast.actor("heng"), incident=incident.id, copies=[copy.id], reason="Until it is found 查明之前"
    )
    told.tried("The officer holds the copy wherever it turns up", "审批人对该副本采取管控", held)
    informed = incidents.notify(
        cast.actor("heng"),
        incident=incident.id,
        authority="Provincial secrecy bureau 省保密行政管理部门",
        reference="LH-2026-R1",
        notified_at=timezone.now(),
    )
    told.tried("The authority is told, and the clock stops", "已报告主管部门，计时停止", informed)
