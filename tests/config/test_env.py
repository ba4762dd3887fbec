"""Environment readers: right values are read, wrong ones are refused by name, secrets come from files."""

from __future__ import annotations

import ast
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from tests.databases import BYTE_CODE, PROJECT


@pytest.mark.parametrize(
    ("raw", "value"), [("1", True), ("Yes", True), ("off", False), ("0", False), ("", False)]
)
def test_a_flag_is_read(monkeypatch: pytest.MonkeyPatch, raw: str, value: bool) -> None:
    monkeypatch.setenv("NAME", raw)
    assert env.flag("NAME") is value


def test_a_wrong_flag_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_DEMO", "maybe")
    with pytest.raises(ImproperlyConfigured, match=r"HOLDFAST_DEMO is 'maybe'; expected one of"):
        env.flag("HOLDFAST_DEMO")


@pytest.mark.parametrize("raw", ["ten", "0", "-3", "1.5"])
def test_a_wrong_number_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("SESSION_HOURS", raw)
    with pytest.raises(ImproperlyConfigured, match="SESSION_HOURS is"):
        env.number("SESSION_HOURS", 10, at_least=1)


def test_a_secret_comes_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the file\n")
    monkeypatch.setenv("NAME", "from the environment")
    monkeypatch.setenv("NAME_FILE", str(tmp_path / "key"))
    assert env.secret("NAME") == "from the file"


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_missing_or_empty_secret_file_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "key").write_text(content)
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE"):
        env.secret("SECRET_KEY")


def test_a_database_url_keeps_socket_folder_odd_passwords_and_options() -> None:
    read = env.postgres(
        "DATABASE_URL", "postgresql://app:p%40ss%2F@/holdfast?host=%2Frun%2Fa%20b&sslmode=require"
    )
    assert (read["USER"], read["PASSWORD"], read["HOST"]) == ("app", "p@ss/", "/run/a b")
    assert read["OPTIONS"] == {"sslmode": "require"}


def test_addresses_of_witnesses_are_read_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLDFAST_WITNESSES", " hall=https://hall.example/w , gate=http://127.0.0.1:8700")
    assert env.addresses("HOLDFAST_WITNESSES") == {
        "hall": "https://hall.example/w",
        "gate": "http://127.0.0.1:8700",
    }
    for wrong in ("hall", "=https://x", "hall=ftp://x", "hall=x", "hall=https://x,hall=https://y"):
        monkeypatch.setenv("HOLDFAST_WITNESSES", wrong)
        with pytest.raises(ImproperlyConfigured, match="HOLDFAST_WITNESSES"):
            env.addresses("HOLDFAST_WITNESSES")


@pytest.mark.parametrize("url", ["mysql://u:hidden@h/d", "postgresql://u:hidden@h", "hidden"])
def test_a_wrong_database_url_is_refused_by_name_without_showing_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL") as refusal:
        env.postgres("DATABASE_OWNER_URL", url)
    assert "hidden" not in str(refusal.value)


def settings_in(environ: dict[str, str], expression: str) -> subprocess.CompletedProcess[str]:
    """Evaluate an expression on the settings that another process reads from `environ`."""
    kept = {"PATH": os.environ["PATH"], **BYTE_CODE}
    program = f"import config.settings as s; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env={**kept, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def real_site(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "key").write_text(secrets.token_urlsafe(64))
    return {
        "HOLDFAST_VAR": str(tmp_path),
        "HOLDFAST_DEMO": "0",
        "SITE_URL": "https://custody.example",
        "SECRET_KEY_FILE": str(tmp_path / "key"),
        "FACTOR_KEY_FILE": str(tmp_path / "key"),
        "DATABASE_URL": "postgresql://holdfast_app:x@db.example/holdfast",
        "REDIS_URL": "redis://valkey.example/0",
    }


def deploy_check(tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **BYTE_CODE, **real_site(tmp_path), **more},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_real_site_passes_the_deploy_check_without_a_warning(tmp_path: Path) -> None:
    done = deploy_check(tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_real_site_that_only_offers_second_factors_does_not_pass_it(tmp_path: Path) -> None:
    done = deploy_check(tmp_path, SECOND_FACTOR="offered")
    assert done.returncode == 1 and "custody.W001" in done.stderr


def test_a_second_factor_is_required_of_a_real_site_and_offered_in_a_demo(tmp_path: Path) -> None:
    for demo, expected in (("0", "required"), ("1", "offered")):
        done = settings_in({**real_site(tmp_path), "HOLDFAST_DEMO": demo}, "s.SECOND_FACTOR")
        assert done.stdout.strip() == expected
    done = settings_in({**real_site(tmp_path), "SECOND_FACTOR": "sometimes"}, "1")
    assert "SECOND_FACTOR is 'sometimes'; expected one of required, offered" in done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "FACTOR_KEY"])
