import pytest

from ledger.tlog import note, policy
from ledger.tlog.cosignature import CosignSigner
from ledger.tlog.errors import FormatError, PolicyError, SignatureError
from ledger.tlog.note import Signer, sign_note

from .builders import LOG, ORIGIN, WITNESS_TIME, WITNESSES, key, policy_text, sample_log

LINE = f"log {LOG.vkey}\n"
W = [witness.vkey for witness in WITNESSES]


def test_a_checkpoint_by_the_log_is_trusted():
    trusted = policy.parse(policy_text()).open(sample_log().note().encode())
    assert (trusted.checkpoint.origin, trusted.checkpoint.size) == (ORIGIN, 5)
    assert (trusted.witnesses, trusted.quorum_met) == ((), True)


def test_the_quorum_counts_the_witnesses_that_cosigned():
    two_of_three = policy.parse(policy_text("two"))
    for count, met in ((0, False), (1, False), (2, True), (3, True)):
        trusted = two_of_three.open(sample_log().note(*WITNESSES[:count]).encode())
        assert trusted.quorum_met is met
        assert [(one.name, one.time) for one in trusted.witnesses] == [
            (f"w{number}", WITNESS_TIME) for number in range(count)
        ]


def test_groups_of_groups_follow_the_example_of_the_specification():
    keys = {
        name: CosignSigner(f"{name}.example", key(60 + n)).vkey
        for n, name in enumerate(["X1", "X2", "X3", "Y1", "Y2", "Y3"])
    }
    text = "".join(f"witness {name} {vkey}\n" for name, vkey in keys.items())
    text += "group X-witnesses 2 X1 X2 X3\ngroup Y-witnesses any Y1 Y2 Y3\n"
    text += "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
    read = policy.parse(text)
    for names, met in (
        ("", False),
        ("X1 X2 X3", False),
        ("X1 Y1", False),
        ("X1 X3 Y2", True),
        ("X1 X2 X3 Y1 Y2 Y3", True),
        ("Y1 Y2 Y3", False),
    ):
        assert read.satisfied_by(set(names.split())) is met


def test_a_single_witness_may_be_the_quorum():
    read = policy.parse(f"{LINE}witness w0 {W[0]} https://w0.example/\nquorum w0\n")
    assert not read.open(sample_log().note().encode()).quorum_met
    assert read.open(sample_log().note(WITNESSES[0]).encode()).quorum_met
    assert read.witnesses["w0"].url == "https://w0.example/"


def test_comments_blank_lines_tabs_and_foreign_octets_are_allowed():
    raw = b"# caf\xe9\n \t\n  # more\n\tlog  \t" + LOG.vkey.encode() + b" https://\xe4\xbe\x8b.example \n"
    raw += (
        b"witness \xe2\x84\xaa "
        + W[0].encode()
        + b"\nwitness K "
        + W[1].encode()
        + b"\ngroup \xff any K\nquorum \xff\n"
    )
    read = policy.parse(raw)
    assert len(read.witnesses) == 2
    assert read.satisfied_by({"K"})
    assert not read.satisfied_by({"\u212a"})


def test_thirty_two_of_each_are_supported():
    text = "".join(f"log {Signer(f'l{n}.example', key(n)).vkey}\n" for n in range(32))
    text += "".join(f"witness w{n} {CosignSigner(f'w{n}.example', key(100 + n)).vkey}\n" for n in range(32))
    text += "".join(f"group g{n} all w{n}\n" for n in range(32))
    read = policy.parse(text + "quorum g7\n")
    assert (len(read.logs), len(read.witnesses), len(read.groups)) == (32, 32, 32)


