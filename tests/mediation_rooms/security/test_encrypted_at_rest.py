"""What a stolen database shows: every column of text is encrypted, or stands on a list with its reason."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Enum,
    LargeBinary,
    Numeric,
    String,
    Text,
    Time,
    cast,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

import assistant.job_models  # noqa: F401 - registers its table
from assistant.job_models import CaseJob, CollectionJob
from corpus.database import Instant, Store
from mediation_rooms import integrity, keys, samples
from mediation_rooms.encryption import (
    EncryptedNarrative,
    EncryptedText,
    blind_index,
    encrypted_columns,
    indexed_columns,
)
from mediation_rooms.finding import matching
from mediation_rooms.key_rotation import needs_renewing, renew
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from mediation_rooms.store import Base
from tests.assistant.casework.conftest import make_case, rooms
from tests.faults.full_house import furnish

FIXTURES = (make_case, rooms)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

SEARCHED = "searched by its words (docs/adr/0002)"
HOUSE = "the house's own staff or bodies, printed on every paper"
PLACE = "a place of work or of an event, no home"
CODE = "a code, number or word of a list"
HASH = "a hash or a random name"
LAW = "law or the wording of a form"
TRAIL = "the trail: its own rules keep content out of it"
HANDED = "what was handed on, in kinds, for supervision"
PERSON = "says little of one person without the name, which is encrypted; figures count it"
PLAIN = {
    "accounts": {"user_name": HOUSE, "display_name": HOUSE, "roles_text": CODE, "division_code": CODE, "password_hash": HASH, "enrolment_hash": HASH, "recovery_text": HASH},
    "agreement_terms": {"manner": CODE, "place": PLACE, "amount_words": CODE},
    "agreements": {"number": CODE, "total_amount_words": CODE, "place": PLACE},
    "attachments": {"place": CODE, "stored_name": HASH, "media_type": CODE, "sha256": HASH, "added_by": HOUSE},
    "audit_chains": {"last_hash": HASH},
    "audit_records": dict.fromkeys(("wall_clock", "actor_name", "device", "action", "object_kind", "object_id", "result", "reason", "previous_hash", "own_hash"), TRAIL),
    "case_files": {"number": CODE, "title": "empty since November 2026", "kind_code": CODE, "source_code": CODE, "entrusted_by": HOUSE, "court_stage": CODE, "statement": SEARCHED, "requests": SEARCHED, "occurred_place": SEARCHED, "division_code": CODE, "received_by": HOUSE, "grade_reason": PERSON, "special_groups": PERSON, "session_language_code": CODE, "filed_by": HOUSE, "checked_by": HOUSE, "area_office_code": CODE, "next_due_title": LAW, "form_token": HASH},
    "case_notes": {"written_by": HOUSE},
    "case_shares": {"shared_by": HOUSE},
    "cited_articles": {"citation": LAW, "title": LAW, "placed_in": CODE, "words": LAW, "cited_by": HOUSE},
    "committee_terms": {"left_reason": HOUSE},
    "committees": dict.fromkeys(("code", "name", "number_prefix", "trade", "host_body", "division_code", "smaller_ethnicity", "address", "phone", "fax", "postcode", "email"), HOUSE),
    "consents": {"subject": PERSON, "recorded_by": HOUSE},
    "corrections": {"table_name": CODE, "field_name": CODE, "corrected_by": HOUSE},
    "data_requests": {"received_by": HOUSE, "decided_by": HOUSE},
    "enquiries": {"place": PLACE, "asked_by": HOUSE, "recorded_by": HOUSE, "language_code": CODE},
    "evidence": {"name": "the name of a paper or thing", "checked_by": HOUSE},
    "expert_opinions": {"asked_by": HOUSE, "answered_by": HOUSE, "field_of_knowledge": HOUSE},
    "external_numbers": {"system": CODE, "number": CODE},
    "follow_ups": {"reason": LAW, "visited_by": HOUSE},
    "form_drafts": {"form": CODE},
    "gate_answers": {"gate_code": CODE, "asked_by": HOUSE},
    "handed_on": {"part": CODE, "recipient": HANDED, "purpose": HANDED, "basis": HANDED, "fields": HANDED, "asked_by": HOUSE, "approved_by": HOUSE},
    "instalments": {"method": CODE, "receipt_number": CODE},
    "issued_numbers": {"number": CODE},
    "job": {"public_id": HASH, "kind": CODE, "payload": "ids only (tested below)", "language": CODE, "message": "progress in fixed words", "result": "names of files (tested below)"},
    "judicial_confirmations": {"court": HOUSE, "court_number": CODE},
    "mediation_rooms": dict.fromkeys(("code", "name", "host_body", "legal_basis", "seal_text", "division_code", "address", "phone", "public_note"), HOUSE),
    "mediation_sessions": {"place": PLACE, "language_code": CODE, "interpreter_relation": PERSON, "read_back_language_code": CODE, "recorded_by": HOUSE, "cancelled_reason": PERSON},
    "mediator_languages": {"language_code": CODE},
    "mediators": dict.fromkeys(("name", "ethnicity", "education", "major", "employer", "other_capacity", "province_system_code"), HOUSE),
    "notices": {"notice_version": CODE, "language_code": CODE, "read_by": HOUSE},
    "oral_agreements": {"place": PLACE, "recorded_by": HOUSE},
    "parties": {"ethnicity": PERSON, "occupation": PERSON, "employer": PERSON, "language_code": CODE, "special_group": PERSON},
    "prevented_events": {"recorded_by": HOUSE, "confirmed_by": HOUSE},
    "processing_restrictions": {"received_by": HOUSE, "decided_by": HOUSE, "lifted_by": HOUSE},
    "referrals": {"gate_code": CODE, "target": HOUSE, "target_division_code": CODE, "citation": LAW, "sent_by": HOUSE, "received_by": HOUSE},
    "register_changes": dict.fromkeys(("what", "before", "after", "actor_name"), HOUSE),
    "relations": {"relation": PERSON},
    "representatives": {"relation_to_party": PERSON, "post": PERSON},
    "requests_for_help": {"reference": HASH, "form_token": HASH, "division_code": CODE, "kind_code": CODE, "language_code": CODE, "call_when": "an hour of the day", "notice_version": CODE, "notice_language_code": CODE, "opened_by": HOUSE},
    "retention_appraisals": {"case_number": CODE, "proposed_by": HOUSE, "approved_by": HOUSE},
    "risk_flags": {"raised_by": HOUSE, "reported_to": HOUSE, "cleared_by": HOUSE},
    "room_languages": {"language_code": CODE},
    "room_members": {"duty": HOUSE},
    "room_subjects": {"kind_code": CODE},
    "row_seals": {"table_name": CODE, "seal": HASH},
    "screening_findings": {"kind_code": CODE},
    "screening_rounds": {"place": PLACE, "screened_by": HOUSE},
    "sealed_accesses": {"approved_by": HOUSE},
    "session_participants": {"relation": PERSON},
    "sign_in_sessions": {"token_hash": HASH, "boot_id": HASH},
    "sign_in_throttles": {"key_hash": HASH},
    "signatures": {"place": PLACE, "witness": "who stood by, most often of the house", "recorded_by": HOUSE},
    "steps_taken": {"step": CODE, "actor_name": HOUSE},
    "teaching_stories": {"prepared_by": HOUSE, "reviewed_by": HOUSE},
}  # fmt: skip
"""Table → column → why it is not encrypted. A column of text that is neither here nor encrypted fails."""


def test_every_column_of_text_is_encrypted_or_says_why_not():
    """BAK-03, PRI-07: counted from the models, so that a new column cannot be forgotten."""
    found = {}
    for table in Base.metadata.sorted_tables:
        names = [
            column.name
            for column in table.columns
            if isinstance(column.type, (String, Text, JSON, LargeBinary))
            and not isinstance(column.type, (Enum, EncryptedText))
            and not column.name.endswith("_index")
        ]
        if names:
            found[table.name] = sorted(names)
    assert found == {name: sorted(columns) for name, columns in PLAIN.items()}
    assert len(encrypted_columns(Base.metadata)) > 60


def test_each_encrypted_column_is_bound_to_its_own_name():
    """OPS-01: a ciphertext moved elsewhere is refused only if no two columns share a name."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, EncryptedText):
                assert column.type.field == f"{table.name}.{column.name}"


