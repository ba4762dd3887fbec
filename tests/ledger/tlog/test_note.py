import json
from pathlib import Path

import pytest

from ledger.tlog import note
from ledger.tlog.encoding import b64, unb64
from ledger.tlog.errors import FormatError, PolicyError, SignatureError
from ledger.tlog.note import Signer, Verifier, open_note, sign_note

from .builders import key

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "tlog" / "signed_note.json").read_text("utf-8"))
EXAMPLE = VECTORS["example"]["note"].encode()
SPEC = Verifier.from_vkey(VECTORS["example"]["vkey"])

ANNA, BEN = Signer("anna.example", key(1)), Signer("ben.example", key(2))
TEXT = "first\n\nsecond é\n"


def verifier(signer: Signer) -> Verifier:
    return Verifier.from_vkey(signer.vkey)


def test_the_note_of_the_specification_is_accepted():
    opened = open_note(EXAMPLE, [SPEC])
    assert opened.text == "This is an example message.\n"
    assert [one.verifier for one in opened.verified] == [SPEC]
    assert SPEC.vkey == VECTORS["example"]["vkey"]


def test_the_last_empty_line_separates_text_and_signatures():
    text, lines = note.split_note(VECTORS["verse"]["note"].encode())
    assert text.decode() == VECTORS["verse"]["text"]
    assert [line.name for line in lines] == ["quasimodo.example/salvatore"]


def test_every_changed_byte_of_a_note_is_refused():
    for place in range(len(EXAMPLE)):
        for bit in range(8):
            changed = bytearray(EXAMPLE)
            changed[place] ^= 1 << bit
            with pytest.raises((FormatError, SignatureError)):
                open_note(bytes(changed), [SPEC])


def test_a_note_by_two_is_opened_by_whoever_knows_one_of_them():
    raw = sign_note(TEXT, ANNA, BEN).encode()
    opened = open_note(raw, [verifier(BEN)])
    assert opened.text == TEXT
    assert [one.verifier.name for one in opened.verified] == ["ben.example"]
    assert [line.name for line in opened.unknown] == ["anna.example"]
    assert len(open_note(raw, [verifier(ANNA), verifier(BEN)]).verified) == 2


def test_a_note_by_nobody_known_is_refused():
    with pytest.raises(SignatureError, match=r"ben\.example"):
        open_note(sign_note(TEXT, ANNA).encode(), [verifier(BEN)])
    with pytest.raises(SignatureError):
        open_note(sign_note(TEXT, ANNA).encode(), [])


def test_one_false_signature_by_a_known_key_spoils_the_note():
    raw = (sign_note(TEXT, ANNA) + BEN.sign("another text\n")).encode()
    open_note(raw, [verifier(ANNA)])
    with pytest.raises(SignatureError, match="does not hold"):
        open_note(raw, [verifier(ANNA), verifier(BEN)])


def test_two_lines_by_one_known_key_are_refused():
    raw = (sign_note(TEXT, ANNA) + ANNA.sign(TEXT)).encode()
    with pytest.raises(SignatureError, match="one line per known key"):
        open_note(raw, [verifier(ANNA)])


def test_a_key_that_shares_only_the_name_is_unknown():
    impostor = Signer("anna.example", key(3))
    with pytest.raises(SignatureError):
        open_note(sign_note(TEXT, impostor).encode(), [verifier(ANNA)])
    assert len(open_note(sign_note(TEXT, impostor, ANNA).encode(), [verifier(ANNA)]).unknown) == 1


def test_two_verifiers_with_one_name_and_id_are_refused():
    with pytest.raises(PolicyError, match="once"):
        open_note(sign_note(TEXT, ANNA).encode(), [verifier(ANNA), verifier(ANNA)])


def test_sixteen_signatures_are_accepted_and_a_hundred_and_one_refused():
    signers = [Signer(f"s{number}.example", key(number)) for number in range(101)]
    assert len(open_note(sign_note(TEXT, *signers[:16]).encode(), [verifier(signers[3])]).unknown) == 15
    open_note(sign_note(TEXT, *signers[:100]).encode(), [verifier(signers[3])])
    with pytest.raises(FormatError, match="100 signatures"):
        open_note(sign_note(TEXT, *signers).encode(), [verifier(signers[3])])


