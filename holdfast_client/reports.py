"""Reports: asking for one, watching it being built, keeping it; and judging one without any site."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from config.words import words

from . import found
from .errors import DONE, Failed, Problem
from .reach import Site
from .saying import plain, say

EVERY = 1.0
RECEIPT_WITHIN = 120.0


def report(site: Site, options: Namespace) -> int:
    """Ask for a report, wait for it, and save it with its receipt."""
    folder = Path(options.out)
    if not folder.is_dir():
        raise Failed(words(f"There is no folder {folder}.", f"没有目录{folder}。"))
    project = found.project(site, options.project)
    body = {"project": project["id"], "language": options.language}
    row = _built(site, site.act("reports/", body, options.once), options.wait)
    pdf = site.file(f"reports/{row['id']}/file/")
    if hashlib.sha256(pdf).hexdigest() != row["sha256"]:
        raise Failed(
            words(
                "The file did not arrive as it was built. Run it again.", "文件与生成时不一致，请重新运行。"
            )
        )
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", str(project["code"])).strip("-.") or "report"
    path = folder / f"holdfast-{stem}-{str(row['id'])[:8]}.pdf"
    _save(path, pdf)
    _save(path.with_name(path.name + ".receipt"), _receipt(site, str(row["id"]), path))
    return DONE


def verify(options: Namespace) -> int:
    """Judge a report on this machine alone: 0 good, 1 bad, 2 not fully checked."""
    from custody.verify.__main__ import main  # it brings what reads PDF, which the other commands do without

    receipt = ["--receipt", options.receipt] if options.receipt else []
    return main([options.file, *receipt, "--trust", options.trust])


def _built(site: Site, row: dict[str, Any], wait: float) -> dict[str, Any]:
    """Return the row of the report once it is ready. Raises Failed."""
    last = time.monotonic() + wait
    words_ = words("Building the report", "正在生成报告")
    with tqdm(total=100, desc=words_, unit="%", file=sys.stderr, disable=None, leave=False) as bar:
        while row["state"] not in ("ready", "failed"):
            if time.monotonic() > last:
                raise Failed(
                    words(
                        "The report is not ready yet. It goes on being built; take it from the page of the "
                        "project, or run this again with a longer --wait.",
                        "报告尚未完成，仍在生成中。请从项目页面下载，或用更长的 --wait 重新运行。",
                    )
                )
            time.sleep(EVERY)
            row = site.get(f"reports/{row['id']}/")
            bar.update(max(0, int(row["progress"] or 0) - bar.n))
    if row["state"] == "failed":
        raise Failed(
            words(
                "The report could not be built. Ask again; if it fails again, tell the administrator.",
                "无法生成报告。请重新申请；如再次失败，请告知管理员。",
            )
        )
    return row


def _receipt(site: Site, report: str, pdf: Path) -> bytes:
    """Return the receipt, which follows the report by some seconds. Raises Failed when it does not come."""
    last = time.monotonic() + RECEIPT_WITHIN
    while True:
        try:
            return site.file(f"reports/{report}/receipt/")
        except Problem as error:
            if error.status != 404:
                raise
            if time.monotonic() > last:
                raise Failed(
                    words(
                        f"{pdf} is saved, but its receipt is not there yet. Take it from the page of the "
                        "report later.",
                        f"{pdf}已保存，但回执尚未生成。请稍后从报告页面下载。",
                    )
                ) from None
        time.sleep(EVERY)


def _save(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone; say where it is."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(half, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(content)
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise Failed(
            words(f"{path} cannot be written: {error.strerror}.", f"无法写入{path}：{error.strerror}。")
        ) from None
    say(plain(path))