NUMBERS = itertools.count(11)


def _value(column) -> object:
    kind, number = column.type, next(NUMBERS)
    if isinstance(kind, EncryptedText):
        return "示例"
    for known, value in (
        (Enum, lambda: kind.enums[0]), (Boolean, lambda: False), (Date, lambda: date(2026, 1, 1)),
        (Instant, lambda: NOW), (Time, lambda: time(8, number % 60)), (Numeric, lambda: Decimal("0.5")),
        (JSON, dict), ((String, Text), lambda: f"x{number}"),
    ):  # fmt: skip
        if isinstance(kind, known):
            return value()
    return number % 7 if column.name in ("weekday", "month") else number


def one_row_in_every_encrypted_table(session: Session) -> set[str]:
    """A row in each table with encrypted columns, and in every table those rows need; every such field filled."""
    made: dict[str, int] = {}
    wanted = {table for table, _column in encrypted_columns(Base.metadata)}

    def make(table) -> int:
        if table.name in made:
            return made[table.name]
        values = {}
        for column in table.columns:
            foreign = next(iter(column.foreign_keys), None)
            if column.primary_key:
                continue
            if foreign is not None:
                other = foreign.column.table
                is_needed = not column.nullable and other.name != table.name
                values[column.name] = make(other) if is_needed else None
            elif isinstance(column.type, EncryptedText) or not column.nullable:
                values[column.name] = _value(column)
        values |= {"opens_at": time(8), "closes_at": time(9)} if table.name == "room_opening_hours" else {}
        values |= {"title": ""} if table.name == "case_files" else {}
        done = session.execute(table.insert().values(values).returning(table.c.id)).scalar_one()
        made[table.name] = done
        return done

    for table in Base.metadata.sorted_tables:
        if table.name in wanted:
            make(table)
    for table, field in indexed_columns(Base.metadata):
        index = {f"{field}_index": blind_index("示例", f"{table.name}.{field}")}
        session.execute(update(table).values(index))
    return wanted


