"""A trust book: the trust folders of many units, each pinned by a fingerprint that was compared on paper.

    BOOK/NAME/          policy, log.vkey, ca.pem, tsa.pem and sites as the unit gave them at registration
    BOOK/NAME/pinned    JSON: fingerprint, origins of its logs, day of registration

The fingerprint is SHA-256 over the names and hashes of those files. It stands on a sheet that both sides
sign; who changes a file of the book must change the sheet as well.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from custody.terms import Text
from ledger import trust as trust_folder
from ledger.tlog import canonical
from ledger.tlog.errors import PolicyError

PINNED = "pinned"
REQUIRED = ("policy", "log.vkey", "ca.pem")
FILES = (*REQUIRED, "tsa.pem", "sites")
_LARGEST = 1_000_000

NO_BOOK = Text("{path} is no trust book: it holds no unit.", "{path} 不是信任名册：其中没有任何单位。")
NAME = Text(
    "A unit is kept under a name of letters, digits, blanks, dots and hyphens: {name}.",
    "单位名称只能由文字、数字、空格、句点和连字符组成：{name}。",
)
LACKS = Text("The trust folder {path} lacks {file}.", "信任文件夹 {path} 缺少 {file}。")
UNUSABLE = Text("The trust folder {path} cannot be used: {reason}", "信任文件夹 {path} 无法使用：{reason}")
STANDS = Text(
    "{name} is registered already, with the fingerprint {fingerprint}. Give --again to register it anew: the "
    "former files are kept.",
    "{name} 已登记，指纹为 {fingerprint}。如需重新登记，请加 --again；原有文件予以保留。",
)
SAME = Text("{name} is registered with exactly these files.", "{name} 已按完全相同的文件登记。")
TAKEN = Text(
    "The ledger {origin} is registered for {name}. Two units cannot have one ledger.",
    "账本 {origin} 已登记在 {name} 名下。两个单位不能共用一份账本。",
)
CHANGED = Text(
    "The trust files of {name} are not those that were registered: their fingerprint is {found}, registered "
    "was {pinned}. Compare with the signed sheet before you rely on either.",
    "{name} 的信任文件与登记时不符：现指纹为 {found}，登记指纹为 {pinned}。"
    "采信之前请与双方签字的登记表核对。",
)
DAMAGED = Text(
    "The registration of {name} in the trust book cannot be read.", "信任名册中 {name} 的登记信息无法读取。"
)


class BookError(Exception):
    """The book cannot be used or changed like this; ``text`` says why in both languages."""

    def __init__(self, text: Text, **places: object) -> None:
        self.text = Text(text.en.format(**places), text.zh.format(**places))
        super().__init__(self.text.en)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of a book; ``fault`` says why its files are not to be relied on."""

    name: str
    folder: Path
    origins: tuple[str, ...]
    pinned: str
    registered: str
    fault: Text | None = None


def fingerprint(folder: Path) -> str:
    """Return the SHA-256 over the trust files of a folder, in hex. Raises BookError where one is missing."""
    told: dict[str, canonical.Json] = {}
    for name in FILES:
        path = folder / name
        if not path.is_file():
            if name in REQUIRED:
                raise BookError(LACKS, path=folder, file=name)
            continue
        with path.open("rb") as file:
            told[name] = hashlib.sha256(file.read(_LARGEST)).hexdigest()
    return hashlib.sha256(canonical.encode({"files": told})).hexdigest()


def in_fours(hexadecimal: str) -> str:
    """Return a fingerprint as it is read aloud: groups of four."""
    return " ".join(hexadecimal[at : at + 4] for at in range(0, len(hexadecimal), 4))


def units(book: Path) -> list[Unit]:
    """Return the units of a book by name, with a fault or not. Raises BookError where there is none."""
    try:
        found = list(_units(book))
    except OSError:
        found = []
    if not found:
        raise BookError(NO_BOOK, path=book)
    return found


def _units(book: Path) -> Iterator[Unit]:
    for folder in sorted(book.iterdir()):
        if folder.is_dir() and not folder.name.startswith("."):
            yield _unit(folder)


