"""The socket and the process of the web server of `bin/run`, and whether it answers."""

from __future__ import annotations

import http.client
import socket
import ssl
import sys

from config.tls import LOOPBACK, Files


def listener(address: str, port: int) -> int:
    """Return the number of a socket that listens: held by us, it stays ours while the server is restarted."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family, backlog=512).detach()


def command(number: int, files: Files | None) -> list[str]:
    """Return how the web server is started on that socket; with certificates it speaks TLS only."""
    serve = [sys.executable, "-m", "gunicorn", "config.wsgi:application", f"--bind=fd://{number}"]
    serve += ["--config=python:config.gunicorn"]
    return serve + ([f"--certfile={files.certificate}", f"--keyfile={files.key}"] if files else [])


def answers(address: str, port: int, name: str, files: Files | None) -> bool:
    """Tell whether something was answered; the redirect of a site behind TLS counts as well."""
    near = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(address, address)  # noqa: S104 - compared, not bound
    try:
        page = http.client.HTTPConnection(near, port, timeout=5)
        page.connect()
        if files is not None:
            context = ssl.create_default_context(cafile=files.authority)
            page.sock = context.wrap_socket(page.sock, server_hostname=name)
        page.request("GET", "/", headers={"Host": f"{name}:{port}"})
        page.getresponse().close()
        page.close()
    except (OSError, http.client.HTTPException):
        return False
    return True