def test_a_huge_note_is_refused_before_it_is_read():
    with pytest.raises(FormatError, match="at most"):
        open_note(b"a\n" * 500_001, [SPEC])


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:-1],
        lambda raw: raw + b"\n",
        lambda raw: raw + b"x",
        lambda raw: raw + b"\n\n",
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.replace("\u2014".encode(), b"-"),
        lambda raw: raw.replace("\u2014 ".encode(), "\u2014\u00a0".encode()),
        lambda raw: raw.replace("\u2014 ".encode(), "\u2014  ".encode()),
        lambda raw: raw.replace(b"=\n", b"\n"),
        lambda raw: raw.replace(b"=\n", b"= \n"),
        lambda raw: raw.replace(b"=\n", b"==\n"),
        lambda raw: raw.replace(b"aQM=\n", b"aQN=\n"),
        lambda raw: raw.replace(b"message", b"mess\x00age"),
        lambda raw: raw.replace(b"message", b"mess\tage"),
        lambda raw: raw.replace(b"message", b"mess\xffage"),
        lambda raw: raw.replace(b"\n\n", b"\n"),
        lambda raw: b"",
        lambda raw: b"\n\n",
    ],
)
def test_a_note_in_another_spelling_is_refused(change):
    changed = change(EXAMPLE)
    assert changed != EXAMPLE
    with pytest.raises(FormatError):
        open_note(changed, [SPEC])


def test_a_signature_of_another_length_is_refused():
    line = EXAMPLE.rsplit(b" ", 1)[1].strip().decode()
    for blob in (unb64(line)[:-1], unb64(line) + b"x", unb64(line)[:5]):
        with pytest.raises(SignatureError):
            open_note(EXAMPLE.replace(line.encode(), b64(blob).encode()), [SPEC])
    with pytest.raises(FormatError):
        open_note(EXAMPLE.replace(line.encode(), b64(unb64(line)[:4]).encode()), [SPEC])


@pytest.mark.parametrize("text", ["", "no newline", "a\rb\n", "a\tb\n", "\x00\n", "\ud800\n"])
def test_a_text_that_is_no_note_text_is_not_signed(text):
    with pytest.raises(FormatError):
        sign_note(text, ANNA)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\nb", "a\x01b", "\ud800"])
def test_a_name_that_is_no_key_name_is_refused(name):
    with pytest.raises(FormatError):
        Signer(name, key(1))


def test_the_base64_of_a_key_may_contain_a_plus():
    vkey = next(
        signer.vkey
        for seed in range(250)
        if "+" in (signer := Signer("a.example", key(seed))).vkey.split("+", 2)[2]
    )
    assert Verifier.from_vkey(vkey).vkey == vkey


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text.replace("+", " "),
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text.replace("530d903a", "530D903A"),
        lambda text: text.replace("530d903a", "53 0d 90 3a"),
        lambda text: text.replace("530d903a", "530d903b"),
        lambda text: text.replace("example.com/foo", "example.com/bar"),
        lambda text: text.replace("example.com/foo", ""),
        lambda text: text[:-1] + "l",
        lambda text: text + "=",
        lambda text: "example.com/foo+530d903a+AQ==",
    ],
)
def test_a_damaged_verifier_key_is_refused(change):
    with pytest.raises(PolicyError):
        Verifier.from_vkey(change(VECTORS["example"]["vkey"]))


def vkey_of(raw: bytes) -> str:
    return note.encode_vkey("weak.example", note.ED25519, raw)


P = 2**255 - 19


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ((1).to_bytes(32, "little"), "small order"),
        ((P - 1).to_bytes(32, "little"), "small order"),
        ((0).to_bytes(32, "little"), "small order"),
        ((1 << 255).to_bytes(32, "little"), "small order"),
        (bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "small order"),
        (bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"), "small order"),
        (bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "small order"),
        (bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"), "small order"),
        (P.to_bytes(32, "little"), "y not below p"),
        ((P + 1).to_bytes(32, "little"), "y not below p"),
        ((2**255 - 1).to_bytes(32, "little"), "y not below p"),
        ((1 | 1 << 255).to_bytes(32, "little"), "minus zero"),
        ((2).to_bytes(32, "little"), "on the curve"),
        (bytes(31), "32 bytes"),
        (bytes(33), "32 bytes"),
    ],
)
def test_a_key_under_which_anyone_could_sign_is_refused(raw, why):
    with pytest.raises(PolicyError, match=why):
        Verifier.from_vkey(vkey_of(raw))


def test_generated_keys_are_accepted():
    for seed in range(1, 40):
        Verifier.from_vkey(Signer("a.example", key(seed)).vkey)


def test_a_key_of_another_type_is_no_log_key():
    with pytest.raises(PolicyError, match="type 0x01"):
        Verifier.from_vkey(note.encode_vkey("w.example", 4, key(1).public_key().public_bytes_raw()))
