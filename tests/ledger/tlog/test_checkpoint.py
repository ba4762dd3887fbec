import pytest

from ledger.tlog import checkpoint
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.errors import FormatError
from ledger.tlog.merkle import EMPTY_ROOT

TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_a_checkpoint_is_read_and_written_back():
    read = checkpoint.parse(TEXT)
    assert (read.origin, read.size, len(read.root)) == ("example.com/behind-the-sofa", 20_852_163, 32)
    assert read.text() == TEXT
    assert checkpoint.parse(TEXT + "extension\n").extensions == ("extension",)


def test_an_empty_log_has_the_empty_root():
    text = "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    assert checkpoint.parse(text) == Checkpoint("a", 0, EMPTY_ROOT)
    with pytest.raises(FormatError, match="empty root"):
        checkpoint.parse(TEXT.replace("20852163", "0"))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text + "\n",
        lambda text: "\n" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("20852163", "020852163"),
        lambda text: text.replace("20852163", "+20852163"),
        lambda text: text.replace("20852163", "-1"),
        lambda text: text.replace("20852163", "20852163 "),
        lambda text: text.replace("20852163", "20_852_163"),
        lambda text: text.replace("20852163", "9223372036854775808"),
        lambda text: text.replace("20852163", "٣"),
        lambda text: text.replace("2I=", "2I"),
        lambda text: text.replace("2I=", "2J="),
        lambda text: text.replace("2I=\n", "\n"),
        lambda text: text.replace("q2I=", "q2IA"),
        lambda text: text.replace("2I=", "2I= "),
        lambda text: text.rsplit("\n", 2)[0] + "\n",
        lambda text: "",
        lambda text: text + "a\n\nb\n",
    ],
)
def test_another_spelling_is_refused(change):
    assert change(TEXT) != TEXT
    with pytest.raises(FormatError):
        checkpoint.parse(change(TEXT))


@pytest.mark.parametrize(
    "arguments",
    [
        ("", 1, bytes(32)),
        ("a\nb", 1, bytes(32)),
        ("a", -1, bytes(32)),
        ("a", 2**63, bytes(32)),
        ("a", 1, b""),
    ],
)
def test_a_checkpoint_that_cannot_be_is_refused(arguments):
    with pytest.raises(FormatError):
        Checkpoint(*arguments)
    with pytest.raises(FormatError):
        Checkpoint("a\rb", 1, bytes(32)).text()
