"""Routes of the screens."""

from __future__ import annotations

from django.urls import path

from . import (
    advice,
    amending,
    api,
    approval_standing,
    approvals,
    blanks,
    calendar,
    checks,
    classification,
    conditions,
    contractors,
    copies,
    copying,
    corrections,
    counter,
    counting,
    decided,
    delegations,
    describing,
    destructions,
    dossier,
    ending,
    field_permits,
    field_work,
    files,
    find,
    handoff_paper,
    handoffs,
    handovers,
    holdings,
    home,
    hops,
    incidents,
    items,
    keys,
    labels,
    lapses,
    moves,
    notices,
    offers,
    on_paper,
    opening,
    opening_findings,
    overrides,
    own_decisions,
    packs,
    people,
    preferences,
    projects,
    qualifications,
    queue,
    recalls,
    receiving,
    refusals,
    register_prints,
    registers,
    reports,
    rules,
    saved,
    standing,
    stocktake_count,
    stocktakes,
    style,
    sweeps,
    systems,
    trying,
    verify,
    visits,
    without_paper,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("find", find.page, name="find"),
    path("projects/", projects.index, name="projects"),
    path("projects/new", registers.new, {"kind": "project"}, name="project_new"),
    path("projects/<uuid:id>/items/new", registers.new, {"kind": "item"}, name="item_new"),
    path("items/<uuid:item>/", items.detail, name="item"),
    path("items/<uuid:id>/need-to-know/new", registers.new, {"kind": "need"}, name="need_new"),
    path("need-to-know/<uuid:id>/end", registers.new, {"kind": "need_end"}, name="need_end"),
    path("items/<uuid:item>/classify", classification.act, {"act": "classify"}, name="item_classify"),
    path("items/<uuid:item>/review", classification.act, {"act": "review"}, name="item_review"),
    path("items/<uuid:id>/copies/new", registers.new, {"kind": "copies"}, name="copies_new"),
    path("field/permits/", field_permits.index, name="field_permits"),
    path("projects/<uuid:project>/field-permits/new", field_permits.new, name="field_permit_new"),
    path("field/permits/<uuid:id>/", field_permits.detail, name="field_permit"),
    path("field/permits/<uuid:id>/change", field_permits.change, name="field_permit_change"),
    *(
        path(
            f"field/permits/<uuid:id>/{verb}",
            field_permits.act,
            {"verb": verb},
            name=f"field_permit_{verb}",
        )
        for verb in field_permits.STEPS
    ),
    path("field/permits/<uuid:id>/consent", field_work.zone_consent, name="zone_consent"),
    path("field/permits/<uuid:id>/plan", field_work.collection_plan, name="collection_plan"),
    path("field/equipment/", field_work.equipment, name="equipment"),
    path("field/equipment/new", field_work.equipment_new, name="equipment_new"),
    path("field/zones/", field_work.zones, name="zones"),
    path("field/zones/new", field_work.zones_new, name="zones_new"),
    path("field/collections/", field_work.collections, name="collections"),
    path("projects/<uuid:project>/collections/new", field_work.collection_new, name="collection_new"),
    path("field/collections/<uuid:id>/", field_work.collection, name="collection"),
    path("field/collections/<uuid:id>/done", field_work.collection_done, name="collection_done"),
    path("field/collections/<uuid:id>/output", field_work.collection_output, name="collection_output"),
    path("field/collections/<uuid:id>/review", field_work.collection_review, name="collection_review"),
    path("blanks/", blanks.index, name="blanks"),
    path("blanks/new", blanks.new, name="blanks_new"),
    path("projects/<uuid:project>/blanks/new", blanks.new, name="blanks_of_project_new"),
    path("blanks/blocks/<uuid:block>/<slug:language>.pdf", blanks.forms_pdf, name="blanks_pdf"),
    path("blanks/<uuid:form>/", blanks.detail, name="blank"),
    *(
        path(f"blanks/<uuid:form>/{verb}", blanks.act, {"verb": verb}, name=f"blank_{verb}")
        for verb in blanks.STEPS
    ),
    path("r/<str:code>", blanks.scanned, name="blank_scanned"),
    path("printed/", register_prints.index, name="register_prints"),
    path("printed/new", register_prints.new, name="register_print_new"),
    path("projects/<uuid:project>/printed/new", register_prints.new, name="register_print_of_project"),
    path("printed/<uuid:print>/", register_prints.detail, name="register_print"),
    path("printed/<uuid:print>/register.pdf", register_prints.paper, name="register_print_pdf"),
    path("s/<str:address>", register_prints.scanned, name="register_print_scanned"),
    path("blanks/<uuid:form>/enter", on_paper.ways, name="paper_ways"),
    path("blanks/<uuid:form>/enter/<slug:way>/<uuid:id>", on_paper.new, name="paper_new"),
    path("handoffs/<uuid:handoff>/counter", counter.page, name="handoff_counter"),
    path("handoffs/paper/", on_paper.index, name="paper_handoffs"),
    path("handoffs/paper/<uuid:paper>/settle", on_paper.settle, name="paper_settle"),
    path("opening/", opening.index, name="opening_registers"),
    path("opening/lines/", opening.lines, name="opening_lines"),
    path("opening/findings/", opening_findings.index, name="opening_findings"),
    path("opening/findings/<uuid:finding>/", opening_findings.detail, name="opening_finding"),
    *(
        path(
            f"opening/findings/<uuid:finding>/{verb}",
            opening_findings.act,
            {"verb": verb},
            name=f"opening_finding_{verb}",
        )
        for verb in opening_findings.FORMS
    ),
    path("projects/<uuid:project>/opening/new", opening.new, name="opening_new"),
    path("opening/<uuid:register>/", opening.detail, name="opening_register"),
    *(
        path(f"opening/<uuid:register>/{verb}", opening.act, {"verb": verb}, name=f"opening_{verb}")
        for verb in opening.STEPS
    ),
    path("copy-permits/", copying.index, name="copy_permits"),
    path("items/<uuid:item>/copy-permits/new", copying.new, name="copy_permit_new"),
    path("copy-permits/<uuid:id>/", copying.detail, name="copy_permit"),
    *(
        path(f"copy-permits/<uuid:id>/{verb}", copying.act, {"verb": verb}, name=f"copy_permit_{verb}")
        for verb in copying.STEPS
    ),
    path("destructions/", destructions.index, name="destructions"),
    path("projects/<uuid:project>/destructions/new", destructions.new, name="destruction_new"),
    path("destructions/<uuid:id>/", destructions.detail, name="destruction"),
    *(
        path(f"destructions/<uuid:id>/{verb}", destructions.act, {"verb": verb}, name=f"destruction_{verb}")
        for verb in destructions.STEPS
    ),
    path("people/", registers.people, name="people"),
    path("people/new", registers.new, {"kind": "person"}, name="person_new"),
    path("people/<uuid:person>/", people.detail, name="person"),
    path("people/<uuid:id>/roles/new", registers.new, {"kind": "membership"}, name="membership_new"),
    path("people/<uuid:id>/sign-in/new", registers.new, {"kind": "sign_in"}, name="sign_in_new"),
    path("people/<uuid:id>/grants/new", registers.new, {"kind": "grant"}, name="grant_new"),
    path("people/<uuid:id>/hold", registers.new, {"kind": "hold"}, name="hold_new"),
    path("people/<uuid:id>/hold/lift", registers.new, {"kind": "lift"}, name="hold_lift"),
    *(
        path(f"people/<uuid:id>/{kind}/new", registers.new, {"kind": kind}, name=f"{kind}_new")
        for kind in ("vetting", "training", "undertaking", "leaving")
    ),
    path("packs/", packs.index, name="packs"),
    path("packs/new", packs.new, name="pack_new"),
    path("packs/<uuid:pack>/", packs.detail, name="pack"),
    path("systems/", registers.systems, name="systems"),
    path("systems/new", registers.new, {"kind": "system"}, name="system_new"),
    path("systems/<uuid:system>/", systems.detail, name="system"),
    path("systems/<uuid:system>/test", systems.act, {"act": "test"}, name="system_test"),
    path("systems/<uuid:id>/recall", recalls.ask, {"noun": "system"}, name="system_recall"),
    path("people/<uuid:id>/recall", recalls.ask, {"noun": "person"}, name="person_recall"),
    path("systems/<uuid:system>/retire", systems.act, {"act": "retire"}, name="system_retire"),
    path("systems/<uuid:id>/correct", corrections.correct, {"noun": "system"}, name="system_correct"),
    path("projects/<uuid:project>/", projects.detail, name="project"),
    path("projects/<uuid:project>/hops/new", hops.new, name="hop_new"),
    path("projects/<uuid:project>/handoffs/new", offers.new, name="handoff_new"),
    path("projects/<uuid:project>/copies/confirm", counting.confirm, name="copies_confirm"),
    path("projects/<uuid:project>/reports/new", reports.new, name="report_new"),
    path("hops/<uuid:hop>/", hops.detail, name="hop"),
    *(
        path(f"{noun}s/<uuid:id>/{name}", ending.change, {"noun": noun, "name": name}, name=f"{noun}_{name}")
        for noun, steps in ending.STEPS.items()
        for name in steps
    ),
    path("incidents/", incidents.index, name="incidents"),
    path("projects/<uuid:project>/incidents/new", incidents.new, name="incident_new"),
    path("incidents/<uuid:incident>/", incidents.detail, name="incident"),
    *(
        path(f"incidents/<uuid:incident>/{verb}", incidents.act, {"verb": verb}, name=f"incident_{verb}")
        for verb in incidents.STEPS
    ),
    path("projects/<uuid:project>/visits/new", visits.new, name="visit_new"),
    path("visits/<uuid:visit>/", visits.detail, name="visit"),
    path("recalls/<uuid:recall>/", recalls.detail, name="recall"),
    path("hops/<uuid:hop>/amend", amending.amend, name="hop_amend"),
    path("hops/<uuid:hop>/describe", describing.describe, name="hop_describe"),
    path("projects/<uuid:project>/handoffs/return", moves.back, name="handoff_back"),
    path("projects/<uuid:project>/handoffs/inside", moves.inside, name="handoff_inside"),
    path("handoffs/", handoffs.index, name="handoffs"),
    path("handoffs/new", offers.start, name="handoff_start"),
    path("handoffs/<uuid:handoff>/", handoffs.detail, name="handoff"),
    path("handoffs/<uuid:handoff>/part", receiving.part, name="handoff_part"),
    path("discrepancies/<uuid:discrepancy>/", receiving.settle, name="discrepancy"),
    path("handoffs/<uuid:handoff>/proof", handoffs.proof, name="handoff_proof"),
    path("handoffs/<uuid:handoff>/receipt", handoff_paper.page, name="handoff_receipt"),
    path("handoffs/<uuid:handoff>/receipt/file", handoff_paper.file, name="handoff_receipt_file"),
    path("stocktakes/", stocktakes.index, name="stocktakes"),
    path("stocktakes/new", stocktakes.new, name="stocktake_new"),
    path("stocktakes/<uuid:id>/", stocktakes.detail, name="stocktake"),
    path("stocktakes/<uuid:id>/count", stocktake_count.count, name="stocktake_count"),
    *(
        path(f"stocktakes/<uuid:id>/{verb}", stocktakes.act, {"verb": verb}, name=f"stocktake_{verb}")
        for verb in stocktakes.STEPS
    ),
    path("stocktakes/lines/<uuid:line>/", stocktakes.settle, name="stocktake_line"),
    path("handovers/", handovers.index, name="handovers"),
    path("handovers/new", handovers.new, name="handover_new"),
    path("handovers/<uuid:id>/", handovers.detail, name="handover"),
    path("handovers/<uuid:id>/sign", handovers.sign, name="handover_sign"),
    path("handovers/<uuid:id>/abandon", handovers.abandon, name="handover_abandon"),
    path("copies/", copies.index, name="copies"),
    path("without-paper/", without_paper.index, name="without_paper"),
    path("holdings/", holdings.index, name="holdings"),
    path("sweeps/", sweeps.index, name="sweeps"),
    path("sweeps/new", sweeps.new, name="sweep_new"),
    path("sweeps/lists/new", sweeps.list_new, name="sweep_list_new"),
    path("sweeps/lists/<uuid:listing>/", sweeps.list_detail, name="sweep_list"),
    path("sweeps/lists/<uuid:listing>/file", sweeps.list_file, name="sweep_list_file"),
    path("sweeps/<uuid:sweep>/", sweeps.detail, name="sweep"),
    path("strays/", sweeps.strays, name="strays"),
    path("strays/<uuid:stray>/", sweeps.stray, name="stray"),
    path("copies/<uuid:copy>/", copies.detail, name="copy"),
    path("items/<uuid:item>/labels", labels.page, name="labels"),
    path("c/<str:code>", labels.scanned, name="copy_scanned"),
    path("calendar/", calendar.index, name="calendar"),
    path("lapses/", lapses.index, name="lapses"),
    path("lapses/<uuid:lapse>/", lapses.detail, name="lapse"),
    path("refusals/", refusals.index, name="refusals"),
    path("refusals/<uuid:refusal>/", refusals.detail, name="refusal"),
    path("approvals/", approvals.index, name="approvals"),
    path("approvals/queue", queue.page, name="queue"),
    path("approvals/mine", own_decisions.index, name="own_decisions"),
    path("approvals/votes/<uuid:vote>/proof", own_decisions.proof, name="vote_proof"),
    path("approvals/<uuid:approval>/", approvals.detail, name="approval"),
    *(
        path(f"approvals/<uuid:id>/{verb}", approval_standing.change, {"verb": verb}, name=f"approval_{verb}")
        for verb in approval_standing.STEPS
    ),
    *(
        path(f"conditions/<uuid:id>/{verb}", conditions.act, {"verb": verb}, name=f"condition_{verb}")
        for verb in conditions.STEPS
    ),
    path("decisions/", decided.index, name="decisions"),
    *(
        path(f"approvals/<uuid:id>/{verb}", advice.act, {"verb": verb}, name=f"approval_{verb}")
        for verb in advice.STEPS
    ),
    path("overrides/", overrides.index, name="overrides"),
    path("overrides/<uuid:id>/", overrides.detail, name="override"),
    *(
        path(f"overrides/<uuid:id>/{verb}", overrides.act, {"verb": verb}, name=f"override_{verb}")
        for verb in overrides.STEPS
    ),
    path("projects/<uuid:project>/overrides/new", overrides.new, name="override_new"),
    path("delegations/", delegations.index, name="delegations"),
    path("delegations/new", delegations.new, {"verb": "give"}, name="delegation_new"),
    path("delegations/deputy", delegations.new, {"verb": "propose"}, name="deputy_new"),
    path("delegations/<uuid:id>/confirm", delegations.act, {"verb": "confirm"}, name="delegation_confirm"),
    path("delegations/<uuid:id>/revoke", delegations.act, {"verb": "revoke"}, name="delegation_revoke"),
    path("files/<slug:what>/<uuid:id>/new", files.new, name="file_new"),
    path("files/<uuid:file>/", files.detail, name="file"),
    path("files/<uuid:file>/content", files.content, name="file_content"),
    path("files/<uuid:file>/pages/<int:number>", files.page, name="file_page"),
    path("files/<uuid:file>/pages/<int:number>/<slug:size>", files.image, name="file_image"),
    path("parties/", qualifications.index, name="parties"),
    path("parties/new", registers.new, {"kind": "party"}, name="party_new"),
    path("parties/<uuid:party>/", qualifications.detail, name="party"),
    *(
        path(f"parties/<uuid:party>/{act}", dossier.act, {"act": act}, name=f"party_{act}")
        for act in dossier.ACTS
    ),
    path("screening/<uuid:hit>/", dossier.hit, name="hit"),
    path("parties/<uuid:party>/qualifications/new", qualifications.new, name="qualification_new"),
    path("qualifications/", qualifications.qualifications, name="qualifications"),
    path("qualifications/<uuid:qualification>/", qualifications.qualification, name="qualification"),
    path("parties/<uuid:id>/correct", corrections.correct, {"noun": "party"}, name="party_correct"),
    path(
        "qualifications/<uuid:id>/correct",
        corrections.correct,
        {"noun": "qualification"},
        name="qualification_correct",
    ),
    *(
        path(
            f"qualifications/<uuid:id>/{verb}", standing.change, {"verb": verb}, name=f"qualification_{verb}"
        )
        for verb in standing.STEPS
    ),
    *(
        path(f"parties/<uuid:party>/{step}", contractors.record, {"step": step}, name=f"party_{step}")
        for step in contractors.STEPS
    ),
    path("items/<uuid:id>/correct", corrections.correct, {"noun": "item"}, name="item_correct"),
    path("handoffs/<uuid:id>/correct", corrections.correct, {"noun": "handoff"}, name="handoff_correct"),
    path("reports/", reports.index, name="reports"),
    path("reports/<uuid:report>/", reports.detail, name="report"),
    path("reports/<uuid:report>/<slug:kind>", reports.file, name="report_file"),
    path("api/", api.page, name="api"),
    path("rules/", rules.index, name="rules"),
    path("rules/try", trying.page, name="rule_try"),
    path("rules/<slug:code>/", rules.detail, name="rule"),
    path("checks/", checks.page, name="checks"),
    path("checks/<uuid:frozen>/", checks.one, name="frozen"),
    path("keys/", keys.page, name="keys"),
    path("keys/<uuid:key>/revoke", keys.revoke, name="key_revoke"),
    path("saved", saved.saved, name="saved"),
    path("notices", notices.inbox, name="notices"),
    path("notices/mail", notices.mail, name="notice_mail"),
    path("verify", verify.page, name="verify"),
    path("preferences/language", preferences.set_language, name="language"),
    path("preferences/theme", preferences.set_theme, name="theme"),
    path("style", style.style, name="style"),
]
