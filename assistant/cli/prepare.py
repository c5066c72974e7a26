"""``flask --app wsgi prepare``: everything between a fresh checkout and a first visitor, step by step.

Each step looks whether it is needed, so a second run takes seconds, and each can be killed: the next
run begins where nothing was finished. ``flask --app wsgi work`` and ``settings`` live here too.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from tqdm import tqdm

from assistant import jobs, public_desk
from assistant.search_service import SearchService, build_index
from assistant.settings import Settings, as_markdown
from assistant.stores import Stores
from assistant.web.fixed_phrases import texts_to_translate
from corpus.bai.glossary import starter_rows, store_rows
from corpus.bai.models import Concept
from corpus.importing.china_law_data import fetch_data_package, read_data_package
from corpus.importing.law_import import carry_out, plan_import
from corpus.importing.statute_text import ImportProblem
from corpus.law.models import Statute
from corpus.migrations import COLLECTION_MIGRATIONS
from corpus.parallel.phrases import register_phrases
from mediation_rooms.actor import programme
from mediation_rooms.key_rotation import needs_renewing, renew
from mediation_rooms.keys import RING_FILE, KeysMissing, create_key_ring, load_key_ring, use_key_ring
from mediation_rooms.migrations import CASE_MIGRATIONS
from mediation_rooms.sample_rooms import load_sample_rooms

Bar = Callable[[int, int], None]


@contextmanager
def _bar(label: str) -> Iterator[Bar]:
    """A progress bar fed with (done, total)."""
    bar = tqdm(desc=label, leave=False, unit="", mininterval=0.2)

    def update(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield update
    finally:
        bar.close()


def _keys(settings: Settings, stores: Stores) -> str | None:
    """A key ring for a new installation; never a new one beside old cases."""
    ring_exists = (settings.key_directory / RING_FILE).exists()
    if ring_exists or stores.cases is None:
        return None
    if CASE_MIGRATIONS.current(stores.cases) is not None:
        raise KeysMissing(
            f"案件库已经存在，但没有密钥文件 {settings.key_directory / RING_FILE}：请从密钥备份恢复"
        )
    create_key_ring(settings.key_directory)
    return f"新密钥在 {settings.key_directory}，请另行备份"


def _migrate(_settings: Settings, stores: Stores) -> str | None:
    """Both schemas to the newest revision."""
    done = []
    pairs = [(COLLECTION_MIGRATIONS, stores.collection, "法规库")]
    if stores.cases is not None:
        pairs.append((CASE_MIGRATIONS, stores.cases, "案件库"))
    for migrations, store, name in pairs:
        if migrations.current(store) != migrations.head:
            migrations.upgrade(store)
            done.append(name)
    return f"数据库已更新：{'、'.join(done)}" if done else None


def _renew(settings: Settings, stores: Stores) -> str | None:
    """What an older version kept readable or indexed otherwise, encrypted and indexed as today."""
    if stores.cases is None:
        return None
    use_key_ring(load_key_ring(settings.key_directory), directory=settings.key_directory)
    with stores.cases.reading() as session:
        if not needs_renewing(session):
            return None
    with stores.cases.writing() as session:
        renewed = renew(session)
    return f"加密 {renewed.field_count} 个字段，索引 {renewed.index_count} 个"


def _law(settings: Settings, stores: Stores) -> str | None:
    """The statutes of the data package into an empty collection."""
    with stores.collection.reading() as session:
        if session.scalar(select(Statute.id).limit(1)) is not None:
            return None
    path = fetch_data_package(settings.instance_directory / "downloads", say=click.echo)
    versions, conflicts = read_data_package(path)
    with stores.collection.reading() as session:
        report = plan_import(session, versions)
    with _bar("导入法律") as bar, stores.collection.writing() as session:
        carry_out(session, report, progress=bar)
    return f"导入 {len(versions)} 部法律文本 {report.article_count} 条，{len(conflicts)} 处日期存疑"


def _phrases(_settings: Settings, stores: Stores) -> str | None:
    """The fixed sentences of forms and pages as they are said today, to be translated."""
    with stores.collection.writing() as session:
        changed = register_phrases(session, texts_to_translate())
    return f"登记、改动 {changed} 句" if changed else None


def _glossary(_settings: Settings, stores: Stores) -> str | None:
    """The attested words that ship with the product, and the legal terms still to be filled."""
    with stores.collection.reading() as session:
        if session.scalar(select(Concept.id).limit(1)) is not None:
            return None
    rows = list(starter_rows())
    with stores.collection.writing() as session:
        store_rows(session, rows=rows)
    return f"词表 {len(rows)} 行，每个白语词都有出处"


def _sample_rooms(settings: Settings, stores: Stores) -> str | None:
    """Invented rooms to look at; no cases."""
    if stores.cases is None:
        return None
    use_key_ring(load_key_ring(settings.key_directory))
    with stores.cases.writing() as session:
        load_sample_rooms(session, actor=programme("示例数据"), now=datetime.now(UTC))
    return None


def _public_desk(settings: Settings, stores: Stores) -> str | None:
    """The rooms and the key of the box of requests, put up for kiosks."""
    if stores.cases is None:
        return None
    changed = public_desk.publish(settings, stores.cases, now=datetime.now(UTC))
    return f"已公布到 {settings.public_directory}" if changed else None


def _index(_settings: Settings, _stores: Stores) -> str | None:
    """The search index, when it is missing, damaged or of another content."""
    service: SearchService = current_app.extensions["search"]
    if not service.status()["stale"]:
        return None
    bars: dict[str, tqdm] = {}

    def progress(step: str, done: int, total: int) -> None:
        bar = bars.setdefault(step, tqdm(total=total, desc=f"建索引 {step}", leave=False, mininterval=0.2))
        bar.update(done - bar.n)

    try:
        build_index(service.store, service.directory, progress, service.translations)
    finally:
        for bar in bars.values():
            bar.close()
    return "索引已建好"


# What is done in which order. A step returns a sentence when it did something, else None.
STEPS: tuple[tuple[str, Callable[[Settings, Stores], str | None]], ...] = (
    ("密钥", _keys),
    ("数据库", _migrate),
    ("加密", _renew),
    ("法律", _law),
    ("词表", _glossary),
    ("固定用语", _phrases),
    ("示例调解室", _sample_rooms),
    ("调解室名录", _public_desk),
    ("索引", _index),
)


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Make keys, migrate, import the law, build the index: whatever is not done yet."""
    settings: Settings = current_app.extensions["settings"]
    stores: Stores = current_app.extensions["stores"]
    if settings.is_kiosk:
        click.echo("自助终端只读法规库，没有要准备的")
        return
    for name, step in STEPS:
        began = time.monotonic()
        try:
            said = step(settings, stores)
        except (ImportProblem, KeysMissing, ValueError, OSError) as problem:
            raise click.ClickException(f"{name}：{problem}") from problem
        if said:
            click.echo(f"{name}：{said}（{time.monotonic() - began:.0f} 秒）")
    click.echo("准备好了")


@click.command("work")
@with_appcontext
def work() -> None:
    """Run queued long work until interrupted (where JOB_WORKER is off in the web processes)."""
    worker: jobs.Worker = current_app.extensions["jobs"]
    worker.start()
    signal.signal(
        signal.SIGTERM, lambda _number, _frame: worker.stopping.set()
    )  # how a service manager ends it
    try:
        while worker.thread is not None and worker.thread.is_alive():
            worker.thread.join(timeout=1)
    except KeyboardInterrupt:
        worker.stop()


@click.command("settings")
@click.option("--markdown", is_flag=True, help="Print the page of the documentation.")
@with_appcontext
def show_settings(markdown: bool) -> None:
    """Print the settings in use, or their documentation. Passwords in addresses are hidden."""
    if markdown:
        click.echo(as_markdown(), nl=False)
        return
    from sqlalchemy import make_url

    settings: Settings = current_app.extensions["settings"]
    for name, value in vars(settings).items():
        is_address = name.endswith("_url") and value
        click.echo(
            f"{name:20} {make_url(value).render_as_string(hide_password=True) if is_address else value}"
        )


COMMANDS = (prepare, work, show_settings)
