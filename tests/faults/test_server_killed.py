"""The production server is killed while people save and upload: what they were told was saved is there, whole."""

from __future__ import annotations

import hashlib
import http.client
import io
import os
import random
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from assistant.settings import Settings
from corpus.database import Store
from mediation_rooms import samples
from mediation_rooms.actor import Actor, programme
from mediation_rooms.audit_anchor import verify
from mediation_rooms.encrypted_files import read_encrypted
from mediation_rooms.integrity import damaged_rows, quick_check
from mediation_rooms.models.cases import CaseNote
from mediation_rooms.models.evidence import Attachment
from mediation_rooms.permissions import Role
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room
from tests.attacks.test_mass_assignment import as_filled_in
from tests.faults.extent import extent
from tests.load.prefecture import sign_in
from tests.load.serving import Record, Visitor
from tests.real_server import started

PEOPLE = 4
PROMISED_SECONDS = 60.0


def picture(number: int) -> bytes:
    """A photograph that no other has."""
    buffer = io.BytesIO()
    Image.new("RGB", (400, 300), (number % 256, number // 256 % 256, 90)).save(buffer, "JPEG")
    return buffer.getvalue()


class Person(Visitor):
    """Writes notes and uploads photographs into a file of her own, and keeps what she was told was saved."""

    def __init__(self, token: str, case_id: int, name: str) -> None:
        super().__init__(0, token)
        self.case_id, self.name = case_id, name
        self.notes: list[str] = []
        self.pictures = 0
        self.turn = 0
        self.refused: list[str] = []

    def works(self, port: int, stop: threading.Event) -> None:
        """Until the server is gone."""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while not stop.is_set():
            self.turn += 1
            if self.turn % 3:
                self.writes_a_note()
            else:
                self.uploads()
        self.connection.close()

    def writes_a_note(self) -> None:
        record, text = Record(), f"示例：{self.name} 第 {self.turn} 条"
        self.ask(f"/cases/{self.case_id}", record=record)
        self.ask(f"/cases/{self.case_id}/notes", fields=f"text={text}", record=record)
        if self.status == 303:
            self.notes.append(text)
        self.refused += [each for each in record.failures if each[0].isdigit()]

    def uploads(self) -> None:
        address = f"/cases/{self.case_id}/acts/evidence"
        page = self.ask(address, record=Record())
        if not page or self.status != 200:
            return
        fields = {**as_filled_in(page), "csrf_token": self.form}
        content = picture(self.turn * PEOPLE + int(self.name[-1]))
        file = FileStorage(io.BytesIO(content), "示例照片.jpg", content_type="image/jpeg")
        boundary, body = encode_multipart({**fields, "files": file})
        self.send(address, body, f"multipart/form-data; boundary={boundary}")
        self.pictures += self.status == 303


def told(people: list[Person]) -> tuple[set[str], int]:
    """Every note, and how many photographs, they were told are saved."""
    return {text for person in people for text in person.notes}, sum(person.pictures for person in people)


def problem(store: Store, folder: Path, people: list[Person]) -> str:
    """Empty when everything they were told is there, and nothing is half there."""
    if quick_check(store):
        return "the database is damaged"
    notes, pictures = told(people)
    with store.reading() as session:
        lost = notes - set(session.scalars(select(CaseNote.text)))
        attachments = session.scalars(select(Attachment)).all()
        if lost:
            return f"{len(lost)} notes are lost"
        if len(attachments) < pictures:
            return f"{pictures - len(attachments)} photographs are lost"
        for row in attachments:
            if hashlib.sha256(read_encrypted(folder, row.stored_name)).hexdigest() != row.sha256:
                return f"photograph {row.id} is not whole"
        if verify(session).broken or damaged_rows(session):
            return "the trail or a seal is broken"
    return ""


def test_a_killed_server_keeps_what_it_said_was_saved_and_starts_again(settings: Settings, case_store: Store):
    """DUR-02, DUR-04: kill -9 of master and workers at random; notes and photographs whole; each start serves."""
    now = datetime.now(UTC)
    with case_store.writing() as session:
        load_sample_rooms(session, actor=programme("示例"), now=now - timedelta(days=300))
        room_id = sample_room(session, "sample-jinhua").id
        actor = Actor(None, "示例调解员甲", room_id=room_id)
        cases = [
            samples.boundary_case_mediating(session, actor=actor, now=now - timedelta(days=9)).id
            for _person in range(PEOPLE)
        ]
    tokens = sign_in(case_store, [(Role.MEDIATOR, room_id, None)] * PEOPLE)
    people = [
        Person(token, case, f"示例{n}") for n, (token, case) in enumerate(zip(tokens, cases, strict=True))
    ]
    generator, kills, starts = random.Random(11), extent(12, 1), []
    folder = settings.instance_directory / "attachments"
    for _kill in range(kills):
        began = time.monotonic()
        server, port = started(settings, threads=8)
        starts.append(time.monotonic() - began)
        before, stop = told(people), threading.Event()
        threads = [threading.Thread(target=person.works, args=(port, stop)) for person in people]
        for thread in threads:
            thread.start()
        end = time.monotonic() + PROMISED_SECONDS
        while time.monotonic() < end and (
            told(people)[0] == before[0]
            or told(people)[1] == before[1]
            or not all(person.notes for person in people)
        ):
            time.sleep(0.01)
        time.sleep(generator.uniform(0.0, 0.6))
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        stop.set()
        for thread in threads:
            thread.join()
        assert told(people)[0] != before[0]
        assert problem(case_store, folder, people) == ""
    server, port = started(settings, threads=8)
    try:
        record = Record()
        for person in people:
            person.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            page = person.ask(f"/cases/{person.case_id}", record=record)
            person.connection.close()
            assert person.notes[-1] in page
        assert record.failures == []
        assert [refused for person in people for refused in person.refused] == []
    finally:
        server.terminate()
        server.wait(30)
    notes, pictures = told(people)
    print(
        f"server killed: {kills} kills of the whole server, {len(notes)} notes and {pictures} photographs acknowledged,"
        f" 0 lost, 0 torn, started again each time in {max(starts):.0f} s"
    )


pytestmark = pytest.mark.timeout(600)