def test_servers_of_ones_own_demand_a_key_of_ones_own(tmp_path: Path, name: str) -> None:
    environ = real_site(tmp_path)
    del environ[f"{name}_FILE"]
    done = settings_in(environ, "1")
    assert f"{name}_FILE must name a file" in done.stderr


def test_the_relying_party_is_the_site_and_never_the_host_header(tmp_path: Path) -> None:
    assert settings_in(real_site(tmp_path), "s.RP_ID").stdout.strip() == "custody.example"


def test_cookies_are_secure_except_for_the_demo_on_localhost(tmp_path: Path) -> None:
    tried = [
        ({"HOLDFAST_DEMO": "1"}, "False False"),
        ({"HOLDFAST_DEMO": "0"}, "True True"),
        ({"HOLDFAST_DEMO": "1", "SITE_URL": "http://10.0.0.7:8000"}, "True True"),
        ({"HOLDFAST_DEMO": "1", "SITE_URL": "https://custody.example"}, "True True"),
    ]
    for given, expected in tried:
        environ = {"HOLDFAST_VAR": str(tmp_path), **given}
        done = settings_in(environ, "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE")
        assert done.stdout.strip(" ()\n").replace(",", "") == expected, given


def test_over_tls_every_cookie_is_the_hosts_own(tmp_path: Path) -> None:
    names = "[(n, getattr(s, n)) for n in dir(s) if 'COOKIE' in n]"
    found = dict(ast.literal_eval(settings_in(real_site(tmp_path), names).stdout))
    cookies = {name.removesuffix("_COOKIE_NAME") for name in found if name.endswith("_COOKIE_NAME")}
    assert cookies == {"SESSION", "CSRF", "LANGUAGE", "THEME", "MESSAGE"}
    assert all(found[f"{cookie}_COOKIE_NAME"].startswith("__Host-") for cookie in cookies)
    # The theme and the messages go the way of the session's.
    for cookie in ("SESSION", "CSRF", "LANGUAGE"):
        kinds = ("SECURE", "HTTPONLY", "SAMESITE")
        assert [found[f"{cookie}_COOKIE_{kind}"] for kind in kinds] == [True, True, "Lax"], cookie


@pytest.mark.parametrize("name", ["SECRET_KEY", "FACTOR_KEY"])
def test_the_embedded_site_makes_its_key_once_and_keeps_it_private(tmp_path: Path, name: str) -> None:
    environ = {"HOLDFAST_VAR": str(tmp_path)}
    first, second = (settings_in(environ, f"s.{name}").stdout for _ in range(2))
    assert first == second
    assert len(first.strip()) >= 50
    assert (tmp_path / "secrets" / name.lower()).stat().st_mode & 0o777 == 0o600


def test_a_socket_address_is_spelled_for_celery_too(tmp_path: Path) -> None:
    done = settings_in({"HOLDFAST_VAR": str(tmp_path)}, "s.celery_url('unix://:pw@/run/a%20b/v.sock?db=3')")
    assert done.stdout.strip() == "redis+socket://:pw@/run/a%20b/v.sock?virtual_host=3"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "+08:00", "../../etc/passwd", "Asia/"])
def test_a_wrong_time_zone_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TIME_ZONE", zone)
    with pytest.raises(ImproperlyConfigured, match="TIME_ZONE is"):
        env.zone("TIME_ZONE", "UTC")


def test_a_time_zone_is_read_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_ZONE", " Europe/Berlin ")
    assert env.zone("TIME_ZONE", "UTC") == "Europe/Berlin"
    monkeypatch.delenv("TIME_ZONE")
    assert env.zone("TIME_ZONE", "UTC") == "UTC"


