"""How the pages of a room stand with 10,000 files: ``python -m benchmarks.casework [FILES]``.

Prints p50 and p95 in milliseconds of the day, the list and the search, asked through the whole
application (the answer of a page, without a network), and of saves by eight processes at once; then how
long a file with forty scanned pages takes to be bound, and how often its progress was told meanwhile.
``python -m benchmarks.casework binding`` times the binding alone. The bound is ten seconds.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw
from pypdf import PdfReader

from assistant.factory import create_app
from assistant.settings import Settings
from assistant.typesetting.dossier_pdf import dossier_as_pdf
from assistant.web.clock import CHINA
from corpus.database import Store
from mediation_rooms import accounts, cases, evidence, keys, people, samples
from mediation_rooms.actor import Actor, programme
from mediation_rooms.models.vocabulary import Channel, NoticeMedium, Side
from mediation_rooms.permissions import Role
from mediation_rooms.sample_rooms import load_sample_rooms
from mediation_rooms.sign_in_sessions import Stage, begin, moment
from tests.stores import create_tables

KINDS = ("neighbour", "contract", "marriage_family", "damages", "forest_land", "house_site")
STORIES = ("田埂被占", "借了钱没有还", "彩礼要退", "牛踩坏了庄稼", "山林界线不清", "盖房挡了光")
ROUNDS = 60
WRITERS, SECONDS = 8, 10
SCANNED_PAGES, MOST_BINDING_SECONDS = 40, 10
PLACES = ("identity_papers", "session_record", "agreement", "follow_up")


def fill(store: Store, count: int) -> tuple[str, int]:
    """Sample rooms, a mediator signed in, and ``count`` files with two parties each."""
    now = datetime.now(CHINA)
    with store.writing() as session:
        room = load_sample_rooms(session, actor=programme("示例"), now=now - timedelta(days=300))[0]
        account, _code = accounts.create_account(
            session,
            actor=programme("示例"),
            user_name="示例用户",
            display_name="示例调解员甲",
            roles=frozenset({Role.MEDIATOR}),
            room_id=room.id,
            division_code=None,
            now=datetime.now(UTC),
        )
        account.enrolment_hash = None
        token = begin(session, account_id=account.id, stage=Stage.FULL, at=moment())
        room_id = room.id
    actor = Actor(None, "示例调解员甲", room_id=room_id, roles=frozenset({"mediator"}))
    entry = cases.CaseEntry("neighbour", "application", now.date(), Channel.IN_PERSON, "532901104213")
    notice = people.GivenNotice("bfs", NoticeMedium.READ_ALOUD, "示例调解员甲", True)
    for start in range(0, count, 500):
        with store.writing() as session:
            for number in range(start, min(start + 500, count)):
                at = now - timedelta(days=number % 300)
                story = f"示例{number}说，{STORIES[number % 6]}，第{number}件。"
                one = replace(entry, kind_code=KINDS[number % 6], applied_on=at.date(), statement=story)
                case = cases.open_case(session, actor=actor, entry=one, now=at)
                for side in (Side.APPLICANT, Side.RESPONDENT):
                    person = people.PartyEntry(
                        side=side, name=f"示例{number}{side.label}", language_code="bfs"
                    )
                    people.add_party(session, case, entry=person, notice=notice, actor=actor, now=at)
                case.next_due_on = at.date() + timedelta(days=30)
                case.next_due_title = "一般纠纷调解期限"
    return token, room_id


def timed(ask: Callable[[int], object]) -> dict[str, float]:
    """Milliseconds of an answer over :data:`ROUNDS` rounds after one to warm up."""
    ask(0)
    taken = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        ask(number)
        taken.append((time.perf_counter() - began) * 1000)
    return {"p50": round(statistics.median(taken), 1), "p95": round(statistics.quantiles(taken, n=20)[18], 1)}


def write_notes(
    url: str, folder: str, room_id: int, ends_at: float, counted: multiprocessing.Queue[int]
) -> None:
    """Save notes into one's own file until the time is up; says how many were acknowledged."""
    keys.use_key_ring(keys.load_key_ring(Path(folder)))
    store = Store(url)
    now = datetime.now(CHINA)
    actor = Actor(None, "示例调解员甲", room_id=room_id, roles=frozenset({"mediator"}))
    entry = cases.CaseEntry("neighbour", "application", now.date(), Channel.IN_PERSON, "532901104213")
    with store.writing() as session:
        case_id = cases.open_case(session, actor=actor, entry=entry, now=now).id
    done = 0
    while time.time() < ends_at:
        with store.writing() as session:
            case = session.get_one(cases.CaseFile, case_id)
            cases.write_note(session, case, text=f"第{done}笔", actor=actor, now=datetime.now(CHINA))
        done += 1
    with store.reading() as session:
        if len(session.get_one(cases.CaseFile, case_id).notes) != done:
            raise RuntimeError("a save was lost")
    counted.put(done)


def scanned_page(number: int) -> bytes:
    """A page as a telephone photographs it: A4 at 200 dots an inch, with the grain of paper, as JPEG."""
    grain = Image.effect_noise((1654, 2339), 18).convert("RGB")
    pen = ImageDraw.Draw(grain)
    for line in range(60):
        pen.line(
            (150, 150 + 34 * line, 1500 - 40 * (line % 5), 150 + 34 * line + number % 7),
            fill=(20, 20, 40),
            width=3,
        )
    drawn = io.BytesIO()
    grain.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()


