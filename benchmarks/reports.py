"""How long reports of 10, 100 and 1,000 pages take to paint, finish, seal and verify, and how much memory.

python -m benchmarks.reports [--pages N ...]

Each size has a process of its own, so that its peak of memory is its own. The report has headings, facts, a
chain and tables in both scripts, and an evidence file that grows with it. To verify is what the verifier does
with pages: the seal over the whole file, the files inside, the pages printed again and compared. The peers
draw the same text in the same run: a bare ReportLab canvas, a line each where layout put it, without layout,
tags, rules or finishing; and WeasyPrint from HTML where it is installed. Growth is linear where a page of the
largest report takes no longer than 1.3 times that of the one before.
"""

from __future__ import annotations

import argparse
import html
import importlib
import importlib.util
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import site

T = TypeVar("T")
SIZES = (10, 100, 1_000)
LARGEST_PEER = 100
"""Pages that WeasyPrint is given at most: it takes a second for each."""
LINEAR = 1.3
ROWS = 27
"""Rows of a section of the report: with its heading, facts and chain it fills two pages."""
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def _document(pages: int) -> Any:
    """Return a report of about so many pages."""
    from custody.reports import blocks as b
    from custody.terms import Text

    made: list[Any] = [b.Contents(1)]
    for section in range(max(pages // 2, 1)):
        made += _section(section)
    title = Text("Custody report", "监管链报告")
    return b.Document(title, made, "en", NOW, "BENCH-R-00000001", level=Text("Secret", "秘密"))


def _section(section: int) -> Iterator[Any]:
    from custody.chain import Node, Shape
    from custody.reports import blocks as b

    columns = ("When", "Copy", "From", "To", "State", "Remarks")
    yield b.Heading(f"Sheet {section} 图幅")
    yield b.Facts((("Owner", "Northfield Survey Institute 北原测绘院"), ("Root", b.Code("9f3a" * 16))))
    nodes = [
        Node(str(n), str(n - 1) if n else None, f"Unit {n} 单位", "Approved", Shape.CHECK) for n in range(4)
    ]
    yield b.Figure(nodes, "Chain of subcontracts")
    yield b.Table(
        tuple(b.Column(name, 1.5 if name == "Remarks" else 1) for name in columns),
        [
            (
                *(NOW, b.Code(f"HF-{section:05}-{row:02}"), "Northfield 北原", "Lakeside 湖畔测绘有限公司"),
                b.Flag(Shape.CHECK, "In order"),
                f"Counted twice at the counter, sheet {row} 已清点两次",
            )
            for row in range(ROWS)
        ],
    )


def _evidence(pages: int) -> bytes:
    return json.dumps([f"{n * 2654435761 % 2**32:08x}" * 4 for n in range(pages * 600)]).encode()


def ours(pages: int) -> dict[str, float]:
    """Return the seconds of each step of a report."""
    import pikepdf

    from custody.reports import archived, pdf
    from custody.reports.attachments import read_attachments
    from custody.reports.authority import ensure_authority
    from custody.reports.seal import seal, verify_seal
    from custody.reports.sealer import load_sealer

    document, files = _document(pages), {"evidence.json": _evidence(pages)}
    said = archived.Properties("Custody report", "en", NOW, "BENCH-R-00000001")
    with tempfile.TemporaryDirectory() as folder:
        now = datetime.now(UTC).replace(microsecond=0)
        keys = ensure_authority(Path(folder) / "keys", Path(folder) / "trust", name="Benchmark", now=now)
        signer, root = load_sealer(keys), keys.ca.read_bytes()
    pdf.paint(_document(1))  # fonts are read
    took: dict[str, float] = {}
    painted = _timed(took, "paint", lambda: pdf.paint(document))
    body = _timed(took, "finish", lambda: archived.finish(painted, said, files))
    sealed = _timed(took, "seal", lambda: seal(body, signer, at=now))

    def verify() -> bool:
        again = archived.finish(pdf.paint(document), said, read_attachments(sealed))
        return verify_seal(sealed, root).valid and sealed.startswith(again)

    assert _timed(took, "verify", verify)
    with pikepdf.open(io.BytesIO(sealed)) as opened:
        return {**took, "pages": len(opened.pages), "megabytes": len(sealed) / 1e6}


def canvas(pages: int) -> dict[str, float]:
    """Return the seconds in which a bare canvas draws the same lines of text."""
    from reportlab.pdfgen.canvas import Canvas

    from custody.reports import fonts
    from custody.reports.layout import lay_out
    from custody.reports.page import HEIGHT, TextMark

    fonts.register()
    laid, _root = lay_out(_document(pages))
    lines = [[mark for mark in page.marks if isinstance(mark, TextMark)] for page in laid]

    def draw() -> bytes:
        out = io.BytesIO()
        made = Canvas(out, pageCompression=1)
        for page in lines:
            for mark in page:
                made.setFont(fonts.BOLD if mark.bold else fonts.REGULAR, mark.size)
                made.drawString(mark.x, HEIGHT - mark.y, mark.text)
            made.showPage()
        made.save()
        return out.getvalue()

    took: dict[str, float] = {}
    size = len(_timed(took, "paint", draw))
    return {**took, "pages": len(lines), "megabytes": size / 1e6}


def weasyprint(pages: int) -> dict[str, float]:
    """Return the seconds in which WeasyPrint lays out and draws the same blocks from HTML."""
    from custody.reports import blocks as b

    peer: Any = importlib.import_module("weasyprint")

    def cell(value: Any) -> str:
        value = getattr(value, "words", getattr(value, "value", value))
        return html.escape(b.say(value, "en"))

    parts = []
    for block in _document(pages).blocks:
        if isinstance(block, b.Heading):
            parts.append(f"<h1>{cell(block.words)}</h1>")
        elif isinstance(block, b.Facts | b.Table):
            rows = ("".join(f"<td>{cell(one)}</td>" for one in row) for row in block.rows)
            parts.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        elif isinstance(block, b.Figure):
            parts.append("".join(f"<p>{cell(node.label)}</p>" for node in block.nodes))
    took: dict[str, float] = {}
    made = _timed(took, "paint", lambda: peer.HTML(string="".join(parts)).write_pdf(pdf_variant="pdf/a-3b"))
    return {**took, "pages": pages, "megabytes": len(made) / 1e6}


def _timed(took: dict[str, float], name: str, act: Callable[[], T]) -> T:
    began = time.perf_counter()
    result = act()
    took[name] = time.perf_counter() - began
    return result


WAYS = {"Holdfast": ours, "bare canvas": canvas, "WeasyPrint": weasyprint}


def _apart(way: str, pages: int) -> dict[str, float]:
    """Measure in a process of its own."""
    asked = [sys.executable, "-m", "benchmarks.reports", "--alone", way, "--pages", str(pages)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    """Print the table; return 1 where growth is not linear."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, nargs="+", default=SIZES)
    parser.add_argument("--alone", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        found = WAYS[options.alone](options.pages[0])
        found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found))
        return 0
    print(f"## Reports ({site.machine()})\n")
    print("| way | pages | paint and tag, s | finish, s | seal, s | verify, s | ms a page | peak MB | MB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    each: list[float] = []
    for way in WAYS:
        if way == "WeasyPrint" and importlib.util.find_spec("weasyprint") is None:
            print("\nWeasyPrint is not installed here; its line is left out.")
            continue
        for pages in options.pages:
            if way == "WeasyPrint" and pages > LARGEST_PEER:
                continue
            found = _apart(way, pages)
            steps = [found.get(step) for step in ("paint", "finish", "seal", "verify")]
            page = sum(step or 0 for step in steps) / found["pages"]
            each += [page] if way == "Holdfast" else []
            cells = " | ".join("" if step is None else f"{step:.2f}" for step in steps)
            print(
                f"| {way} | {found['pages']:,.0f} | {cells} | {page * 1000:.1f} | {found['peak']:.0f} "
                f"| {found['megabytes']:.1f} |",
                flush=True,
            )
    growth = each[-1] / each[-2] if len(each) > 1 else 1.0
    print(f"\nA page of the largest takes {growth:.2f} times one of the size before; limit {LINEAR}.")
    return int(growth > LINEAR)


if __name__ == "__main__":
    sys.exit(main())