MAIL = {"MAIL_HOST": "mail.example.org", "MAIL_FROM": "holdfast@example.org"}


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Callable[..., env.MailServer | None]:
    """Read the mail server from an environment."""

    def read(**given: str) -> env.MailServer | None:
        for name in ("HOST", "FROM", "SECURITY", "PORT", "USER", "PASSWORD"):
            monkeypatch.delenv(f"MAIL_{name}", raising=False)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return env.mail("MAIL")

    return read


def test_without_a_host_there_is_no_mail(mail: Callable[..., env.MailServer | None]) -> None:
    assert mail() is None
    assert mail(MAIL_FROM="holdfast@example.org", MAIL_PORT="25") is None


def test_a_mail_server_is_read_and_its_password_not_shown(mail: Callable[..., env.MailServer | None]) -> None:
    found = mail(**MAIL, MAIL_USER="u", MAIL_PASSWORD="hidden")
    assert found == env.MailServer("mail.example.org", 587, "u", "hidden", "holdfast@example.org", "starttls")
    assert "hidden" not in repr(found)
    ports = [mail(**MAIL, MAIL_SECURITY=way) for way in ("tls", "none")]
    assert [server.port for server in ports if server] == [465, 25]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"MAIL_FROM": ""}, "MAIL_FROM is ''"),
        ({"MAIL_FROM": "a@example.org\nBcc: b@example.org"}, "MAIL_FROM is"),
        ({"MAIL_SECURITY": "ssl"}, "MAIL_SECURITY is 'ssl'"),
        ({"MAIL_PORT": "smtp"}, "MAIL_PORT is 'smtp'"),
        ({"MAIL_USER": "u"}, "MAIL_USER and MAIL_PASSWORD"),
        ({"MAIL_SECURITY": "none", "MAIL_USER": "u", "MAIL_PASSWORD": "hidden"}, "MAIL_SECURITY is none"),
    ],
)
def test_a_wrong_mail_server_is_refused_by_name_without_showing_the_password(
    mail: Callable[..., env.MailServer | None], wrong: dict[str, str], named: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=named) as told:
        mail(**{**MAIL, **wrong})
    assert "hidden" not in str(told.value)


OIDC = {
    "OIDC_ISSUER": "https://login.example.org/realms/house",
    "OIDC_CLIENT_ID": "holdfast",
    "OIDC_CLIENT_SECRET": "hidden",
}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Callable[..., env.SignInProvider | None]:
    """Read the sign-in provider from an environment."""

    def read(**given: str) -> env.SignInProvider | None:
        for name in [name for name in os.environ if name.startswith("OIDC_")]:
            monkeypatch.delenv(name)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return env.sign_in_provider("OIDC")

    return read


def test_without_an_issuer_there_is_no_sign_in_provider(
    provider: Callable[..., env.SignInProvider | None],
) -> None:
    assert provider() is None and provider(OIDC_NAME="House") is None


def test_a_sign_in_provider_is_read_and_its_secret_not_shown(
    provider: Callable[..., env.SignInProvider | None], tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    found = provider(
        **OIDC,
        OIDC_CLIENT_SECRET_FILE=str(tmp_path / "secret"),
        OIDC_NAME_ZH="统一认证",
        OIDC_ORIGINS="https://keys.example.org, https://login.example.org:8443",
        OIDC_COUNTS_AS_SECOND_FACTOR="amr:mfa,acr:https://refeds.org/profile/mfa",
    )
    assert found is not None and found.client_secret == "from the file"
    assert "from the file" not in repr(found)
    assert (found.name, found.name_zh) == ("login.example.org", "统一认证")
    assert found.origins == (
        "https://login.example.org", "https://keys.example.org", "https://login.example.org:8443",
    )  # fmt: skip
    assert found.counts == {"amr:mfa", "acr:https://refeds.org/profile/mfa"}
    near = provider(**{**OIDC, "OIDC_ISSUER": "http://localhost:9000"})
    assert near is not None and near.origins == ("http://localhost:9000",)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"OIDC_ISSUER": "http://login.example.org"}, "OIDC_ISSUER has 'http://login"),
        ({"OIDC_ISSUER": "login.example.org"}, "OIDC_ISSUER has"),
        ({"OIDC_ISSUER": "https://a:b@login.example.org"}, "OIDC_ISSUER has"),
        ({"OIDC_ISSUER": "https://login.example.org:x"}, "OIDC_ISSUER has"),
        ({"OIDC_ISSUER": "https://login.example.org/?a=b"}, "OIDC_ISSUER is"),
        ({"OIDC_ISSUER": ""}, "need OIDC_ISSUER"),
        ({"OIDC_CLIENT_ID": ""}, "needs OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET_FILE"),
        ({"OIDC_CLIENT_SECRET_FILE": "/nowhere/secret"}, "OIDC_CLIENT_SECRET_FILE: cannot read"),
        ({"OIDC_ORIGINS": "https://keys.example.org/jwks"}, "OIDC_ORIGINS has"),
        ({"OIDC_ORIGINS": "http://keys.example.org"}, "OIDC_ORIGINS has"),
        ({"OIDC_COUNTS_AS_SECOND_FACTOR": "mfa"}, "OIDC_COUNTS_AS_SECOND_FACTOR has 'mfa'"),
        ({"OIDC_COUNTS_AS_SECOND_FACTOR": "amr:"}, "OIDC_COUNTS_AS_SECOND_FACTOR has 'amr:'"),
        ({"OIDC_CA_FILE": "/nowhere/ca.pem"}, "OIDC_CA_FILE: there is no file"),
    ],
)
def test_a_wrong_sign_in_provider_is_refused_by_name_without_showing_the_secret(
    provider: Callable[..., env.SignInProvider | None], wrong: dict[str, str], named: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=named) as told:
        provider(**{**OIDC, **wrong})
    assert "hidden" not in str(told.value)