def time_binding(store: Store, room_id: int, folder: Path) -> dict[str, object]:
    """Seconds of binding a whole dispute with :data:`SCANNED_PAGES`, half pictures and half PDF."""
    now = datetime.now(CHINA)
    actor = Actor(None, "示例调解员甲", room_id=room_id, roles=frozenset({"mediator"}))
    with store.writing() as session:
        case = samples.boundary_case_archived(session, actor=actor, now=now - timedelta(days=150))
        for number in range(SCANNED_PAGES):
            content = scanned_page(number)
            if number % 2:
                page = io.BytesIO()
                with Image.open(io.BytesIO(content)) as picture:
                    picture.save(page, "PDF", resolution=200)
                content = page.getvalue()
            evidence.attach(
                session,
                case,
                stored=evidence.keep_file(folder, evidence.check_file(content)),
                original_name=f"示例扫描{number + 1}",
                place=PLACES[number % len(PLACES)],
                actor=actor,
                now=now,
            )
        session.flush()
        case_id = case.id
    told: list[float] = []
    with store.reading() as session:
        case = session.get_one(cases.CaseFile, case_id)
        began = time.perf_counter()
        bound = dossier_as_pdf(
            case,
            today=now.date(),
            reads=lambda scan: evidence.read_attachment(folder, scan),
            tells=lambda _done, _total: told.append(time.perf_counter()),
        )
        seconds = time.perf_counter() - began
    steps = [later - earlier for earlier, later in pairwise([began, *told])]
    return {
        "scanned_pages": SCANNED_PAGES,
        "pages": len(PdfReader(io.BytesIO(bound)).pages),
        "seconds": round(seconds, 2),
        "megabytes": round(len(bound) / 1e6, 1),
        "times_told": len(told),
        "longest_wait_for_progress_seconds": round(max(steps), 2),
        "within_bound": seconds <= MOST_BINDING_SECONDS,
    }


def main() -> None:
    """Run everything and print one JSON object."""
    binds_only = sys.argv[1:] == ["binding"]
    count = int(sys.argv[1]) if len(sys.argv) > 1 and not binds_only else 10_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "instance").mkdir()
        ring = keys.new_key_ring()
        keys.use_key_ring(ring)
        keys.save_key_ring(ring, root / "keys")
        stores = {
            name: Store(f"sqlite:///{root / 'instance' / name}.sqlite3") for name in ("collection", "cases")
        }
        for name, store in stores.items():
            create_tables(store, name)
        token, room_id = fill(stores["cases"], 0 if binds_only else count)
        if binds_only:
            sys.stdout.write(
                json.dumps(time_binding(stores["cases"], room_id, root / "scans"), indent=2) + "\n"
            )
            return
        app = create_app(
            Settings.from_environment(
                {
                    "INSTANCE_DIRECTORY": str(root / "instance"),
                    "KEY_DIRECTORY": str(root / "keys"),
                    "PASSWORD_PROFILE": "test",
                    "JOB_WORKER": "off",
                    "SEMANTIC": "off",
                    "LOG_LEVEL": "error",
                }
            )
        )
        browser = app.test_client()
        browser.set_cookie("session", token, httponly=True)

        def ask(path: str, **query: object) -> None:
            if browser.get(path, query_string=query).status_code != 200:
                raise RuntimeError(f"{path} did not answer")

        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/cases/").text)
        if token is None:
            raise RuntimeError("the page of the day carries no form token")
        form_token = token.group(1)

        def find(question: str) -> None:
            fields = {"q": question, "csrf_token": form_token}
            if browser.post("/cases/files", data=fields).status_code != 200:
                raise RuntimeError("the search did not answer")

        answer: dict[str, object] = {
            "files": count,
            "day_ms": timed(lambda _n: ask("/cases/")),
            "list_ms": timed(lambda n: ask("/cases/files", offset=30 * n)),
            "all_ms": timed(lambda n: ask("/cases/files", all="yes", offset=30 * n)),
            "calendar_ms": timed(lambda _n: ask("/cases/calendar")),
            "search_name_ms": timed(lambda n: find(f"示例{n}申请人")),
            "search_words_ms": timed(lambda n: find(f"{STORIES[n % 6]} 第{n}件")),
        }
        counted: multiprocessing.Queue[int] = multiprocessing.Queue()
        url = f"sqlite:///{root / 'instance' / 'cases.sqlite3'}"
        ends_at = time.time() + SECONDS
        arguments = (url, str(root / "keys"), room_id, ends_at, counted)
        writers = [multiprocessing.Process(target=write_notes, args=arguments) for _number in range(WRITERS)]
        for each in writers:
            each.start()
        saves = sum(counted.get(timeout=SECONDS + 60) for _each in writers)
        for each in writers:
            each.join()
        answer["saves_a_second_by_8_processes"] = round(saves / SECONDS)
        answer["binding"] = time_binding(stores["cases"], room_id, root / "scans")
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