def raw(session: Session) -> dict[str, list[str]]:
    """table.column → what the database really holds."""
    return {
        f"{table.name}.{column.name}": [
            each for each in session.scalars(select(cast(column, Text))) if each is not None
        ]
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
    }


def test_rotation_and_retirement_reach_every_field_and_every_index(case_store: Store):
    """OPS-01: a row in every table that has one; afterwards nothing needs the old keys and search still finds."""
    with case_store.writing() as session:
        one_row_in_every_encrypted_table(session)
        integrity.reseal(session)
        assert all(values and values[0].startswith("v1:k1:") for values in raw(session).values())
    before = keys.key_ring()
    keys.use_key_ring(before.with_new_keys())
    with case_store.writing() as session:
        by_old_key = session.scalars(select(Party.id).where(Party.name_index.in_(_both("示例")))).all()
        assert by_old_key
        renewed = renew(session)
        stored = raw(session)
    assert renewed.field_count == len(encrypted_columns(Base.metadata)) == len(stored)
    assert renewed.index_count == len(indexed_columns(Base.metadata))
    assert all(values[0].startswith("v1:k2:") for values in stored.values())
    keys.use_key_ring(keys.key_ring().only_current_keys())
    assert keys.key_ring().blind_index_keys_of_before == ()
    with case_store.writing() as session:
        assert session.scalars(select(Party.name)).all() == ["示例"]
        for table, field in indexed_columns(Base.metadata):
            index = table.columns[f"{field}_index"]
            assert session.scalars(select(index)).all() == [blind_index("示例", f"{table.name}.{field}")]
        assert renew(session).field_count == renew(session).index_count == 0
        assert integrity.damaged_rows(session) == []


def _both(value: str) -> list[str]:
    from mediation_rooms.encryption import blind_indexes

    return blind_indexes(value, "parties.name")


