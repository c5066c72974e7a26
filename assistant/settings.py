"""Every setting of the application: one table, read from the environment once, frozen.

The table is the documentation: ``docs/settings.md`` is written from it by
``flask --app wsgi settings --markdown`` and a test holds the two together.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mediation_rooms.divisions import all_divisions

PROFILES = ("full", "kiosk")


class SettingsNotValid(ValueError):
    """One or more settings cannot be used; ``problems`` names each variable and the remedy."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("；".join(problems))


@dataclass(frozen=True)
class Setting:
    """One environment variable: its field in :class:`Settings`, its kind, default and meaning."""

    variable: str
    field: str
    kind: str
    default: str
    meaning: str
    choices: tuple[str, ...] = ()


TABLE: tuple[Setting, ...] = (
    Setting(
        "PROFILE",
        "profile",
        "choice",
        "full",
        "`full` serves everybody; `kiosk` opens the collection read-only, without case store or sign-in.",
        PROFILES,
    ),
    Setting("HOST", "host", "text", "127.0.0.1", "Address the server listens on."),
    Setting("PORT", "port", "number", "8000", "Port the server listens on."),
    Setting(
        "INSTANCE_DIRECTORY",
        "instance_directory",
        "folder",
        "instance",
        "Folder of databases, index, sound and uploads. Back it up.",
    ),
    Setting(
        "KEY_DIRECTORY",
        "key_directory",
        "folder",
        "keys",
        "Folder of secret keys. Must not lie inside the instance folder; back it up apart from the data.",
    ),
    Setting(
        "PUBLIC_DIRECTORY",
        "public_directory",
        "folder",
        "",
        "Folder of what the rooms put up for kiosks (`rooms.json`): written by the full profile, read by "
        "the kiosk. Empty: `public` in the instance folder.",
    ),
    Setting(
        "INBOX_DIRECTORY",
        "inbox_directory",
        "folder",
        "",
        "Folder of sealed requests for help: the kiosk writes, the full profile empties it. "
        "Empty: `inbox` in the instance folder.",
    ),
    Setting(
        "KIOSK_PLACE",
        "kiosk_place",
        "text",
        "",
        "Code of the village or township where this kiosk stands; visitors are not asked then.",
    ),
    Setting(
        "DATABASE_URL",
        "database_url",
        "url",
        "",
        "Collection database: `sqlite:///…` or `postgresql+psycopg://…`. "
        "Empty: `collection.sqlite3` in the instance folder.",
    ),
    Setting(
        "CASE_DATABASE_URL",
        "case_database_url",
        "url",
        "",
        "Case database, never the same as the collection. Empty: `cases.sqlite3` in the instance folder. "
        "Ignored by the kiosk profile.",
    ),
    Setting(
        "SEMANTIC",
        "semantic",
        "choice",
        "auto",
        "`auto` uses the meaning model beside the words when it is installed; `off` searches by words only.",
        ("auto", "off"),
    ),
    Setting(
        "TRUSTED_PROXIES",
        "trusted_proxies",
        "number",
        "0",
        "Number of reverse proxies in front whose X-Forwarded-* headers may be believed.",
    ),
    Setting(
        "TLS",
        "tls",
        "flag",
        "off",
        "`on` when visitors reach the site by HTTPS: cookies become Secure and HSTS is sent.",
    ),
    Setting(
        "PASSWORD_PROFILE",
        "password_profile",
        "choice",
        "production",
        "Cost of password hashing. `test` is fast and refused outside tests.",
        ("production", "test"),
    ),
    Setting(
        "PASSWORD_POLICY",
        "password_policy",
        "choice",
        "asvs",
        "`asvs`: length, block-list, no composition, no expiry (OWASP ASVS 5.0). `dengbao`: composition and 90 days "
        "as well (GB/T 22239).",
        ("asvs", "dengbao"),
    ),
    Setting(
        "SHARED_MACHINES",
        "shared_machines",
        "flag",
        "off",
        "`on` where every machine is used by several people: signed in for 2 hours at most, 5 minutes without a "
        "touch. `off`: whoever signs in says so of the machine.",
    ),
    Setting(
        "JOB_WORKER",
        "job_worker",
        "flag",
        "on",
        "`on` runs long work in a thread of the web process; `off` where `flask --app wsgi work` runs apart.",
    ),
    Setting(
        "LOG_LEVEL",
        "log_level",
        "choice",
        "info",
        "How much is logged. No level logs names, questions or case data.",
        ("debug", "info", "warning", "error"),
    ),
    Setting(
        "ROOM_FILES_MB",
        "room_files_mb",
        "number",
        "4000",
        "Megabytes that the files of one mediation room may take together; more is refused with a sentence.",
    ),
    Setting(
        "DATA_REQUEST_DAYS",
        "data_request_days",
        "number",
        "15",
        "Days in which a room answers a request about personal data. The Act says 及时 and names no number.",
    ),
    Setting(
        "CONTACT_LINE",
        "contact_line",
        "text",
        "",
        "Where a visitor gets help, shown on empty answers: a mediation room and its telephone.",
    ),
)


