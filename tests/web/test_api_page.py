"""The page about the API says what the schema says, to those who are signed in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from custody.web import api
from custody.web.api_words import CHINESE

from .scene import Scene


@pytest.fixture(scope="module")
def document() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_every_operation_and_every_noun_is_there_with_words(document: Any) -> None:
    found = api.read(document)
    shown = {(o.method.lower(), o.address) for _, _, operations in found.nouns for o in operations}
    assert shown == {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert {noun for noun, _, _ in found.nouns} == set(api.NOUNS)


def test_the_schema_is_explained_in_chinese_and_nothing_that_it_no_longer_says() -> None:
    with translation.override("zh-hans"):
        document = SchemaGenerator().get_schema(request=None, public=True)
        found = api.read(document)
    operations = [o for _, _, some in found.nouns for o in some]
    told = {o.says for o in operations} | {says for _, says, _ in found.objects}
    told |= {str(row[-1]) for o in operations if o.parameters for row in o.parameters.rows}
    assert [words for words in told if words and not re.search("[\u4e00-\u9fff]", words)] == []
    assert set(CHINESE.values()) - told == set(), "the schema no longer says it"


def test_an_offer_is_described_member_by_member(document: Any) -> None:
    found = api.read(document)
    (offer,) = (o for _, _, all in found.nouns for o in all if o.id == "handoffs_create")
    assert offer.body is not None
    members = {row[0]: row[1:] for row in offer.body.rows}
    assert members["copies"] == ["list of: id (UUID)", True]
    assert members["purpose"] == ["text (at most 300 characters)", False]
    assert members["due_back"] == ["date or null", False]
    assert members["channel"][0].startswith("one of: in_person, ")
    assert "Idempotency-Key" in offer.call and "Bearer" not in offer.call
    assert "409" in offer.problems and offer.answers.rows[0][0] == "201"


def test_every_link_within_the_page_leads_somewhere(scene: Scene) -> None:
    import re

    page = scene.client("tao").get(reverse("api")).content.decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert reverse("schema") in page and reverse("keys") in page


@pytest.mark.parametrize(("language", "word"), [("en", "Subcontracts"), ("zh-hans", "分包")])
def test_it_is_read_in_both_languages_without_script(scene: Scene, language: str, word: str) -> None:
    answer = scene.client("mei", language).get(reverse("api"))
    page = answer.content.decode()
    assert answer.status_code == 200 and f"<h2>{word}</h2>" in page
    assert " style=" not in page and "onclick" not in page


def test_the_second_reader_costs_no_new_document(scene: Scene, django_assert_max_num_queries: Any) -> None:
    mei = scene.client("mei")
    mei.get(reverse("api"))
    made = api._reference.cache_info().misses
    with django_assert_max_num_queries(15):
        mei.get(reverse("api"))
    assert api._reference.cache_info().misses == made


def test_a_guest_is_sent_to_sign_in() -> None:
    assert Client().get(reverse("api")).status_code == 302
