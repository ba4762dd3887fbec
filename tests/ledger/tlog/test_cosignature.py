import pytest

from ledger.tlog import cosignature, note
from ledger.tlog.cosignature import CosignSigner, CosignVerifier
from ledger.tlog.errors import FormatError, PolicyError, SignatureError

from .builders import LOG, WITNESSES, sample_log
from .test_note import VECTORS

TIME = 1_795_255_200


def test_the_message_is_the_one_of_the_specification():
    cosigned = VECTORS["cosigned"]
    text = note.split_note(cosigned["note"].encode())[0].decode()
    assert cosignature.message(text, cosigned["time"]) == cosigned["message"].encode()


def test_the_time_stands_where_the_specification_has_it():
    line = note.split_note(VECTORS["cosigned"]["note"].encode())[1][1]
    assert (line.name, line.key_id.hex(), len(line.signature)) == ("witness.example.com/w1", "8d66cf3f", 72)
    assert cosignature.time_of(line.signature) == VECTORS["cosigned"]["time"]


def test_a_cosignature_is_verified_with_its_time():
    text = note.split_note(sample_log().note().encode())[0].decode()
    raw = (note.sign_note(text, LOG) + WITNESSES[0].sign(text, TIME)).encode()
    witness = CosignVerifier.from_vkey(WITNESSES[0].vkey)
    opened = note.open_note(raw, [witness])
    assert cosignature.time_of(opened.verified[0].signature) == TIME
    assert witness.vkey == WITNESSES[0].vkey


def test_every_changed_byte_of_a_cosignature_is_refused():
    text = note.split_note(sample_log().note().encode())[0]
    line = note.split_note(text + b"\n" + WITNESSES[0].sign(text.decode(), TIME).encode())[1][0]
    witness = CosignVerifier.from_vkey(WITNESSES[0].vkey)
    assert witness.verify(text, line.signature)
    for place in range(len(line.signature)):
        changed = bytearray(line.signature)
        changed[place] ^= 128
        assert not witness.verify(text, bytes(changed))
    assert not witness.verify(text, line.signature[:-1])
    assert not witness.verify(text, line.signature + b"x")
    assert not witness.verify(text, b"")
    assert not witness.verify(text + b"x\n", line.signature)


def test_a_log_signature_is_no_cosignature():
    text = "a\n"
    twin = CosignSigner(LOG.name, LOG.key)
    assert CosignVerifier.from_vkey(twin.vkey).key_id != note.Verifier.from_vkey(LOG.vkey).key_id
    with pytest.raises(SignatureError):
        note.open_note(note.sign_note(text, LOG).encode(), [CosignVerifier.from_vkey(twin.vkey)])
    with pytest.raises(PolicyError, match="0x04"):
        CosignVerifier.from_vkey(LOG.vkey)


@pytest.mark.parametrize("time", [-1, 2**63])
def test_a_time_outside_the_format_is_refused(time):
    with pytest.raises(FormatError):
        WITNESSES[0].sign("a\n", time)
