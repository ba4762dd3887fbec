"""Every way in which a report is forged for the tests, by the keys that it takes: a function each.

Those of *anyone* need the file and a PDF program, those of *seal* the sealing key too, those of *all* the
log's key as well; the last are what all keys can do without a contradiction.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pikepdf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyhanko.pdf_utils.generic import NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from custody.reports import build
from ledger.tlog import disclosure, leaf
from ledger.tlog.note import Signer
from tests.ledger.tlog.builders import WITNESSES
from tests.reports.forged import Forger, Log, Written, inside
from tests.reports.made import Delivered, Unit


class Forged(NamedTuple):
    """What is handed out, and the trust folder it is judged with where that is not the unit's own."""

    pdf: bytes
    receipt: bytes | None
    trust: Path | None = None


@dataclass
class Scene:
    """One unit's reports, and forgers who take them apart; each is asked for anew, to be spoilt."""

    unit: Unit
    folder: Path
    signed: Delivered
    signed_keys: Path
    signed_trust: Path

    def forger(self) -> Forger:
        return Forger(self.unit.other, self.unit.keys, self.unit.trust)

    def richer(self) -> Forger:
        """One who has the report with refused attempts and votes of several subcontracts."""
        return Forger(self.unit.english, self.unit.keys, self.unit.trust)

    def with_passkey(self) -> Forger:
        return Forger(self.signed, self.signed_keys, self.signed_trust)

    def witnessed(self) -> Path:
        """A trust folder that demands a witness."""
        return self.trusting(f"witness w {WITNESSES[0].vkey}", "quorum w")

    def trusting(self, *lines: str) -> Path:
        """A trust folder of this unit whose policy says more."""
        folder = Path(
            shutil.copytree(self.unit.trust, self.folder / f"trust{len(list(self.folder.iterdir()))}")
        )
        log = (folder / "log.vkey").read_text().strip()
        (folder / "policy").write_text("\n".join([f"log {log}", *lines]) + "\n")
        return folder


# --- anyone, with a PDF program ---