def test_what_an_older_version_left_readable_is_read_and_then_encrypted(app, make_case):
    """PRI-07: plain narratives and the names on the cover of an earlier installation, through ``prepare``'s step."""
    case_id = make_case(samples.boundary_case_in_force)
    store = app.extensions["stores"].cases
    plain = {}
    with store.writing() as session:
        assert not needs_renewing(session)
        title = session.get_one(CaseFile, case_id).title
        table = CaseFile.__table__
        session.execute(
            text("UPDATE case_files SET cover = '', title = :title WHERE id = :id"), {"title": title, "id": case_id}
        )  # fmt: skip
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, EncryptedNarrative) and column.name != "cover":
                    statement = (
                        f'UPDATE {table.name} SET "{column.name}" = :words WHERE "{column.name}" <> \'\''
                    )
                    changed = session.execute(text(statement), {"words": "旧版明文"}).rowcount  # type: ignore[attr-defined]
                    plain[f"{table.name}.{column.name}"] = changed
        integrity.reseal(session)
    assert sum(count > 0 for count in plain.values()) > 5
    with store.writing() as session:
        assert needs_renewing(session)
        renew(session)
    with store.writing() as session:
        assert not needs_renewing(session)
        assert integrity.damaged_rows(session) == []
        case = session.get_one(CaseFile, case_id)
        assert (case.title, case.title_of_before) == (title, "")
        assert case.sessions[0].course == "旧版明文"
        for name, values in raw(session).items():
            assert all(each.startswith("v1:") or each == "" for each in values), name


@pytest.mark.parametrize(
    ("field", "spellings"),
    [
        ("parties.phone", ("13812345678", "138 1234 5678", "138-1234-5678", "+86 13812345678", "8613812345678", "0086-138-1234-5678", "１３８１２３４５６７８")),
        ("parties.phone", ("0872-2123456", "08722123456", "0872 2123456")),
        ("parties.id_number", ("53290119900101123x", "53290119900101123X", "532901 19900101 123X", "５３２９０１１９９００１０１１２３Ｘ")),
        ("parties.name", ("示例甲", " 示例 甲 ", "示例　甲")),
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_was_written(field, spellings):
    """PRI-05: one blind index for all of them, and another one for the same value in another field."""
    assert len({blind_index(each, field) for each in spellings}) == 1
    assert blind_index(spellings[0], field) != blind_index(spellings[0], "mediators.name")
    assert blind_index("13812345679", "parties.phone") != blind_index("13812345678", "parties.phone")


def test_a_file_is_found_by_its_kind_and_its_people_without_a_readable_title(app, make_case):
    case_id = make_case(samples.boundary_case_in_force)
    with app.extensions["stores"].cases.reading() as session:
        party = session.get_one(CaseFile, case_id).parties[0]
        assert party.phone
        spaced = f"+86 {party.phone[:3]} {party.phone[3:7]} {party.phone[7:]}"
        for question in (
            party.name,
            party.phone,
            "田埂",
            "邻里" if "邻里" in _kind(session, case_id) else "纠纷",
        ):
            found = session.scalars(matching(select(CaseFile), question, cut=lambda words: [words])).all()
            assert case_id in [each.id for each in found], question
        whole = session.scalars(matching(select(CaseFile), spaced, cut=lambda words: [words])).all()
        assert case_id in [each.id for each in whole]


def _kind(session: Session, case_id: int) -> str:
    from mediation_rooms.dispute_kinds import dispute_kinds

    return dispute_kinds()[session.get_one(CaseFile, case_id).kind_code].name


def test_the_queues_hold_ids_and_no_person(app, signed_in):
    """PRI-07, AUD-02: arguments, results and messages of long work name nobody and quote nothing."""
    furnish(app)
    stores = app.extensions["stores"]
    with stores.cases.reading() as session:
        case = session.scalars(select(CaseFile).where(CaseFile.number.is_not(None))).first()
        assert case is not None
        words = {case.title, case.statement, *(party.name for party in case.parties)}
        words |= {party.phone for party in case.parties if party.phone}
        case_id, room_id = case.id, case.room_id
    browser = signed_in("mediator", room_id=room_id)
    assert browser.post(f"/cases/{case_id}/dossier").status_code == 303
    from assistant import jobs

    with app.app_context():
        jobs.run_waiting(app)
    rows = []
    for store, model in ((stores.cases, CaseJob), (stores.collection, CollectionJob)):
        with store.reading() as session:
            rows += session.scalars(select(model)).all()
    assert len(rows) >= 3
    for row in rows:
        held = json.dumps([row.payload, row.result, row.message], ensure_ascii=False)
        assert [each for each in words if each and each in held] == []
        if isinstance(row, CaseJob):
            assert all(isinstance(value, int) for value in row.payload.values()), row.payload
