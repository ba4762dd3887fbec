"""Projects."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import ending, incidents, objections, projects, results, samples, visits
from custody.actions.base import Outcome
from custody.filters import ProjectFilter
from custody.regions import PATTERN

from ..base import Visible, act
from ..fields import Asked, Line, Pattern, Seen, Share, Shown
from .incidents import IncidentAsked, IncidentShown
from .objections import ObjectionAsked, ObjectionShown
from .recalls import AskedBack, RecallShown, WorkEnded
from .samples import SampleAsked, SampleShown
from .visits import VisitAsked, VisitShown, asked_of


class ProjectShown(Shown):
    """A project; ``region`` is the ISO 3166-2 code of where it is done, empty where it is not recorded."""

    class Meta:
        model = m.Project
        fields: ClassVar[list[str]] = [
            "id", "code", "title", "regime", "level", "owner_party", "client_party", "state", "region",
            "entry",
        ]  # fmt: skip


class ProjectAsked(Asked):
    """A project to open."""

    code = Line(max_length=40)
    title = Line(max_length=300)
    regime = Line(max_length=60)
    level = Line(max_length=40)
    owner_party = Seen(m.Party)
    client_party = Seen(m.Party, required=False, allow_null=True)
    ultimate_client_party = Seen(m.Party, required=False, allow_null=True)
    qualification_type = Line(max_length=40, required=False, allow_blank=True)
    qualification_grade = Line(max_length=40, required=False, allow_blank=True)
    categories = serializers.ListField(child=Line(max_length=40), required=False, max_length=100)
    contract_number = Line(max_length=100, required=False, allow_blank=True)
    contract_value = Share(required=False, allow_null=True)
    currency = Line(max_length=3, required=False, allow_blank=True)
    contract_signed = serializers.DateField(required=False, allow_null=True)
    region = Pattern(PATTERN, required=False, allow_null=True)


class RegionAsked(Asked):
    """In which region the project is done (ISO 3166-2), null for none, and why that is recorded."""

    region = Pattern(PATTERN, allow_null=True)
    reason = Line(max_length=1000)


class ResultsShown(Shown):
    """What is recorded of a project's results: their acceptance, and their submission to an authority."""

    class Meta:
        model = m.Project
        fields: ClassVar[list[str]] = [
            "id", "accepted_on", "accepted_by", "acceptance_number", "submitted_on", "submitted_to",
            "submitted_by", "submission_number", "entry",
        ]  # fmt: skip


class AcceptanceAsked(Asked):
    """When results were accepted, by whom, and the number of the document that says so."""

    accepted_on = serializers.DateField()
    accepted_by = Line(max_length=200)
    acceptance_number = Line(max_length=100)


class SubmissionAsked(Asked):
    """When results were submitted, to which authority, by whom, and the number under which it took them."""

    submitted_on = serializers.DateField()
    submitted_to = Line(max_length=200)
    submitted_by = Line(max_length=200)
    submission_number = Line(max_length=100)


class ResultsCorrected(Asked):
    """Acceptance and submission as they should have been, each whole or empty, and what was wrong."""

    accepted_on = serializers.DateField(allow_null=True)
    accepted_by = Line(max_length=200, allow_blank=True)
    acceptance_number = Line(max_length=100, allow_blank=True)
    submitted_on = serializers.DateField(allow_null=True)
    submitted_to = Line(max_length=200, allow_blank=True)
    submitted_by = Line(max_length=200, allow_blank=True)
    submission_number = Line(max_length=100, allow_blank=True)
    reason = Line(max_length=1000)


class Projects(mixins.CreateModelMixin, Visible):
    """Projects: work under one regime with a classification ceiling."""

    queryset = m.Project.objects.all()
    serializer_class = ProjectShown
    filterset_class = ProjectFilter

    @act(ProjectAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Open a project. 409 when the rules refuse its level on this installation; that is recorded."""
        return projects.open_project(self.actor(), **asked)

    @act(VisitAsked, gives=VisitShown, status=201)
    def visits(self, row: m.Project, **asked: Any) -> Outcome:
        """Ask for a visit; the rules allow it at once. 409 when they refuse; that is recorded."""
        return visits.request(self.actor(), project=row.id, asked=asked_of(asked))

    @act(SampleAsked, gives=SampleShown, status=201)
    def samples(self, row: m.Project, **asked: Any) -> Outcome:
        """Ask for a random sample of the project's copies, as a regulator with leave to read it."""
        return samples.ask(self.actor(), project=row.id, **asked)

    @act(ObjectionAsked, gives=ObjectionShown, status=201)
    def objections(self, row: m.Project, **asked: Any) -> Outcome:
        """Lodge an objection to the project, as a regulator with leave to read it."""
        return objections.lodge(self.actor(), project=row.id, **asked)

    @act(IncidentAsked, gives=IncidentShown, status=201)
    def incidents(self, row: m.Project, **asked: Any) -> Outcome:
        """Report an incident: the clock to the authority starts with its ledger entry."""
        return incidents.report(self.actor(), project=row.id, told=incidents.Told(**asked))

    @act(RegionAsked)
    def region(self, row: m.Project, region: str | None, reason: str) -> Outcome:
        """Record in which region the project is done; it decides whose leave to read covers it."""
        return projects.locate(self.actor(), project=row.id, region=region or "", reason=reason)

    @act(AcceptanceAsked, gives=ResultsShown)
    def accept_results(self, row: m.Project, **asked: Any) -> Outcome:
        """Record that the project's results were accepted; from that day on runs the time to submit them."""
        return results.accept(self.actor(), project=row.id, **asked)

    @act(SubmissionAsked, gives=ResultsShown)
    def submit_results(self, row: m.Project, **asked: Any) -> Outcome:
        """Record that the project's results were submitted to an authority."""
        return results.submit(self.actor(), project=row.id, **asked)

    @act(ResultsCorrected, gives=ResultsShown)
    def correct_results(self, row: m.Project, **asked: Any) -> Outcome:
        """Put right what is recorded of acceptance and submission; what is left empty there was none of."""
        return results.correct(self.actor(), project=row.id, **asked)

    @act(AskedBack, gives=RecallShown, status=201)
    def recall(self, row: m.Project, **asked: Any) -> Outcome:
        """Ask the holders of all copies that are out to give them back."""
        return ending.recall(self.actor(), project=row.id, **asked)

    @act(WorkEnded)
    def close(self, row: m.Project, reason: str) -> Outcome:
        """Close the project with its subcontracts. 409 while copies are out; that is recorded."""
        return ending.close_project(self.actor(), project=row.id, reason=reason)
