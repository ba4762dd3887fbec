"""Routes of the screens."""

from __future__ import annotations

from django.urls import path

from . import (
    approvals,
    copies,
    find,
    handoffs,
    home,
    hops,
    notices,
    offers,
    preferences,
    projects,
    qualifications,
    refusals,
    reports,
    saved,
    style,
    verify,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("find", find.page, name="find"),
    path("projects/", projects.index, name="projects"),
    path("projects/<uuid:project>/", projects.detail, name="project"),
    path("projects/<uuid:project>/hops/new", hops.new, name="hop_new"),
    path("projects/<uuid:project>/handoffs/new", offers.new, name="handoff_new"),
    path("projects/<uuid:project>/reports/new", reports.new, name="report_new"),
    path("hops/<uuid:hop>/", hops.detail, name="hop"),
    path("handoffs/", handoffs.index, name="handoffs"),
    path("handoffs/<uuid:handoff>/", handoffs.detail, name="handoff"),
    path("handoffs/<uuid:handoff>/proof", handoffs.proof, name="handoff_proof"),
    path("copies/", copies.index, name="copies"),
    path("copies/<uuid:copy>/", copies.detail, name="copy"),
    path("refusals/", refusals.index, name="refusals"),
    path("refusals/<uuid:refusal>/", refusals.detail, name="refusal"),
    path("approvals/", approvals.index, name="approvals"),
    path("approvals/<uuid:approval>/", approvals.detail, name="approval"),
    path("parties/", qualifications.index, name="parties"),
    path("parties/<uuid:party>/", qualifications.detail, name="party"),
    path("parties/<uuid:party>/qualifications/new", qualifications.new, name="qualification_new"),
    path("qualifications/", qualifications.qualifications, name="qualifications"),
    path("qualifications/<uuid:qualification>/", qualifications.qualification, name="qualification"),
    path("reports/", reports.index, name="reports"),
    path("reports/<uuid:report>/", reports.detail, name="report"),
    path("reports/<uuid:report>/<slug:kind>", reports.file, name="report_file"),
    path("saved", saved.saved, name="saved"),
    path("notices", notices.inbox, name="notices"),
    path("notices/mail", notices.mail, name="notice_mail"),
    path("verify", verify.page, name="verify"),
    path("preferences/language", preferences.set_language, name="language"),
    path("preferences/theme", preferences.set_theme, name="theme"),
    path("style", style.style, name="style"),
]
