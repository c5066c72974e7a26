"""Sound: judged by content, levelled, kept through a power cut, never without consent. All sounds are tones."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.bai.varieties import Variety
from corpus.parallel import audio, recordings, sound_uploads
from corpus.parallel.tables import ConsentForm, RecordedKind, Recording, RecordingStatus, Speaker

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


def tone(seconds=1.0, loudness=0.05, silence=0.0):
    time = np.arange(int(seconds * audio.RATE)) / audio.RATE
    quiet = np.zeros(int(silence * audio.RATE), np.float32)
    return np.concatenate([quiet, (loudness * np.sin(2 * np.pi * 330 * time)).astype(np.float32), quiet])


def test_a_quiet_recording_between_silences_is_trimmed_and_levelled():
    kind, sound = audio.prepare(audio.to_wav(tone(silence=2)))
    assert kind == "wav"
    assert 1250 <= sound.length_ms <= 1350
    assert sound.loudness_lufs == pytest.approx(audio.TARGET_LUFS, abs=0.5)
    back_kind, samples = audio.decode(sound.content)
    assert back_kind == "ogg"
    assert len(samples) / audio.RATE == pytest.approx(1.3, abs=0.1)
    assert np.abs(samples).max() <= 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>not a sound</html>" * 9, "只接受"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt rubbish" * 3, "损坏"),
        (audio.to_wav(np.zeros(audio.RATE, np.float32)), "没有声音"),
        (audio.to_wav(tone(0.01)), "太短"),
        (b"OggS" + bytes(200), "损坏|太短"),
    ],
)
def test_what_is_no_usable_sound_is_refused_with_a_reason(content, reason):
    with pytest.raises(audio.SoundRefused, match=reason):
        audio.prepare(content)


def test_a_file_beyond_the_limits_is_refused_before_it_is_decoded(monkeypatch):
    with pytest.raises(audio.SoundRefused, match="50 MB"):
        audio.decode(b"RIFF" + bytes(audio.LARGEST_FILE))
    monkeypatch.setattr(audio, "LONGEST_SECONDS", 60)
    with pytest.raises(audio.SoundRefused, match="1 分钟"):
        audio.decode(audio.to_wav(np.zeros(61 * audio.RATE, np.float32)))


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"RIFF0000WAVE", b"OggS", b"ID3", b"\x1a\x45\xdf\xa3webm", b"\xff\xfb"]),
)
def test_no_bytes_make_the_decoder_fail_otherwise_than_by_refusing(content, head):
    try:
        audio.prepare(head + content)
    except audio.SoundRefused as refusal:
        assert str(refusal).endswith("。")


def test_what_was_recorded_before_a_power_cut_can_be_finished_afterwards(tmp_path):
    whole = audio.prepare(audio.to_wav(tone(5)))[1].content
    size = len(whole) // 10
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    token = sound_uploads.begin_upload(tmp_path)
    for number, piece in enumerate(pieces[:7]):
        assert sound_uploads.add_piece(tmp_path, token, number=number, content=piece) == number + 1
    assert sound_uploads.add_piece(tmp_path, token, number=3, content=b"again") == 7
    (tmp_path / token / ".000007.1.2.part").write_bytes(b"half a piece")
    assert sound_uploads.unfinished(tmp_path) == [token]
    assert sound_uploads.assemble(tmp_path, token) == b"".join(pieces[:7])
    _, sound = audio.prepare(sound_uploads.assemble(tmp_path, token))
    assert 1_000 < sound.length_ms < 5_000
    with pytest.raises(ValueError, match="缺少第7段"):
        sound_uploads.add_piece(tmp_path, token, number=9, content=b"x")
    sound_uploads.discard_upload(tmp_path, token)
    with pytest.raises(sound_uploads.UploadNotFound):
        sound_uploads.assemble(tmp_path, token)
    with pytest.raises(sound_uploads.UploadNotFound):
        sound_uploads.assemble(tmp_path, "../../etc")


@pytest.fixture
def session(collection_store):
    with collection_store.writing() as session:
        yield session


@pytest.fixture
def sound():
    return audio.prepare(audio.to_wav(tone()))[1]


def speaker(session, **changes):
    values = {
        "name": "示例甲",
        "variety": Variety.CENTRAL,
        "village": "示例村",
        "consent_on": date(2026, 11, 1),
    }
    person = Speaker(**(values | {"consent_form": ConsentForm.WRITTEN} | changes))
    session.add(person)
    return person


def take(session, person, sound, folder, key="term:1"):
    path, original = recordings.save_files(folder, original=b"RIFF", kind="wav", sound=sound)
    return recordings.store_recording(
        session,
        speaker=person,
        kind=RecordedKind.TERM,
        object_key=key,
        path=path,
        original_path=original,
        sound=sound,
        now=NOW,
    )


def test_a_new_approved_take_replaces_the_one_before_and_keeps_it(session, sound, tmp_path):
    person = speaker(session)
    first, second = (take(session, person, sound, tmp_path) for _ in range(2))
    for each in (first, second):
        recordings.approve_recording(session, recording=each, today=NOW.date())
    assert (first.status, first.replaced_by_id) == (RecordingStatus.REPLACED, second.id)
    found = recordings.recording_for(
        session, kind=RecordedKind.TERM, object_key="term:1", variety=Variety.CENTRAL
    )
    assert found is second
    assert (tmp_path / first.path).read_bytes() == sound.content
    assert (
        recordings.recording_for(
            session, kind=RecordedKind.TERM, object_key="term:1", variety=Variety.SOUTHERN
        )
        is None
    )


def test_nothing_is_kept_without_consent_and_withdrawal_takes_every_take_out(session, sound, tmp_path):
    with pytest.raises(recordings.ConsentMissing):
        take(session, speaker(session, consent_on=date(2027, 1, 1)), sound, tmp_path)
    person = speaker(session)
    kept = take(session, person, sound, tmp_path)
    assert recordings.withdraw_consent(session, speaker=person, today=NOW.date()) == 1
    assert kept.status is RecordingStatus.WITHDRAWN
    with pytest.raises(recordings.ConsentMissing, match="已撤回"):
        recordings.approve_recording(session, recording=kept, today=NOW.date())


def test_the_recording_list_holds_what_is_missing_in_the_variety(session, sound, tmp_path):
    take(session, speaker(session), sound, tmp_path)
    wanted = [recordings.WantedRecording(RecordedKind.TERM, f"term:{n}", "六") for n in (1, 2)]
    assert recordings.still_missing(session, wanted=wanted, variety=Variety.CENTRAL) == wanted[1:]
    assert recordings.still_missing(session, wanted=wanted, variety=Variety.SOUTHERN) == wanted


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=-5", (95, 99)),
        ("bytes=90-500", (90, 99)),
        ("bytes=5-2", None),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
        ("bytes=-500", (0, 99)),
        ("bytes=-", None),
    ],
)
def test_a_range_header_becomes_first_and_last_byte(header, expected):
    assert recordings.byte_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=-0", "bytes=999-1000"])
def test_a_range_outside_the_file_is_not_satisfiable(header):
    with pytest.raises(recordings.RangeNotSatisfiable):
        recordings.byte_range(header, 100)


def test_an_edition_carries_approved_sound_without_the_speaker_s_name(collection_store, sound, tmp_path):
    from corpus.database import Store
    from corpus.editions import signing
    from corpus.editions.building import build, sign_edition
    from corpus.editions.installing import install

    folder = tmp_path / "recordings"
    with collection_store.writing() as session:
        person = speaker(session)
        heard, _draft = take(session, person, sound, folder), take(session, person, sound, folder, "term:2")
        recordings.approve_recording(session, recording=heard, today=NOW.date())
        path = heard.path
    package = tmp_path / "edition.zip"
    with collection_store.reading() as session:
        build(session, package, version=1, made_on=NOW.date(), recordings=folder)
    signing.make_keys(tmp_path / "keys")
    sign_edition(package, tmp_path / "keys" / signing.PRIVATE_NAME)
    done = install(package, tmp_path / "kiosk", signing.trusted_keys(tmp_path / "keys"))
    assert [each.name for each in done.recordings.iterdir()] == [path]
    store = Store(f"sqlite:///{done.collection}", read_only=True)
    with store.reading() as session:
        (only,) = session.query(Recording).all()
        assert (only.path, only.original_path, only.speaker.name) == (path, "", "")
    store.dispose()