def flipped(pdf: bytes, place: int) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def page_byte(scene: Scene) -> Forged:
    pdf = scene.unit.other.pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        drawn = document.pages[1].Contents.read_raw_bytes()
    return Forged(flipped(pdf, pdf.index(drawn) + len(drawn) // 2), scene.unit.other.receipt)


def evidence_byte(scene: Scene) -> Forged:
    pdf = scene.unit.other.pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        packed = document.attachments[build.EVIDENCE].obj.EF.F.read_raw_bytes()
    return Forged(flipped(pdf, pdf.index(packed)), scene.unit.other.receipt)


def page_by_update(scene: Scene) -> Forged:
    writer = IncrementalPdfFileWriter(io.BytesIO(scene.unit.other.pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Contents")] = writer.add_object(StreamObject(stream_data=b"BT (FORGED) Tj ET"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return Forged(out.getvalue(), scene.unit.other.receipt)


def evidence_by_update(scene: Scene) -> Forged:
    writer = IncrementalPdfFileWriter(io.BytesIO(scene.unit.other.pdf))
    spec = writer.root["/AF"][0]["/EF"].raw_get("/F")
    stream = spec.get_object()
    stream._data = stream._encoded_data = scene.unit.english.evidence
    stream.pop(NameObject("/Filter"), None)
    stream["/Length"] = stream["/Length"].__class__(len(scene.unit.english.evidence))
    writer.mark_update(spec)
    out = io.BytesIO()
    writer.write(out)
    return Forged(out.getvalue(), scene.unit.other.receipt)


def cut_back(scene: Scene) -> Forged:
    pdf = scene.unit.other.pdf
    return Forged(pdf[: pdf.index(b"%%EOF") + 6], scene.unit.other.receipt)


def trailing(scene: Scene) -> Forged:
    return Forged(scene.unit.other.pdf + b"\n", scene.unit.other.receipt)


def saved_again(scene: Scene) -> Forged:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(scene.unit.other.pdf)) as pdf:
        pdf.save(out)
    return Forged(out.getvalue(), scene.unit.other.receipt)


def receipt_of_another(scene: Scene) -> Forged:
    return Forged(scene.unit.other.pdf, scene.unit.english.receipt)


# --- who has the sealing key too: other content under a genuine seal ---


def sealed(forger: Forger, evidence: bytes) -> Forged:
    return Forged(forger.seal(forger.body(evidence)), None)


def resealed(
    scene: Scene, files: dict[str, bytes], change: Callable[[pikepdf.Pdf], None] | None = None
) -> Forged:
    forger = scene.forger()
    return Forged(forger.seal(inside(scene.unit.other.pdf, files, change)), None)


def evidence_of_another(scene: Scene) -> Forged:
    return resealed(scene, {build.EVIDENCE: scene.unit.english.evidence})


def another_file_inside(scene: Scene) -> Forged:
    return resealed(scene, {build.EVIDENCE: scene.unit.other.evidence, "letter.txt": b"All in order"})


def no_evidence(scene: Scene) -> Forged:
    return resealed(scene, {})


def pages_altered(scene: Scene) -> Forged:
    files = {build.EVIDENCE: scene.unit.other.evidence}
    return resealed(scene, files, lambda pdf: pdf.pages[0].contents_add(b"q Q"))


def pages_of_another_program(scene: Scene) -> Forged:
    def change(pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata() as meta:
            meta["xmp:CreatorTool"] = "Holdfast 0.0.9"

    return resealed(scene, {build.EVIDENCE: scene.unit.other.evidence}, change)


def value_under_its_old_digest(scene: Scene) -> Forged:
    forger = scene.forger()
    log, entry = forger.log(), forger.find("handoff.accepted")
    digest = entry.disclosure("note").digest
    other = disclosure.make("note", "Seal broken, counted in haste", entry.values["note"][0]).text
    return sealed(forger, forger.evidence(log, disclosures={**log.disclosures, digest: other}))


def value_of_no_entry(scene: Scene) -> Forged:
    forger = scene.forger()
    log, made = forger.log(), disclosure.make("note", "In order")
    return sealed(forger, forger.evidence(log, disclosures={**log.disclosures, made.digest: made.text}))


def entry_left_out(scene: Scene) -> Forged:
    forger = scene.forger()
    log, entry = forger.log(), forger.find("handoff.offered")
    run = log.places[entry.stream]
    gone = run[[one for one in forger.entries if one.stream == entry.stream].index(entry)]
    shown = {**log.places, entry.stream: [place for place in run if place != gone]}
    digests = set(leaf.parse(log.leaves[gone]).digests)
    texts = {digest: text for digest, text in log.disclosures.items() if digest not in digests}
    return sealed(forger, forger.evidence(Log(log.leaves, shown, texts, log.checkpoint)))


def party_of(forger: Forger) -> str:
    """The stream of a party that no decision's pack and no question stands in."""
    return next(one.stream for one in forger.entries if str(one.get("about")).startswith("party:"))


def stream_left_out(scene: Scene) -> Forged:
    forger = scene.forger()
    log = forger.log()
    return sealed(forger, forger.cut(log, {party_of(forger): 0}))


def tail_hidden(scene: Scene) -> Forged:
    forger = scene.forger()
    log, system = forger.log(), forger.find("log.opened").stream
    return sealed(forger, forger.cut(log, {system: len(log.places[system]) - 1}))


def fact_withheld(scene: Scene) -> Forged:
    forger = scene.forger()
    log, entry = forger.log(), forger.find("handoff.accepted")
    digest = entry.disclosure("facts/act").digest
    texts = {name: text for name, text in log.disclosures.items() if name != digest}
    return sealed(forger, forger.evidence(log, disclosures=texts))


def called_erased(scene: Scene) -> Forged:
    forger = scene.forger()
    log, entry = forger.log(), forger.find("party.registered")
    digest = entry.disclosure("name").digest
    texts = {name: text for name, text in log.disclosures.items() if name != digest}
    erased = {**forger.erased, digest: forger.entries[0].id}
    return sealed(forger, forger.evidence(log, disclosures=texts, erased=erased))


def pack_text_changed(scene: Scene) -> Forged:
    forger = scene.forger()
    packs = {sha256: text.replace('"en":"', '"en":"X', 1) for sha256, text in forger.packs.items()}
    return sealed(forger, forger.evidence(forger.log(), packs=packs))


def pack_kept_back(scene: Scene) -> Forged:
    forger = scene.forger()
    return sealed(forger, forger.evidence(forger.log(), packs={}))


def key_of_a_copy(scene: Scene) -> Forged:
    forger = scene.forger()
    keys = {**forger.tag_keys, next(iter(forger.tag_keys)): bytes(32)}
    return sealed(forger, forger.evidence(forger.log(), tag_keys=keys))


def older_checkpoint(scene: Scene) -> Forged:
    forger = scene.forger()
    log = forger.log()
    return sealed(forger, forger.evidence(log, checkpoint=forger.checkpoint(log.leaves[:-1])))


def edited_under_the_old_checkpoint(scene: Scene) -> Forged:
    forger = scene.forger()
    signed = forger.log().checkpoint
    forger.find("handoff.accepted").put("note", "Seal broken")
    return sealed(forger, forger.evidence(forger.log(), checkpoint=signed))


def signed_with_another_key(scene: Scene) -> Forged:
    forger = scene.forger()
    stranger = Signer(forger.origin, Ed25519PrivateKey.generate())
    return sealed(forger, forger.evidence(forger.log(stranger)))


def another_log(scene: Scene) -> Forged:
    forger = scene.forger()
    return sealed(
        forger, forger.evidence(forger.log(Signer("other.example/log", Ed25519PrivateKey.generate())))
    )


# --- all keys: every hash and signature made anew ---


def all_keys(forger: Forger) -> Forged:
    return Forged(*forger.all(), forger.trusted)


def issued_as(scene: Scene, **values: Any) -> Forged:
    forger = scene.forger()
    log = forger.log()
    pdf = forger.seal(forger.body(forger.evidence(log)))
    return Forged(pdf, forger.issue(log, pdf, **values))


def receipt_of_the_same_file_for_another_report(scene: Scene) -> Forged:
    return issued_as(scene, report=str(uuid4()))


def receipt_of_another_entry(scene: Scene) -> Forged:
    return issued_as(scene, kind="report.requested/1")


def receipt_of_another_log(scene: Scene) -> Forged:
    other = Signer("other.example/log", Ed25519PrivateKey.generate())
    forged = issued_as(scene, signer=other)
    return forged._replace(trust=scene.trusting(f"log {other.vkey}", "quorum none"))


def witness_removed(scene: Scene) -> Forged:
    return all_keys(scene.forger())._replace(trust=scene.witnessed())


def decided(forger: Forger, kind: str, **values: Any) -> Written:
    """An entry with a decision, whose members may be changed."""
    found = forger.find(kind, **values)
    found.put("decision", json.loads(json.dumps(found.get("decision"))))
    return found


def outcome_edited(scene: Scene) -> Forged:
    forger = scene.forger()
    decided(forger, "attempt.refused").get("decision")["outcome"] = "allow"
    return all_keys(forger)


def finding_edited(scene: Scene) -> Forged:
    forger = scene.forger()
    decision = decided(forger, "attempt.refused").get("decision")
    decision["outcome"] = "allow"
    (barring,) = [finding for finding in decision["findings"] if finding["outcome"] == "block"]
    assert barring["code"] == "FOR-01"
    barring["outcome"] = "pass"
    return all_keys(forger)


def fact_edited(scene: Scene) -> Forged:
    """The room that the copies went to was on the internet; the decision is left as it was."""
    forger = scene.forger()
    entry = forger.find("handoff.accepted")
    name = f"facts/system:{entry.get('system')}"
    entry.put(name, {**entry.get(name), "network": "internet"})
    return all_keys(forger)


def act_against_its_decision(scene: Scene) -> Forged:
    forger = scene.forger()
    forger.find("attempt.refused").put("kind", "visit.allowed/1")
    return all_keys(forger)


def collection_told_as_in_order(scene: Scene) -> Forged:
    forger = scene.richer()
    forger.find("collection.recorded", uplink=True).put("findings", [])
    return all_keys(forger)


def refusal_that_was_none(scene: Scene) -> Forged:
    forger = scene.forger()
    forger.find("item.registered").put("kind", "attempt.refused/1")
    return all_keys(forger)


def pack_never_published(scene: Scene) -> Forged:
    forger = scene.forger()
    entry = decided(forger, "item.registered")
    sha256 = str(entry.get("decision")["pack_sha256"])
    weaker = forger.packs[sha256].replace('"en":"', '"en":"X', 1)
    changed = hashlib.sha256(weaker.encode()).hexdigest()
    forger.packs[changed] = weaker
    entry.get("decision")["pack_sha256"] = changed
    return all_keys(forger)


def pack_of_tomorrow(scene: Scene) -> Forged:
    forger = scene.forger()
    sha256 = str(forger.find("item.registered").get("decision")["pack_sha256"])
    forger.find("pack.published", sha256=sha256).put("effective", "2099-01-01")
    return all_keys(forger)


def sign_off_moved(scene: Scene) -> Forged:
    forger = scene.forger()
    other, vote = scene.richer().find("approval.voted"), forger.find("approval.voted")
    for name in ("statement", "statement_sha256"):
        vote.put(name, other.get(name))
    return all_keys(forger)


def sign_off_reworded(scene: Scene) -> Forged:
    forger = scene.forger()
    vote = forger.find("approval.voted")
    vote.put("statement", str(vote.get("statement")).replace("approve", "deny"))
    return all_keys(forger)


def key_ended_before(scene: Scene) -> Forged:
    forger = scene.with_passkey()
    confirmed = forger.find("signing_key.confirmed")
    told = {name: confirmed.get(name) for name in ("key", "person", "credential")}
    forger.write(confirmed, "signing_key.ended/1", **told, reason="Lost", how="revoked", ended_by=None)
    return all_keys(forger)


def signature_of_something_else(scene: Scene) -> Forged:
    forger = scene.with_passkey()
    vote = forger.find("approval.voted", method="passkey")
    answer = dict(vote.get("assertion"))
    answer["signature"] = answer["signature"][:-6] + "AAAAAA"
    vote.put("assertion", answer)
    return all_keys(forger)


def key_of_nobody(scene: Scene) -> Forged:
    forger = scene.with_passkey()
    forger.entries.remove(forger.find("signing_key.confirmed"))
    return all_keys(forger)


def override_signature_of_something_else(scene: Scene) -> Forged:
    forger = scene.with_passkey()
    given = forger.find("signature.given")
    answer = dict(given.get("assertion"))
    answer["signature"] = answer["signature"][:-6] + "AAAAAA"
    given.put("assertion", answer)
    return all_keys(forger)


def override_agreed_on_other_terms(scene: Scene) -> Forged:
    forger = scene.with_passkey()
    forger.find("override.asked").put("until", "2099-01-01")
    return all_keys(forger)


def override_signature_left_out(scene: Scene) -> Forged:
    forger = scene.with_passkey()
    forger.entries.remove(forger.find("signature.given"))
    return all_keys(forger)


def date_shifted_back(scene: Scene) -> Forged:
    forger = scene.forger()
    entry = forger.find("hop.consented")
    entry.at = f"{int(entry.at[:4]) - 1}{entry.at[4:]}"
    return all_keys(forger)


def move_without_its_tag(scene: Scene) -> Forged:
    forger = scene.forger()
    forger.find("handoff.accepted").tags = []
    return all_keys(forger)


def erased_by_an_order_of_something_else(scene: Scene) -> Forged:
    forger = scene.forger()
    entry = forger.find("party.registered")
    salt, value = entry.values.pop("name")
    digest = disclosure.make("name", value, salt).digest
    entry.hidden.append(digest)
    order = forger.write(forger.find("log.opened"), "fields.erased/1", erases=["A" * 43])
    forger.erased[digest] = order.id
    return all_keys(forger)


# --- what all keys do without a contradiction ---


def entry_never_written(forger: Forger) -> None:
    """A refused attempt is left out of the log."""
    forger.entries.remove(forger.find("attempt.refused"))


def note_rewritten(forger: Forger) -> None:
    """What the receiver noted stands otherwise."""
    forger.find("handoff.accepted").put("note", "Nothing was missing")
