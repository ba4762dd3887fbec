"""Addresses of the API."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import include, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter

from .nouns import (
    access,
    blanks,
    conditions,
    copying,
    decided,
    delegations,
    destructions,
    discrepancies,
    endings,
    entries,
    evidence_files,
    field,
    finding,
    handoffs,
    handovers,
    holdings,
    hops,
    incidents,
    item_proposals,
    items,
    keys,
    lapses,
    looks,
    need,
    notices,
    objections,
    opening,
    overrides,
    packs,
    parties,
    people,
    projects,
    qualifications,
    recalls,
    refusals,
    register_prints,
    reports,
    rules,
    samples,
    screening,
    stocktakes,
    sweeps,
    systems,
    visits,
    waiting,
    without_paper,
)

router = SimpleRouter(use_regex_path=False)
router.register("projects", projects.Projects)
router.register("parties", parties.Parties)
router.register("qualifications", qualifications.Qualifications)
router.register("people", people.People)
router.register("memberships", people.Memberships)
router.register("grants", people.Grants)
router.register("access", access.Accesses)
router.register("systems", systems.Systems)
router.register("packs", packs.Packs)
router.register("items", items.Items)
router.register("copies", items.Copies)
router.register("need-to-know", need.NeedsToKnow)
router.register("hops", hops.Hops)
router.register("visits", visits.Visits)
router.register("incidents", incidents.Incidents)
router.register("recalls", recalls.Recalls)
router.register("approvals", hops.Approvals)
router.register("conditions", conditions.Conditions)
router.register("decisions", decided.Decisions, basename="decision")
router.register("overrides", overrides.Overrides)
router.register("delegations", delegations.Delegations)
router.register("evidence-files", evidence_files.EvidenceFiles)
router.register("field-equipment", field.FieldEquipment)
router.register("field-permits", field.FieldPermits)
router.register("zones", field.Zones)
router.register("collections", field.Collections)
router.register("item-proposals", item_proposals.ItemProposals)
router.register("copy-permits", copying.CopyPermits)
router.register("destructions", destructions.Destructions)
router.register("discrepancies", discrepancies.Discrepancies)
router.register("handoffs", handoffs.Handoffs)
router.register("blank-receipts", blanks.BlankReceipts)
router.register("paper-handoffs", blanks.PaperHandoffs)
router.register("printed-registers", register_prints.RegisterPrints)
router.register("without-paper", without_paper.WithoutPapers)
router.register("holdings", holdings.Holdings)
router.register("opening-registers", opening.OpeningRegisters)
router.register("opening-findings", opening.OpeningFindings)
router.register("opening-subcontracts", opening.OpeningSubcontracts)
router.register("opening-lines", opening.OpeningLines)
router.register("sweep-lists", sweeps.SweepLists)
router.register("sweeps", sweeps.Sweeps)
router.register("strays", sweeps.Strays)
router.register("lapses", lapses.Lapses)
router.register("looks", looks.Looks)
router.register("refusals", refusals.Refusals)
router.register("reports", reports.Reports)
router.register("objections", objections.Objections)
router.register("samples", samples.Samples)
router.register("sample-lines", samples.SampleLines)
router.register("screening", screening.Hits)
router.register("stocktakes", stocktakes.Stocktakes)
router.register("stocktake-lines", stocktakes.StocktakeLines)
router.register("handovers", handovers.Handovers)
router.register("handover-lines", handovers.HandoverLines)
router.register("keys", keys.Keys)
router.register("notices", notices.Notices)


@extend_schema(exclude=True)
@api_view(["GET", "POST", "PUT", "PATCH", "DELETE"])
def nothing(request: Request, *_: Any, **__: Any) -> Any:
    """Answer an address that there is none of as a problem, not as a page."""
    raise Http404


urlpatterns = [
    path("", include(router.urls)),
    path("entries/<uuid:id>/", entries.entry, name="entry"),
    path("me/", entries.me, name="me"),
    path("endings/", endings.list_endings, name="endings"),
    path("find/", finding.find, name="find"),
    path("approvals/queue/", waiting.queue, name="queue"),
    path("rules/", rules.every, name="rules"),
    path("rules/try/", rules.tried, name="rule_try"),
    path("rules/<slug:code>/", rules.one, name="rule"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    re_path("", nothing),
]
