"""Typed readers of environment variables. Every error names the variable and what it should look like."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email


def text(name: str, default: str = "") -> str:
    """Return the variable without surrounding blanks; empty counts as unset."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no variable: 1, true, yes, on or 0, false, no, off."""
    raw = text(name).lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {raw!r}; expected one of 1, true, yes, on, 0, false, no, off.")


def one_of(name: str, choices: list[str], default: str) -> str:
    """Return one of a few words."""
    value = text(name, default).lower()
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; expected one of {', '.join(choices)}.")
    return value


def number(name: str, default: int, *, at_least: int = 0) -> int:
    """Return a whole number not smaller than `at_least`."""
    raw = text(name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {raw!r}; expected a whole number.") from None
    if value < at_least:
        raise ImproperlyConfigured(f"{name} is {value}; expected at least {at_least}.")
    return value


def zone(name: str, default: str) -> str:
    """Return a time zone by its IANA name, such as Asia/Shanghai."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; expected a time zone such as Asia/Shanghai, Europe/Berlin or UTC."
        ) from None
    return value


def present_file(name: str) -> str:
    """Return the path of a file that is there; empty where none is named."""
    path = text(name)
    if path and not Path(path).is_file():
        raise ImproperlyConfigured(f"{name}: there is no file {path}.")
    return path


def words(name: str, default: list[str]) -> list[str]:
    """Return a comma-separated list."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def addresses(name: str) -> dict[str, str]:
    """Return a comma-separated list of `name=https://host`, as a mapping."""
    found: dict[str, str] = {}
    for word in words(name, []):
        key, equals, value = word.partition("=")
        if not key or not equals or urlsplit(value).scheme not in {"http", "https"} or key in found:
            raise ImproperlyConfigured(f"{name} has {word!r}; expected name=https://host, each name once.")
        found[key] = value
    return found


def folder(name: str, default: Path) -> Path:
    """Return an absolute folder path; it need not exist yet."""
    return Path(text(name)).expanduser().resolve() if text(name) else default


def log_target(name: str) -> dict[str, Any]:
    """Return the log handler for a file's absolute path, `syslog:/dev/log` or `syslog:host:port` (UDP), else
    standard error. A file is made for the site's user alone, and may be moved away at any time."""
    said = text(name)
    if not said:
        return {"class": "logging.StreamHandler"}
    kind, _, rest = said.partition(":")
    if kind == "syslog" and rest:
        host, _, port = rest.rpartition(":")
        if rest.startswith("/"):
            if not Path(rest).is_socket():
                raise ImproperlyConfigured(f"{name} is {said!r}; there is no such socket.")
            return {"class": "logging.handlers.SysLogHandler", "address": rest}
        if host and port.isdigit() and 0 < int(port) < 65536:
            return {"class": "logging.handlers.SysLogHandler", "address": (host.strip("[]"), int(port))}
    elif Path(said).is_absolute():
        try:
            os.close(os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
        except OSError as error:
            raise ImproperlyConfigured(f"{name}: cannot write {said}: {error.strerror}.") from None
        return {"class": "logging.handlers.WatchedFileHandler", "filename": said, "encoding": "utf-8"}
    raise ImproperlyConfigured(
        f"{name} is {said!r}; expected an absolute path, syslog:/dev/log or syslog:host:514."
    )


def secret(name: str) -> str:
    """Return a secret from the file that `<name>_FILE` names, else `<name>` itself, else nothing."""
    file = text(f"{name}_FILE")
    if not file:
        return text(name)
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: cannot read {file}: {error.strerror}.") from None
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE: {file} is empty.")
    return value


def postgres(name: str, url: str) -> dict[str, Any]:
    """Return Django's connection settings for `postgresql://user:password@host:port/database?option=value`.

    A socket folder stands in the query as `?host=/folder`, as in libpq.
    Further query parameters (sslmode, sslrootcert, target_session_attrs, ...) go to the driver as they are.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} must look like postgresql://user:password@host:5432/database (it is not shown here)."
        )
    options: dict[str, Any] = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


@dataclass(frozen=True, slots=True)
class MailServer:
    """The operator's mail server; ``security`` is starttls, tls or none."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    security: str


MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def mail(name: str) -> MailServer | None:
    """Return the mail server that `<name>_HOST`, `_PORT`, `_USER`, `_PASSWORD`, `_FROM`, `_SECURITY` name.

    None without a host: then no mail leaves. A password goes over an encrypted connection only.
    """
    host, sender = text(f"{name}_HOST"), text(f"{name}_FROM")
    if not host:
        return None
    security = text(f"{name}_SECURITY", "starttls").lower()
    if security not in MAIL_PORTS:
        raise ImproperlyConfigured(f"{name}_SECURITY is {security!r}; expected starttls, tls or none.")
    try:
        validate_email(sender)
    except ValidationError:
        raise ImproperlyConfigured(
            f"{name}_FROM is {sender!r}; expected an address such as holdfast@example.org."
        ) from None
    user, password = text(f"{name}_USER"), secret(f"{name}_PASSWORD")
    if security == "none" and (user or password):
        raise ImproperlyConfigured(
            f"{name}_SECURITY is none, so {name}_USER and {name}_PASSWORD would be readable on the way."
        )
    if bool(user) is not bool(password):
        raise ImproperlyConfigured(f"{name}_USER and {name}_PASSWORD need each other.")
    port = number(f"{name}_PORT", MAIL_PORTS[security], at_least=1)
    return MailServer(host, port, user, password, sender, security)


@dataclass(frozen=True, slots=True)
class SignInProvider:
    """The house's OpenID Connect provider; ``counts``: words of its tokens that are a second factor."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    secret_file: str
    name: str
    name_zh: str
    origins: tuple[str, ...]
    counts: frozenset[str]
    ca_file: str


def sign_in_provider(name: str) -> SignInProvider | None:
    """Return the provider that `<name>_ISSUER`, `_CLIENT_ID`, `_CLIENT_SECRET` and the rest name.

    None without an issuer: then nobody is asked. Without TLS it may be this computer alone.
    """
    issuer, client = text(f"{name}_ISSUER"), text(f"{name}_CLIENT_ID")
    secret_file, given = text(f"{name}_CLIENT_SECRET_FILE"), secret(f"{name}_CLIENT_SECRET")
    if not issuer:
        if client or given:
            raise ImproperlyConfigured(f"{name}_CLIENT_ID and {name}_CLIENT_SECRET need {name}_ISSUER.")
        return None
    if not client or not given:
        raise ImproperlyConfigured(f"{name}_ISSUER needs {name}_CLIENT_ID and {name}_CLIENT_SECRET_FILE.")
    own = _origin(f"{name}_ISSUER", issuer)
    if "?" in issuer or "#" in issuer:
        raise ImproperlyConfigured(f"{name}_ISSUER is {issuer!r}; expected an address without ? and #.")
    further = words(f"{name}_ORIGINS", [])
    if odd := [word for word in further if _origin(f"{name}_ORIGINS", word) != word]:
        raise ImproperlyConfigured(
            f"{name}_ORIGINS has {odd[0]!r}; expected https://host, nothing behind it."
        )
    counts = words(f"{name}_COUNTS_AS_SECOND_FACTOR", [])
    if odd := [word for word in counts if word[:4] not in ("amr:", "acr:") or not word[4:]]:
        raise ImproperlyConfigured(
            f"{name}_COUNTS_AS_SECOND_FACTOR has {odd[0]!r}; expected amr:WORD or acr:WORD."
        )
    ca_file = present_file(f"{name}_CA_FILE")
    shown = text(f"{name}_NAME", str(urlsplit(issuer).hostname))
    return SignInProvider(
        issuer=issuer,
        client_id=client,
        client_secret=given,
        secret_file=secret_file,
        name=shown,
        name_zh=text(f"{name}_NAME_ZH", shown),
        origins=(own, *further),
        counts=frozenset(counts),
        ca_file=ca_file,
    )


def _origin(name: str, address: str) -> str:
    """Return the origin of an https address, or of an http address of this computer."""
    try:
        parts = urlsplit(address)
        hidden, _ = parts.username, parts.port
    except ValueError:
        hidden, parts = "", urlsplit("")
    near = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}
    if hidden is not None or not parts.hostname or not (parts.scheme == "https" or near):
        raise ImproperlyConfigured(f"{name} has {address!r}; expected https://host.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


@dataclass(frozen=True, slots=True)
class WebhookHost:
    """A host that webhooks may be sent to; ``private``: it may be this computer or of the house's nets."""

    scheme: str
    name: str
    port: int
    private: bool

    def __str__(self) -> str:
        """Return its origin."""
        near = self.port == {"https": 443, "http": 80}[self.scheme]
        name = f"[{self.name}]" if ":" in self.name else self.name
        return f"{self.scheme}://{name}{'' if near else f':{self.port}'}"


def webhook_hosts(name: str) -> tuple[WebhookHost, ...]:
    """Return the hosts that a list of origins names: ``https://hooks.example.org``, and, where it lies in the
    house's own net, ``private+https://...`` or ``private+http://...``. Empty: no webhook is ever sent."""
    found = []
    for word in words(name, []):
        bare = word.removeprefix("private+")
        private = bare != word
        try:
            parts = urlsplit(bare)
            port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
        except ValueError:
            parts, port = urlsplit(""), 0
        plain = parts.hostname and "@" not in bare and bare == f"{parts.scheme}://{parts.netloc}"
        if not plain or not port or not (parts.scheme == "https" or (parts.scheme == "http" and private)):
            raise ImproperlyConfigured(
                f"{name} has {word!r}; expected https://host, private+https://host or private+http://host."
            )
        found.append(WebhookHost(parts.scheme, str(parts.hostname).lower(), port, private))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class TimeAuthority:
    """The authority that stamps reports; ``trust``: the certificates (PEM) that its stamps must lead to."""

    url: str
    user: str
    password: str = field(repr=False)
    policy: str
    ca_file: str
    trust: bytes
    crl_files: tuple[str, ...]


def time_authority(name: str) -> TimeAuthority | None:
    """Return the authority that `<name>_URL`, `_USER`, `_PASSWORD`, `_POLICY`, `_CA_FILE`, `_TRUST_FILE` and
    `_CRL_FILES` name.

    None without an address: then none is asked. A password goes over TLS or stays on this computer.
    """
    url = text(f"{name}_URL")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        fit = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
        fit = fit and parts.username is None and not parts.fragment and url.isascii()
    except ValueError:
        fit = False
    if not fit:
        raise ImproperlyConfigured(f"{name}_URL is {url!r}; expected https://host/path.")
    user, password = text(f"{name}_USER"), secret(f"{name}_PASSWORD")
    if bool(user) is not bool(password):
        raise ImproperlyConfigured(f"{name}_USER and {name}_PASSWORD_FILE need each other.")
    if user and parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1"}:
        raise ImproperlyConfigured(
            f"{name}_URL is not https, so {name}_PASSWORD would be readable on the way."
        )
    policy = text(f"{name}_POLICY")
    if policy and not re.fullmatch(r"[012](\.(0|[1-9][0-9]{0,18})){1,20}", policy):
        raise ImproperlyConfigured(f"{name}_POLICY is {policy!r}; expected numbers with dots.")
    trust, lists = text(f"{name}_TRUST_FILE"), tuple(words(f"{name}_CRL_FILES", []))
    for variable, file in (
        ("CA_FILE", text(f"{name}_CA_FILE")),
        ("TRUST_FILE", trust),
        *(("CRL_FILES", f) for f in lists),
    ):
        if file and not Path(file).is_file():
            raise ImproperlyConfigured(f"{name}_{variable}: there is no file {file}.")
    roots = Path(trust).read_bytes() if trust else b""
    if trust and b"-----BEGIN CERTIFICATE-----" not in roots:
        raise ImproperlyConfigured(f"{name}_TRUST_FILE: {trust} holds no certificate (PEM).")
    return TimeAuthority(url, user, password, policy, text(f"{name}_CA_FILE"), roots, lists)
