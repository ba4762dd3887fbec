"""`python -m ledger witness-key | cosign | witness`: what an outside witness runs. No Django, no database.

Exit codes: 0 done, 1 refused (the answer file then tells the size cosigned last, where that is the reason),
2 could not be done.
"""

from __future__ import annotations

import argparse
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ledger import trust
from ledger.cosigning import Witness, load_key, make_key
from ledger.errors import KeyFileError
from ledger.store import write_temporary
from ledger.tlog import witness as messages
from ledger.tlog.errors import LogError
from ledger.tlog.note import Verifier
from ledger.tlog.sentences import Sentence
from ledger.witness import Server

Say = Callable[..., str]

_MADE = Sentence(
    "The witness key {path} was made. Keep it to yourself and back it up. Give this line to the log's "
    "operator and to those who verify:",
    "见证密钥 {path} 已生成。请自行保管并备份。请将下面一行交给日志运营方和核验方：",
)
_EXISTS = Sentence("{path} exists already; a key is never overwritten.", "{path} 已存在；密钥不会被覆盖。")
_COSIGNED = Sentence(
    "Cosigned: {origin} at {size:,} entries. Send back {out}.",
    "已会签：{origin}，{size:,} 条记录。请送回 {out}。",
)
_REFUSED = Sentence("Not cosigned ({status}): {reason}", "未会签（{status}）：{reason}")
_WHY = {
    400: Sentence("{reason}", "申请的格式有误（{reason}）"),
    403: Sentence("{reason}", "没有可信密钥的有效签名（{reason}）"),
    404: Sentence("{reason}", "本见证方不认识该日志（{reason}）"),
    409: Sentence("{reason}", "申请不是从上次会签的规模开始的（{reason}）"),
    422: Sentence("{reason}", "检查点与上次会签的不一致，或一致性证明不成立（{reason}）"),
}
"""What a status means; the reason itself is of the protocol, and English."""
_ELSEWHERE = Sentence(
    "This witness cosigned size {size:,} last. Send back {out}, so that the log can ask again from there.",
    "本见证方上次会签的规模为 {size:,}。请送回 {out}，以便日志由此重新申请。",
)
_CONTRADICTION = Sentence(
    "The log has signed a checkpoint that contradicts the one cosigned before. The request is kept as "
    "evidence in {state}; tell those who rely on this log.",
    "该日志签署的检查点与此前会签的检查点相矛盾。申请已作为证据保存在 {state}；请告知依赖该日志的各方。",
)
_CANNOT = Sentence("It could not be done: {reason}", "无法完成：{reason}")
_SERVES = Sentence("Witness {name} listens at {address}.", "见证方 {name} 正在监听 {address}。")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the three commands to `python -m ledger`."""
    key = commands.add_parser("witness-key", help="make the key of a witness, once")
    key.add_argument("name", metavar="NAME", help="name of the witness, such as witness.example/hall")
    key.add_argument("--out", type=Path, required=True, metavar="FILE", help="the key file to make")
    key.set_defaults(run=_make_key)

    cosign = commands.add_parser(
        "cosign",
        help="cosign one request that was carried here as a file",
        epilog="Exit codes: 0 cosigned, 1 refused, 2 could not be done.",
    )
    cosign.add_argument("request", type=Path, metavar="REQUEST", help="the request file of the log")
    _whom(cosign)
    cosign.add_argument("--out", type=Path, metavar="FILE", help="the answer file (default: REQUEST.answer)")
    cosign.set_defaults(run=_cosign)

    serve = commands.add_parser("witness", help="run a witness as a small HTTP service")
    _whom(serve)
    serve.add_argument(
        "--listen",
        required=True,
        metavar="HOST:PORT",
        help="where to listen, such as 127.0.0.1:8700; put a proxy that ends TLS in front",
    )
    serve.set_defaults(run=_serve)
    for parser in (key, cosign, serve):
        parser.add_argument("--lang", choices=("en", "zh"), help="language of the text (default: from LANG)")


def _whom(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="the witness's key file")
    parser.add_argument(
        "--state", type=Path, required=True, metavar="DIR", help="folder of what it has cosigned; back it up"
    )
    logs = parser.add_mutually_exclusive_group(required=True)
    logs.add_argument("--log", action="append", metavar="VKEY|FILE", help="a log: its vkey or log.vkey file")
    logs.add_argument("--policy", type=Path, metavar="DIR", help="a trust folder whose policy names the logs")


def _make_key(options: argparse.Namespace, say: Say) -> int:
    try:
        signer = make_key(options.out, options.name)
    except FileExistsError:
        print(say(_EXISTS, path=options.out), file=sys.stderr)
        return 2
    except (LogError, OSError) as error:
        return _give_up(say, error)
    print(f"{say(_MADE, path=options.out)}\n{signer.vkey}")
    return 0


def _cosign(options: argparse.Namespace, say: Say) -> int:
    out = options.out or options.request.with_name(options.request.name + ".answer")
    try:
        witness = _witness(options)
        with options.request.open("rb") as file:
            raw = file.read(messages.MAX_REQUEST + 1)
        answer = witness.add_checkpoint(raw, int(time.time()))
        told = answer.status in (200, 409)
        if told:
            write_temporary(out, answer.body, 0o644).replace(out)
    except (LogError, OSError) as error:
        return _give_up(say, error)
    if answer.status == 200:
        origin = raw.partition(b"\n\n")[2].partition(b"\n")[0].decode()
        seen = witness.seen(origin)
        print(say(_COSIGNED, origin=origin, size=seen.size if seen else 0, out=out))
        return 0
    why = say(_WHY[answer.status], reason=answer.reason) if answer.status in _WHY else answer.reason
    print(say(_REFUSED, status=answer.status, reason=why), file=sys.stderr)
    if answer.status == 409:
        print(say(_ELSEWHERE, size=messages.parse_conflict(answer.body), out=out), file=sys.stderr)
    if answer.status == 422:
        print(say(_CONTRADICTION, state=options.state), file=sys.stderr)
    return 1


def _serve(options: argparse.Namespace, say: Say) -> int:
    logging.basicConfig(format="{asctime} {levelname} {message}", style="{", level=logging.INFO)
    try:
        witness = _witness(options)
        for origin in witness.logs:
            witness.seen(origin)  # a broken state is said at the start, not at the first request
        listener = _listener(options.listen)
    except (LogError, OSError, ValueError) as error:
        return _give_up(say, error)
    server = Server(listener, witness)

    def end(*_: object) -> None:
        sys.exit(0)  # between two requests or in one: the state is whole at any moment

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    host, port = listener.getsockname()[:2]
    if not options.listen.startswith("fd:"):  # who hands a socket down knows where it listens
        print(say(_SERVES, name=witness.signer.name, address=f"{host}:{port}"), flush=True)
    server.serve_forever()
    return 0


def _listener(place: str) -> socket.socket:
    """A listening socket: bound here, or handed down by who started us as `fd:NUMBER`."""
    kind, _, number = place.rpartition(":")
    if kind == "fd":
        return socket.socket(fileno=int(number))
    host = kind.strip("[]")
    if not host or not number.isdecimal():
        raise ValueError(f"--listen {place}: expected HOST:PORT")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, int(number)))
    listener.listen(128)
    return listener


def _witness(options: argparse.Namespace) -> Witness:
    signer = load_key(options.key)
    if options.policy is not None:
        logs = [log.verifier for log in trust.load(options.policy).logs]
    else:
        logs = [Verifier.from_vkey(_vkey(text)) for text in options.log]
    return Witness(signer, options.state, logs)


def _vkey(given: str) -> str:
    path = Path(given)
    try:
        return path.read_text(encoding="utf-8").strip() if path.is_file() else given
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"log key {path.name}", expected="a vkey on one line", got=str(error)) from None


def _give_up(say: Say, error: Exception) -> int:
    print(say(_CANNOT, reason=error), file=sys.stderr)
    return 2
