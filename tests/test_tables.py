"""The tables that the product stands on agree with each other: words, verbs, rules, kinds, states (DESIGN
5)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody import permissions, terms, transitions
from custody.evidence.words import EvidenceOf
from custody.policy import shipped
from custody.policy.catalogue import page
from custody.policy.rule import published
from custody.terms import Verb, Word
from custody.web.inputs import INPUTS

PROJECT = Path(__file__).resolve().parent.parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORDS = [
    w
    for w in (*vars(terms).values(), EvidenceOf)
    if isinstance(w, type) and issubclass(w, Word) and w is not Word
]
# An approval's verbs are those of the hop it decides on; a report's are steps of the worker, a copy's of its
# handoff or of its destruction.
PERMITTED_AS = {
    "qualification": {
        "verify": "qualification.verify",
        "reject": "qualification.verify",
        "correct": "qualification.correct",
        **{verb: f"qualification.{verb}" for verb in ("suspend", "reinstate", "downgrade", "revoke")},
    },
    "hop": {
        "agree": "hop.approve",
        **{verb: f"hop.{verb}" for verb in ("approve", "deny", "withdraw", "revoke", "report", "describe")},
        **{verb: f"hop.{verb}" for verb in ("suspend", "lift", "amend")},
        "record_paper": "hop.consent",
        **{verb: f"hop.{verb}" for verb in ("complete", "recall", "close")},
    },
    "signing_key": {verb: f"signing_key.{verb}" for verb in ("confirm", "end", "revoke")},
    "identity": {verb: f"identity.{verb}" for verb in ("confirm", "refuse", "end")},
    "webhook": {"end": "webhook.end"},
    "slip": {verb: f"slip.{verb}" for verb in ("confirm", "end", "revoke")},
    "visit": {"end": "visit.end"},
    "incident": {
        verb: f"incident.{verb}"
        for verb in (
            "triage",
            "contain",
            "notify",
            "investigate",
            "close",
            "dismiss",
            "hold",
            "release",
            "correct",
        )
    },
    "project": {verb: f"project.{verb}" for verb in ("recall", "close")},
    "permit": {
        "begin": "collection.plan",
        **{v: f"permit.{v}" for v in ("change", "submit", "approve", "return", "revoke", "close")},
    },
    "item": {
        **dict.fromkeys(("classify", "reclassify", "declassify", "withdraw"), "item.propose"),
        "mint": "copy.mint",
        "issue": "handoff.offer",
    },
    "proposal": {verb: f"item.{verb}" for verb in ("determine", "return", "take_back")},
    "copy_permit": {
        "use": "copy.mint",
        **{verb: f"copy_permit.{verb}" for verb in ("approve", "refuse", "withdraw")},
    },
    "destruction": {
        verb: f"destruction.{verb}" for verb in ("approve", "refuse", "withdraw", "fail", "record", "certify")
    },
    "collection": {verb: f"collection.{verb}" for verb in ("record", "register", "review")},
    "handoff": {
        verb: f"handoff.{verb}"
        for verb in ("accept", "decline", "withdraw", "correct", "mistaken", "agree", "disagree", "dispatch")
    }
    | {"accept_part": "handoff.accept", "lose": "handoff.lose", "lapse": "handoff.accept"},
    "register": {
        verb: f"register.{verb}" for verb in ("map", "withdraw", "enter", "confirm", "compare", "close")
    },
    "blank": {verb: f"blank.{verb}" for verb in ("issue", "spoil", "miss", "find")} | {"use": "paper.enter"},
    "receipt_sheet": {"use": "handoff.witness", "replace": "handoff.print_sheet"},
    "on_paper": {"settle": "paper.settle", "bar": "handoff.accept"},
    "stray": dict.fromkeys(("report", "remove", "allow"), "stray.settle"),
    "stocktake": {verb: f"stocktake.{verb}" for verb in ("count", "recount", "close", "cancel")},
    "objection": {v: f"objection.{v}" for v in ("answer", "accept", "send_back", "withdraw")},
    "sample": {verb: f"sample.{verb}" for verb in ("draw", "withdraw", "enter", "close")},
    "handover": {"sign": "handover.sign", "complete": "handover.sign", "abandon": "handover.abandon"},
    "difference": dict.fromkeys(("find", "put_right", "destroy", "report"), "stocktake.settle"),
    "discrepancy": dict.fromkeys(("find", "replace", "report"), "discrepancy.settle"),
}


def asked() -> Iterator[tuple[str, str]]:
    """Every verb that code asks permission for, with the file: ``require("...")`` and ``can("...")``."""
    for path in sorted((PROJECT / "custody").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"require", "can"}
                and node.args
            ):
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and "." in part.value:
                        whole = not part.value.endswith(".")  # else all verbs of the noun are meant
                        found = [part.value] if whole else _verbs_of(part.value)
                        yield from ((verb, str(path.relative_to(PROJECT))) for verb in found)


def _verbs_of(noun: str) -> list[str]:
    return [verb for verb in permissions.PERMISSIONS if verb.startswith(noun)]


# --- words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", WORDS, ids=lambda w: w.__name__)
def test_every_word_has_both_labels_and_a_value_that_can_be_stored(words: type[Word]) -> None:
    assert list(words)
    for word in words:
        assert re.fullmatch(r"[a-z]+([._][a-z]+)*", word.value) and len(word.value) <= 32
        assert word.text.en.strip() and not CHINESE.search(word.text.en)
        assert CHINESE.search(word.text.zh)
    for language in ("en", "zh"):
        labels = [word.text.get(language) for word in words]
        assert len(set(labels)) == len(labels), "two words read the same"


# --- verbs ------------------------------------------------------------------------------------------------


def test_every_verb_that_is_asked_for_has_a_row_and_every_row_is_asked_for_by_an_action() -> None:
    found = list(asked())
    assert {verb for verb, _ in found} <= set(permissions.PERMISSIONS)
    in_actions = {verb for verb, file in found if file.startswith("custody/actions/")}
    assert set(permissions.PERMISSIONS) - in_actions == set(), (
        "a row that no action asks for protects nothing"
    )


def test_every_verb_that_rules_judge_has_a_permission_row() -> None:
    assert {str(verb) for verb in Verb} <= set(permissions.PERMISSIONS)


def test_every_row_gives_some_role_at_some_known_place() -> None:
    for verb, permit in permissions.PERMISSIONS.items():
        assert permit.roles and permit.where, verb
        places = {"house", "own", "owner", "sender", "receiver", "holder", "originator", "grant"}
        assert set(permit.where) <= places, verb


WITHOUT_SIGNING_IN = {"slip": {"use"}}
"""What whoever holds a paper does, and no role."""


@pytest.mark.parametrize("noun", PERMITTED_AS)
def test_every_verb_of_a_state_table_is_a_verb_somebody_may_do(noun: str) -> None:
    table: transitions.Table = getattr(transitions, noun.upper())
    verbs = {verb for _, verb in table} - WITHOUT_SIGNING_IN.get(noun, set())
    for verb in verbs:
        assert PERMITTED_AS[noun][verb] in permissions.PERMISSIONS
    assert verbs == set(PERMITTED_AS[noun])


def test_approvals_move_with_their_hop_and_copies_with_their_handoff() -> None:
    def verbs(table: transitions.Table) -> set[str]:
        return {verb for _, verb in table}

    alone = {"describe", "report", "record_paper", "complete", "recall", "close"}
    assert verbs(transitions.APPROVAL) | alone == verbs(transitions.HOP)
    batch = {"mark", "unmark", "destroy"}  # with the destruction that a copy is marked for
    assert verbs(transitions.COPY) - batch == verbs(transitions.HANDOFF) - {"correct", "dispatch"} | {"offer"}


# --- rules ------------------------------------------------------------------------------------------------


def test_rule_ids_are_unique_and_versions_count_up_from_one() -> None:
    versions: dict[str, list[int]] = {}
    for rule in published().all():
        versions.setdefault(rule.code, []).append(rule.version)
    for code, numbers in versions.items():
        assert re.fullmatch(r"[A-Z]{3}-\d\d", code)
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", sorted(shipped.packs()))
def test_every_rule_is_set_in_every_regime_with_a_basis_or_the_reason_why_not(name: str) -> None:
    pack = shipped.pack(name)
    assert set(pack.rules) == {rule.code for rule in published().newest()}
    for code, setting in pack.rules.items():
        if setting.enabled:
            assert setting.cite, f"{code} stands on nothing in {name}"
            for cite in setting.cite:
                assert cite.source.en and CHINESE.search(cite.source.zh + "无")
        else:
            assert setting.off_reason and setting.off_reason.en and CHINESE.search(setting.off_reason.zh)


def test_every_rule_has_remedies_in_both_languages_and_all_three_examples() -> None:
    from tests.policy.examples import EXAMPLES

    for rule in published().all():
        assert rule.remedies, rule.name
        for remedy in rule.remedies.values():
            assert remedy.en and CHINESE.search(remedy.zh), rule.name
        outcomes = {e.outcome for e in EXAMPLES if e.rule == rule.name}
        assert {"pass", "cannot_tell"} <= outcomes and outcomes & {"block", "warn"}, rule.name


def test_the_catalogue_of_rules_is_current() -> None:
    assert (PROJECT / "docs" / "rules.md").read_text("utf-8") == page()


# --- the graph --------------------------------------------------------------------------------------------


def test_every_wall_names_a_table_and_every_constraint_that_is_explained_exists() -> None:
    from django.apps import apps

    from custody.actions.entered import CONSTRAINTS
    from custody.walls import APPEND_ONLY

    models = list(apps.get_app_config("custody").get_models())
    assert set(APPEND_ONLY) <= {model._meta.db_table for model in models}
    constraints = {c.name for model in models for c in model._meta.constraints}
    assert set(CONSTRAINTS) <= constraints
    for field, text in CONSTRAINTS.values():
        assert field and text.en and CHINESE.search(text.zh)


def test_the_migrations_say_what_the_models_say(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", "custody", "ledger", verbosity=0)


def test_every_input_that_a_rule_tells_has_a_name_for_people() -> None:
    told = set()
    for path in (PROJECT / "custody" / "policy" / "rules").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="tell"), args=[ast.Constant(value=name), *_]):
                    told.add(name)
    assert len(told) > 50 and told - set(INPUTS) == set()
    for words in INPUTS.values():
        assert words.en.strip() and CHINESE.search(words.zh)
