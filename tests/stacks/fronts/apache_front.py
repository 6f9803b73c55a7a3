"""Apache httpd in front of an API: a proxy with the modules that Debian enables, and ModSecurity's core rules."""

from __future__ import annotations

import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest
from front_process import Setup, program
from private_authority import Authority

MODULES = Path("/usr/lib/apache2/modules")
RECOMMENDED = Path("/etc/modsecurity/modsecurity.conf-recommended")
CORE_RULES = Path("/usr/share/modsecurity-crs/owasp-crs.load")
PLAIN = ("mpm_event", "authz_core", "reqtimeout", "setenvif", "proxy", "proxy_http")
SECURED = (*PLAIN, "unique_id", "security2")

SERVER = """\
ServerRoot {folder}
ServerName localhost
DefaultRuntimeDir {folder}
PidFile {folder}/httpd.pid
Mutex file:{folder} default
ErrorLog {folder}/error.log
{modules}
{user}
Listen 127.0.0.1:{port}
"""

REVERSE_PROXY = """\
{security}
ProxyPass / http://127.0.0.1:{upstream}/
"""

FORWARD_PROXY = """\
SSLEngine on
SSLCertificateFile {certificate}
SSLCertificateKeyFile {key}
ProxyRequests On
AllowCONNECT 1-65535
<Proxy "*">
    AuthType Basic
    AuthName proxy
    AuthBasicProvider file
    AuthUserFile {folder}/users
    Require valid-user
</Proxy>
"""


def apache(upstream: int) -> Setup:
    """Return the setup of an httpd that passes everything on to the API on a loopback port."""
    return _apache(upstream, PLAIN, lambda _: "")


def apache_with_core_rules(upstream: int, *, methods: str = "") -> Setup:
    """Return the same with ModSecurity's core rules as Debian ships them, switched on.

    `methods` are those that the rules let through, in place of their own GET, HEAD, POST and OPTIONS.
    """
    for needed in (MODULES / "mod_security2.so", RECOMMENDED, CORE_RULES):
        if not needed.exists():
            pytest.skip(f"{needed} is not installed")
    return _apache(upstream, SECURED, lambda folder: _security(folder, methods))


def apache_forward_proxy(made: Authority, user: str, password: str) -> Setup:
    """Return the setup of an httpd that is a forward proxy over TLS, for the user with the password alone."""
    path = program("apache2")
    modules = (*PLAIN, "proxy_connect", "ssl", "socache_shmcb", "authn_core", "authn_file", "authz_user", "auth_basic")

    def setup(folder: Path, port: int) -> Sequence[str]:
        text = (SERVER + FORWARD_PROXY).format(
            folder=folder,
            port=port,
            modules=_loaded(modules),
            user=_user(),
            certificate=made.certificate,
            key=made.key,
        )
        digest = b64encode(hashlib.sha1(password.encode()).digest()).decode()  # noqa: S324 - a form that httpd reads
        (folder / "users").write_text(f"{user}:{{SHA}}{digest}\n", encoding="utf-8")
        configuration = folder / "httpd.conf"
        configuration.write_text(text, encoding="utf-8")
        return path, "-DFOREGROUND", "-f", str(configuration)

    return setup


def _loaded(modules: Sequence[str]) -> str:
    return "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in modules)


def _user() -> str:
    """Httpd does not serve as root; a user that every system has will do."""
    return "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""


def _apache(upstream: int, modules: Sequence[str], security) -> Setup:
    path = program("apache2")

    def setup(folder: Path, port: int) -> Sequence[str]:
        text = (SERVER + REVERSE_PROXY).format(
            folder=folder,
            port=port,
            upstream=upstream,
            modules=_loaded(modules),
            user=_user(),
            security=security(folder),
        )
        configuration = folder / "httpd.conf"
        configuration.write_text(text, encoding="utf-8")
        return path, "-DFOREGROUND", "-f", str(configuration)

    return setup


def _security(folder: Path, methods: str) -> str:
    """What Debian's security2.conf does, with the rule engine on and every file in `folder`."""
    data = folder / "modsecurity"
    data.mkdir(exist_ok=True)
    data.chmod(0o777)
    recommended = RECOMMENDED.read_text(encoding="utf-8")
    changes = {
        "SecRuleEngine": "On",
        "SecTmpDir": f"{data}/",
        "SecDataDir": f"{data}/",
        "SecAuditLog": f"{folder}/audit.log",
        "SecUnicodeMapFile": f"{RECOMMENDED.parent}/unicode.mapping 20127",
    }
    for name, value in changes.items():
        recommended = re.sub(rf"(?m)^{name} .*$", f"{name} {value}", recommended)
    (folder / "modsecurity.conf").write_text(recommended, encoding="utf-8")
    return f"Include {folder}/modsecurity.conf\n{_allowed(methods)}\nInclude {CORE_RULES}"


def _allowed(methods: str) -> str:
    """The line by which the core rules' own set-up file tells an API to name its methods."""
    return f"SecAction \"id:900200,phase:1,nolog,pass,t:none,setvar:'tx.allowed_methods={methods}'\"" if methods else ""