def test_a_form_may_lead_to_the_provider_where_there_is_one_and_nowhere_else(tmp_path: Path) -> None:
    asked = "s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action']"
    assert settings_in(real_site(tmp_path), asked).stdout.strip() == """["'self'"]"""
    done = settings_in({**real_site(tmp_path), **OIDC}, asked)
    assert done.stdout.strip() == """["'self'", 'https://login.example.org']""", done.stderr


def test_a_real_site_asks_its_provider_with_tls_and_keeps_the_secret_apart(tmp_path: Path) -> None:
    done = deploy_check(tmp_path, **OIDC)
    assert done.returncode == 0, done.stderr
    done = deploy_check(tmp_path, **{**OIDC, "OIDC_ISSUER": "http://localhost:9000"})
    assert done.returncode == 1 and "custody.E004" in done.stderr
    lies = str(PROJECT / "pyproject.toml")  # any file of the program
    done = deploy_check(tmp_path, **OIDC, OIDC_CLIENT_SECRET_FILE=lies)
    assert done.returncode == 1 and "custody.E005" in done.stderr and "importlinter" not in done.stderr


def test_every_job_of_the_beat_is_a_task() -> None:
    from django.conf import settings

    from config.celery import app
    from custody import tasks

    assert tasks.tell.name in app.tasks
    assert {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


TSA = {"TSA_URL": "https://stamps.example.org/tsa"}


def test_no_time_authority_is_asked_unless_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TSA_URL", raising=False)
    assert env.time_authority("TSA") is None
    monkeypatch.setenv("TSA_URL", "http://stamps.example.org/tsa")
    found = env.time_authority("TSA")
    assert found is not None
    assert (found.url, found.user, found.trust, found.crl_files) == (
        "http://stamps.example.org/tsa",
        "",
        b"",
        (),
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"TSA_URL": "ftp://stamps.example.org"}, "TSA_URL"),
        ({"TSA_URL": "https://unit:word@stamps.example.org"}, "TSA_URL"),
        ({"TSA_URL": "file:///etc/passwd"}, "TSA_URL"),
        ({**TSA, "TSA_USER": "unit"}, "need each other"),
        (
            {"TSA_URL": "http://stamps.example.org", "TSA_USER": "u", "TSA_PASSWORD": "w"},
            "readable on the way",
        ),
        ({**TSA, "TSA_POLICY": "any"}, "TSA_POLICY"),
        ({**TSA, "TSA_TRUST_FILE": "/nowhere"}, "TSA_TRUST_FILE"),
        ({**TSA, "TSA_TRUST_FILE": __file__}, "TSA_TRUST_FILE"),
        ({**TSA, "TSA_CRL_FILES": f"{__file__},/nowhere"}, "TSA_CRL_FILES"),
        ({**TSA, "TSA_CA_FILE": "/nowhere"}, "TSA_CA_FILE"),
    ],
)
def test_half_a_time_authority_is_refused_by_the_name_of_its_variable(
    given: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=said):
        env.time_authority("TSA")