@dataclass(frozen=True)
class Settings:
    """The settings of one process; :data:`TABLE` says what each means."""

    profile: str
    host: str
    port: int
    instance_directory: Path
    key_directory: Path
    public_directory: Path
    inbox_directory: Path
    kiosk_place: str
    database_url: str
    case_database_url: str
    semantic: str
    trusted_proxies: int
    tls: bool
    password_profile: str
    password_policy: str
    shared_machines: bool
    job_worker: bool
    log_level: str
    room_files_mb: int
    data_request_days: int
    contact_line: str

    @property
    def is_kiosk(self) -> bool:
        """Whether this process serves a kiosk: collection only."""
        return self.profile == "kiosk"

    @property
    def index_directory(self) -> Path:
        """Folder of the search index and its weights: derived, can be deleted and rebuilt."""
        return self.instance_directory / "index"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read every setting from ``environ`` (default: the process environment).

        Raises SettingsNotValid with all problems at once.
        """
        source = os.environ if environ is None else environ
        problems: list[str] = []
        values: dict[str, Any] = {}
        for setting in TABLE:
            try:
                values[setting.field] = _parse(setting, source.get(setting.variable, "").strip())
            except ValueError as problem:
                problems.append(str(problem))
        if problems:
            raise SettingsNotValid(problems)
        return cls._checked(values)

    @classmethod
    def _checked(cls, values: dict[str, Any]) -> Settings:
        instance: Path = values["instance_directory"]
        problems = []
        if values["key_directory"].is_relative_to(instance):
            problems.append("KEY_DIRECTORY：密钥不能放在 INSTANCE_DIRECTORY 里面，请改到别处")
        values["public_directory"] = values["public_directory"] or instance / "public"
        values["inbox_directory"] = values["inbox_directory"] or instance / "inbox"
        if values["kiosk_place"] and values["kiosk_place"] not in all_divisions():
            problems.append("KIOSK_PLACE：没有这个行政区划代码，代码见 mediation_rooms/data/divisions.csv")
        values["database_url"] = values["database_url"] or f"sqlite:///{instance / 'collection.sqlite3'}"
        if values["profile"] == "kiosk":
            values["case_database_url"] = ""
        else:
            values["case_database_url"] = (
                values["case_database_url"] or f"sqlite:///{instance / 'cases.sqlite3'}"
            )
            if values["case_database_url"] == values["database_url"]:
                problems.append("CASE_DATABASE_URL：案件库和法规库必须是两个数据库")
        if problems:
            raise SettingsNotValid(problems)
        return cls(**values)


def _parse(setting: Setting, written: str) -> Any:
    """The value of one setting; ValueError says which variable is wrong and what it may be."""
    text = written or setting.default
    if setting.kind == "choice" and text not in setting.choices:
        raise ValueError(f"{setting.variable}={text}：只能是 {'、'.join(setting.choices)}")
    if setting.kind == "number":
        if not text.isascii() or not text.isdigit() or int(text) > 65535:
            raise ValueError(f"{setting.variable}={text}：要写 0 到 65535 的整数")
        return int(text)
    if setting.kind == "flag":
        if text not in ("on", "off"):
            raise ValueError(f"{setting.variable}={text}：只能是 on 或 off")
        return text == "on"
    if setting.kind == "folder":
        return Path(text).resolve() if text else None
    if setting.kind == "url" and text:
        try:
            return database_address(text)
        except ValueError as problem:
            raise ValueError(f"{setting.variable}：{problem}") from problem
    return text


def database_address(written: str) -> str:
    """The address of a database this product runs on, by the driver it ships with. Raises ValueError for others."""
    scheme, separator, rest = written.partition("://")
    if separator and scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return f"postgresql+psycopg://{rest}"
    if separator and scheme == "sqlite":
        return written
    raise ValueError("只能用 sqlite:///文件 或 postgresql://用户@机器/库名")


def as_markdown() -> str:
    """The settings page of the documentation, written from the table."""
    lines = [
        "# Settings",
        "",
        "All settings come from the environment. This page is written from `assistant/settings.py` by",
        "`flask --app wsgi settings --markdown > docs/settings.md`.",
        "",
        "| variable | kind | default | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for setting in TABLE:
        kind = " or ".join(f"`{choice}`" for choice in setting.choices) or setting.kind
        default = f"`{setting.default}`" if setting.default else "(empty)"
        lines.append(f"| `{setting.variable}` | {kind} | {default} | {setting.meaning} |")
    return "\n".join(lines) + "\n"