def test_a_policy_nested_without_end_is_refused():
    text = f"witness g0 {W[0]}\n" + "".join(f"group g{n + 1} any g{n}\n" for n in range(300))
    with pytest.raises(PolicyError, match="at most 256"):
        policy.parse(text + "quorum g300\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        LINE,
        LINE + "quorum none",
        LINE + "quorum none\nquorum none\n",
        LINE + "quorum w0\n",
        LINE + "quorum w0\nwitness w0 " + W[0] + "\n",
        LINE + "quorum\n",
        LINE + "quorum none none\n",
        LINE + "Quorum none\n",
        LINE + "mirror a b\nquorum none\n",
        LINE.replace("\n", "\r\n") + "quorum none\n",
        LINE + "quorum\u00a0none\n",
        LINE + "quorum none\x0b\n",
        LINE + "quorum none\x7f\n",
        LINE + LINE + "quorum none\n",
        LINE + f"log {Signer('other.name', LOG.key).vkey}\nquorum none\n",
        "log nonsense\nquorum none\n",
        "log\nquorum none\n",
        f"log {LOG.vkey} url more\nquorum none\n",
        f"log {W[0]}\nquorum none\n",
        f"witness w0 {LOG.vkey}\nquorum none\n",
        "witness w0\nquorum none\n",
        f"witness none {W[0]}\nquorum none\n",
        f"witness w0 {W[0]}\nwitness w0 {W[1]}\nquorum none\n",
        f"witness w0 {W[0]}\nwitness w1 {W[0]}\nquorum none\n",
        f"witness w0 {W[0]}\nwitness w1 {CosignSigner('x.example', WITNESSES[0].key).vkey}\nquorum none\n",
        LINE + f"witness w0 {CosignSigner('w.example', LOG.key).vkey}\nquorum w0\n",
        f"witness w0 {W[0]}\nlog {Signer('l.example', WITNESSES[0].key).vkey}\nquorum w0\n",
        f"witness w0 {W[0]}\ngroup w0 any w0\nquorum none\n",
        f"witness w0 {W[0]}\ngroup none any w0\nquorum none\n",
        f"witness w0 {W[0]}\ngroup g any\nquorum none\n",
        f"witness w0 {W[0]}\ngroup g any g\nquorum none\n",
        f"witness w0 {W[0]}\ngroup g any none\nquorum none\n",
        f"witness w0 {W[0]}\ngroup g 0 w0\nquorum none\n",
        f"witness w0 {W[0]}\ngroup g 2 w0\nquorum none\n",
        f"witness w0 {W[0]}\ngroup g 01 w0\nquorum none\n",
        f"witness w0 {W[0]}\ngroup g -1 w0\nquorum none\n",
        f"witness w0 {W[0]}\ngroup g some w0\nquorum none\n",
        f"witness w0 {W[0]}\ngroup g 2 w0 w0\nquorum none\n",
        f"witness w0 {W[0]}\ngroup g any w0\ngroup h any w0\nquorum none\n",
        f"group g any w0\nwitness w0 {W[0]}\nquorum none\n",
    ],
)
def test_a_policy_that_breaks_a_rule_is_refused(text):
    with pytest.raises(PolicyError):
        policy.parse(text)


def test_an_error_names_the_line():
    with pytest.raises(PolicyError, match="policy line 2"):
        policy.parse(LINE + "quorom none\n")


def test_a_policy_without_a_log_trusts_nothing():
    with pytest.raises(PolicyError, match="at least one log"):
        policy.parse("quorum none\n").open(sample_log().note().encode())


def test_a_log_speaks_only_for_its_own_origin():
    text = note.split_note(sample_log().note().encode())[0].decode()
    other = Signer("other.example/ledger", key(7))
    both = policy.parse(LINE + f"log {other.vkey}\nquorum none\n")
    assert both.open(sign_note(text, LOG, other).encode()).checkpoint.origin == ORIGIN
    with pytest.raises(SignatureError, match="by the log"):
        both.open(sign_note(text, other).encode())


def test_witnesses_alone_do_not_make_a_checkpoint():
    text = note.split_note(sample_log().note().encode())[0].decode()
    raw = (text + "\n" + "".join(witness.sign(text, 1) for witness in WITNESSES)).encode()
    with pytest.raises(SignatureError, match="witnesses only"):
        policy.parse(policy_text("two")).open(raw)


def test_a_false_cosignature_by_a_known_witness_spoils_the_checkpoint():
    raw = (sample_log().note() + WITNESSES[0].sign("another\n", 1)).encode()
    with pytest.raises(SignatureError, match="does not hold"):
        policy.parse(policy_text()).open(raw)


def test_a_signed_text_that_is_no_checkpoint_is_refused():
    with pytest.raises(FormatError):
        policy.parse(policy_text()).open(sign_note("hello\n", LOG).encode())
    with pytest.raises(FormatError, match="leading zeros"):
        policy.parse(policy_text()).open(sign_note(f"{ORIGIN}\n01\n{'A' * 43}=\n", LOG).encode())


def test_a_rotated_key_of_the_same_log_is_trusted_beside_the_old_one():
    fresh = Signer(ORIGIN, key(8))
    text = note.split_note(sample_log().note().encode())[0].decode()
    both = policy.parse(LINE + f"log {fresh.vkey}\nquorum none\n")
    for signers in ((LOG,), (fresh,), (LOG, fresh)):
        assert both.open(sign_note(text, *signers).encode()).checkpoint.size == 5


def test_a_log_under_another_name_or_with_another_key_is_called_that():
    text = note.split_note(sample_log().note().encode())[0].decode()
    read = policy.parse(policy_text())
    for raw, code, said in (
        (
            sign_note(text.replace(ORIGIN, "else.example"), Signer("else.example", LOG.key)),
            "origin",
            "else.e",
        ),
        (sign_note(text, Signer(ORIGIN, key(9))), "key", "another key of that name"),
        (sign_note(text, Signer("else.example", key(9))), "unsigned", "by the log|signature by"),
        (sign_note(text, LOG).replace("\n5\n", "\n6\n"), "false", "does not hold"),
        (sign_note(text, LOG) + LOG.sign(text), "false", "one line per known key"),
    ):
        with pytest.raises(SignatureError, match=said) as caught:
            read.open(raw.encode())
        assert caught.value.code == code
