"""The command `python -m custody.sweep FOLDER --list FILE`: writes the result, tells what was found.

Returns 0 when nothing on the list was found, 1 when something was, 2 when not everything could be looked at
or the sweep could not be made.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from custody.word import Text

from .files import Listing, Result, SweepError
from .looking import sweep

EVERY = 2.0
"""Seconds between two lines of progress."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m custody.sweep", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--list", type=Path, required=True, metavar="FILE", dest="listing")
    parser.add_argument("--result", type=Path, metavar="FILE", help="default: the list's name with .result")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    asked = parser.parse_args(arguments)
    language = asked.language
    say = lambda text: print(text.get(language))  # noqa: E731
    target: Path = asked.result or asked.listing.with_suffix(".result")
    try:
        listing = Listing.read(asked.listing.read_bytes())
        result = sweep(asked.folder, listing, _Progress(language))
        _write(target, result.written(listing.key))
    except SweepError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename}: {error.strerror}")
    for found in result.found:
        say(Text(f"FOUND  {found.path}  ({found.size} bytes)", f"发现  {found.path}（{found.size} 字节）"))
    for unread in result.unread:
        say(Text(f"not read  {unread.path}: {unread.why}", f"未能读取  {unread.path}：{unread.why}"))
    say(_summary(result))
    say(Text(f"Written to {target}: take this file back.", f"结果已写入 {target}，请带回导入。"))
    return 1 if result.found else 2 if result.unread else 0


class _Progress:
    """Tells now and then how much was read."""

    def __init__(self, language: str) -> None:
        self.language, self.next = language, time.monotonic() + EVERY

    def __call__(self, files: int, size: int) -> None:
        if time.monotonic() >= self.next:
            told = Text(f"{files} files, {size} bytes", f"{files} 个文件，{size} 字节")
            print(told.get(self.language), file=sys.stderr, flush=True)
            self.next = time.monotonic() + EVERY


def _summary(result: Result) -> Text:
    n, unread = len(result.found), len(result.unread)
    return Text(
        f"{result.files} files, {result.size} bytes looked at; {n} on the list; {unread} could not be read; "
        f"{result.links} links not followed.",
        f"已检查 {result.files} 个文件（{result.size} 字节）；{n} 个在清单上；{unread} 个未能读取；"
        f"{result.links} 个链接未跟随。",
    )


def _write(path: Path, raw: bytes) -> None:
    """Write a file whole, or not at all; one that is there already is not touched."""
    with path.open("xb") as file:
        file.write(raw)
        file.flush()


def _failed(why: str) -> int:
    print(f"no sweep was made / 未能检查: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