def _unit(folder: Path) -> Unit:
    try:
        told = json.loads((folder / PINNED).read_text("utf-8"))
        pinned, origins, day = (
            str(told["fingerprint"]),
            tuple(map(str, told["origins"])),
            str(told["registered"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Unit(
            folder.name,
            folder,
            (),
            "",
            "",
            Text(DAMAGED.en.format(name=folder.name), DAMAGED.zh.format(name=folder.name)),
        )
    try:
        found = fingerprint(folder)
        if found == pinned and set(_origins(folder)) == set(origins):
            return Unit(folder.name, folder, origins, pinned, day)
        fault = BookError(CHANGED, name=folder.name, found=in_fours(found), pinned=in_fours(pinned)).text
    except (BookError, OSError) as error:
        fault = error.text if isinstance(error, BookError) else BookError(DAMAGED, name=folder.name).text
    return Unit(folder.name, folder, origins, pinned, day, fault)


def _origins(folder: Path) -> list[str]:
    try:
        return sorted({log.verifier.name for log in trust_folder.load(folder).logs})
    except PolicyError as error:
        raise BookError(UNUSABLE, path=folder, reason=error) from None


def register(trust: Path, book: Path, name: str, day: date, *, again: bool = False) -> Unit:
    """Take a unit's trust folder into the book, whole or not at all; return the unit.

    Raises BookError for a folder that cannot be used, a name that stands with other files (without
    ``again``), or a ledger that another unit has.
    """
    plain = name.strip()
    if not plain or plain.startswith(".") or not all(c.isalnum() or c in " .-_()（）" for c in plain):
        raise BookError(NAME, name=ascii(name))
    mark, origins = fingerprint(trust), _origins(trust)
    known = list(_units(book)) if book.is_dir() else []
    for one in known:
        for origin in set(origins) & set(one.origins):
            if one.name != plain:
                raise BookError(TAKEN, origin=origin, name=one.name)
        if one.name == plain and not again:
            raise BookError(
                SAME if one.pinned == mark else STANDS, name=plain, fingerprint=in_fours(one.pinned)
            )
    book.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=book, prefix=".new-"))
    try:
        for file in FILES:
            if (trust / file).is_file():
                (fresh / file).write_bytes((trust / file).read_bytes())
        told = {"fingerprint": mark, "origins": origins, "registered": day.isoformat()}
        (fresh / PINNED).write_text(json.dumps(told, indent=1), encoding="utf-8")
        if fingerprint(fresh) != mark:
            raise BookError(UNUSABLE, path=trust, reason="it changed meanwhile")
        fresh.chmod(0o755)
        target = book / plain
        if target.exists():
            former = book / f".former-{plain}-{_unit(target).pinned[:16] or 'unreadable'}"
            shutil.rmtree(former, ignore_errors=True)
            target.rename(former)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return _unit(target)


def sheet(unit: Unit) -> str:
    """Return the sheet that both sides sign at registration, in both languages, for any printer."""
    lines = [
        "REGISTRATION OF A LEDGER                                     账本登记表",
        "",
        f"Unit / 单位：            {unit.name}",
        f"Registered / 登记日期：  {unit.registered}",
        *(f"Ledger / 账本：          {origin}" for origin in unit.origins),
        "",
        "Fingerprint of its trust files (SHA-256) / 信任文件指纹（SHA-256）：",
        f"    {in_fours(unit.pinned)[:39]}",
        f"    {in_fours(unit.pinned)[40:]}",
        "",
        "Both sides have read these 64 signs from their own computers and found them equal.",
        "双方已各自从本方计算机读出上述 64 位字符，核对一致。",
        "",
        "For the unit / 单位：",
        "",
        "    name / 姓名 ____________________   signature / 签名 ____________________   date / 日期 ________",
        "",
        "For the authority / 主管部门：",
        "",
        "    name / 姓名 ____________________   signature / 签名 ____________________   date / 日期 ________",
        "",
    ]
    return "\n".join(lines)
