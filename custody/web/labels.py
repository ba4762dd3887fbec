"""Labels for the copies of an item, and the address that their QR codes open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import codes
from custody import models as m
from custody.actions import labelling
from custody.reports import labels

from . import entries
from .base import language, screen, visible_or_404
from .names import project_crumbs
from .patterns import Link


class LabelForm(forms.Form):
    """Which copies get a label, and on what."""

    copies = forms.MultipleChoiceField(
        label=_l("Copies"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _l("Choose at least one copy")},
    )
    stock = forms.ChoiceField(
        label=_l("Label paper"),
        choices=lambda: [(key, s.name.get(language())) for key, s in labels.STOCKS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _l("Choose the paper")},
    )
    first = forms.IntegerField(
        label=_l("First free label on the sheet"),
        help_text=_l("For a sheet of which labels were used: count along the rows. On a roll it is 1."),
        initial=1,
        min_value=1,
        error_messages={"required": _l("Enter a number; 1 for a full sheet")},
    )

    def __init__(self, data: Any, rows: dict[str, m.Copy]) -> None:
        """Offer these copies, all of them at first."""
        super().__init__(data, initial={"copies": list(rows), "stock": next(iter(labels.STOCKS))})
        field: Any = self.fields["copies"]
        field.choices = [(id, row.code) for id, row in rows.items()]

    def clean(self) -> dict[str, Any]:
        """The sheet has the place to begin with."""
        cleaned = super().clean() or self.cleaned_data
        stock, first = labels.STOCKS.get(cleaned.get("stock", "")), cleaned.get("first")
        if stock and first and first > stock.places:
            self.add_error("first", _("This paper has %(n)s labels") % {"n": stock.places})
        return cleaned


@screen("GET", "POST")
def page(request: HttpRequest, item: UUID) -> HttpResponse:
    """Ask which labels to print and give them as a PDF. Printing changes no record."""
    row = visible_or_404(m.Item.objects.select_related("project"), request, item)
    seen = m.Copy.objects.visible_to(request.user).there().filter(item=row)
    copies = {str(copy.id): copy for copy in seen.order_by("number")[: labels.MOST]}
    if not copies:
        raise Http404
    form = LabelForm(request.POST if request.method == "POST" else None, copies)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        chosen = [copies[id] for id in given["copies"]]
        body = labelling.sheet(row, chosen, stock=given["stock"], first=given["first"], language=language())
        return entries.download(body, "labels.pdf", "application/pdf")
    context = {
        "crumbs": [*project_crumbs(row.project), Link(row.codename, reverse("item", args=[row.id]))],
        "heading": _("Print labels"),
        "lead": _("Each label has the code in large letters and a QR code that opens the copy's page."),
        "form": form,
        "submit": _("Print labels"),
        "cancel": reverse("item", args=[row.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@screen()
def scanned(request: HttpRequest, code: str) -> HttpResponse:
    """Lead from the address on a label to the copy's page, for whoever may see that copy."""
    row = get_object_or_404(m.Copy.objects.visible_to(request.user), code=codes.normalise(code))
    return redirect("copy", row.id)
