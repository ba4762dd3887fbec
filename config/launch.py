"""What `bin/run` and `bin/test` do before the virtual environment is there, and how they enter it."""

from __future__ import annotations

import argparse
import errno
import os
import re
import socket
import sys
from ipaddress import ip_address
from pathlib import Path

from config import bootstrap
from config.words import words

PORT = 8000
TLS_PORT = 8443
LOOPBACK = "127.0.0.1"


def run(arguments: list[str]) -> int:
    """Make the environment, then become the supervisor inside it; returns only what went wrong."""
    parser = _parser()
    options = parser.parse_args(arguments)
    var = bootstrap.site_folder(options.var)
    if not ip_address(options.listen).is_loopback and not options.tls:
        parser.error(
            words(
                "--listen needs --tls NAME: over plain HTTP passwords could be read on the way",
                "--listen 须与 --tls NAME 一起使用：明文 HTTP 途中可能泄露密码",
            )
        )
    port = options.port or (TLS_PORT if options.tls else PORT)
    if not options.check and (taken := port_is_taken(port, options.listen)):
        print(taken, file=sys.stderr)
        return 1
    python = _environment(["requirements.txt"], var)
    if python is None:
        return 1
    command = [str(python), "-m", "config.supervisor", f"--var={var}", f"--port={port}"]
    command += [f"--listen={options.listen}"]
    command += [f"--tls={options.tls}"] if options.tls else []
    command += ["--check"] if options.check else []
    command += ["--new"] if options.new else []
    return os.execve(python, command, bootstrap.environment(var))


def test(arguments: list[str]) -> int:
    """Make the environment with what tests need, then become pytest inside it; returns what went wrong."""
    var = bootstrap.site_folder()
    python = _environment(["requirements.txt", "requirements-dev.txt"], var)
    if python is None:
        return 1
    if not arguments:
        arguments = [
            "-n",
            "2",
            "--dist",
            "loadfile",
        ]  # the whole suite; a choice of tests starts faster alone
    os.chdir(bootstrap.PROJECT)
    environment = bootstrap.environment(var)
    # With it pytest-django reads the settings at once: before tests/conftest.py has started the engine.
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return os.execve(python, [str(python), "-m", "pytest", *arguments], environment)


def client(arguments: list[str]) -> int:
    """Make the environment, then become the client of the API inside it; returns what went wrong."""
    var = bootstrap.site_folder()
    python = _environment(["requirements.txt"], var)
    if python is None:
        return 2
    # -P: no module of the folder in which it is called takes the place of ours.
    command = [str(python), "-P", "-m", "holdfast_client", *arguments]
    return os.execve(python, command, bootstrap.environment(var))


def verifier(arguments: list[str]) -> int:
    """Make the environment, then build the offline verifier inside it; returns what went wrong."""
    var = bootstrap.site_folder()
    python = _environment(["requirements.txt"], var)
    if python is None:
        return 1
    command = [str(python), "-P", "-m", "config.verifier", *arguments]
    return os.execve(python, command, bootstrap.environment(var))


def port_is_taken(port: int, address: str = LOOPBACK) -> str | None:
    """Return a sentence when nothing can listen on `port` of this machine, else None."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError:
            return words(
                f"Port {port} may only be opened by root. Choose one above 1023: bin/run --port {PORT}",
                f"端口 {port} 只有 root 可以使用。请选择大于 1023 的端口：bin/run --port {PORT}",
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return words(
                    f"This machine has no address {address}. For all that it has: --listen 0.0.0.0",
                    f"本机没有地址 {address}。如需监听全部地址：--listen 0.0.0.0",
                )
            return words(
                f"Port {port} is taken by another program. Choose another: bin/run --port {port + 1}",
                f"端口 {port} 已被其他程序占用。请换一个：bin/run --port {port + 1}",
            )
    return None


def _environment(requirements: list[str], var: Path) -> Path | None:
    try:
        return bootstrap.ensure(requirements, var / "log" / "pip.log")
    except bootstrap.SetUpError as error:
        print(error, file=sys.stderr)
    except PermissionError as error:
        print(
            words(
                f"May not write {error.filename}. Use a checkout and a --var folder of your own.",
                f"无法写入 {error.filename}。请使用属于您的代码目录和 --var 目录。",
            ),
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        print(words("Stopped. Run again to go on.", "已停止。再次运行即可继续。"), file=sys.stderr)
    return None


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(
            words("a port is a number from 1 to 65535", "端口是 1 到 65535 的数字")
        )
    return int(text)


def _name(text: str) -> str:
    """Return a host name to which passkeys can be bound, in small letters."""
    name = text.lower().rstrip(".")
    labels = name.split(".")
    fits = all(re.fullmatch(r"(?!-)[a-z0-9-]{1,63}(?<!-)", label) for label in labels)
    if not fits or len(name) > 253 or re.fullmatch(r"[0-9.]+", name):
        raise argparse.ArgumentTypeError(
            words(
                f"{text} is no host name. Passkeys need one such as custody.example.org, no bare address",
                f"{text} 不是主机名。通行密钥需要如 custody.example.org 的主机名，不能只用 IP 地址",
            )
        )
    if labels[-1] == "local":
        raise argparse.ArgumentTypeError(
            words(
                "browsers bind no passkeys to names that end in .local; choose another",
                "浏览器不支持以 .local 结尾的名称使用通行密钥，请另选名称",
            )
        )
    return name


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise argparse.ArgumentTypeError(
            words("an address is written like 0.0.0.0 or 192.0.2.7", "地址的写法如 0.0.0.0 或 192.0.2.7")
        ) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description=words(
            "Set up Holdfast and serve it on this machine. The first time it loads a demonstration.",
            "安装并在本机运行 Holdfast。首次运行时载入演示数据。",
        ),
    )
    parser.add_argument(
        "--port",
        type=_port,
        help=words(f"port ({PORT}; with --tls {TLS_PORT})", f"端口（{PORT}；使用 --tls 时为 {TLS_PORT}）"),
    )
    parser.add_argument(
        "--tls",
        type=_name,
        metavar="NAME",
        help=words(
            "serve by HTTPS under this host name, with a certificate of the site's own",
            "以此主机名通过 HTTPS 提供服务，证书由本站点自行签发",
        ),
    )
    parser.add_argument(
        "--listen",
        type=_address,
        default=LOOPBACK,
        metavar="ADDRESS",
        help=words(
            "with --tls: the address to listen on, 0.0.0.0 for all (this machine only)",
            "与 --tls 一起使用：监听地址，0.0.0.0 为全部（默认仅本机）",
        ),
    )
    parser.add_argument(
        "--var",
        metavar="DIR",
        help=words("folder of the site: databases, keys, reports", "站点目录：数据库、密钥、报告"),
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--check",
        action="store_true",
        help=words("play the stories, print a verdict for each, and end", "运行各个案例，逐一给出结论后退出"),
    )
    choice.add_argument(
        "--new",
        action="store_true",
        help=words("make a real, empty site instead of the demonstration", "创建真实的空站点，而非演示"),
    )
    return parser
