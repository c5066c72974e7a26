"""Passwords, second factor, one-time codes, throttling, sessions."""

from __future__ import annotations

import dataclasses
import time
import unicodedata
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from corpus.database import Store
from mediation_rooms import accounts, second_factor, sign_in_sessions, throttle
from mediation_rooms.accounts import Account
from mediation_rooms.actor import programme
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.passwords import POLICIES, Passwords, is_expired, problems
from mediation_rooms.permissions import Role
from mediation_rooms.sign_in_sessions import Moment, SignInSession, Stage, begin, find, is_alive, moment

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TESTER = programme("测试")


def new_account(session, name="示例账户", *roles, now=NOW):
    return accounts.create_account(
        session, actor=TESTER, user_name=name, display_name="示例甲", roles=frozenset(roles),
        room_id=1, division_code=None, now=now,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("password", "under_asvs", "under_dengbao"),
    [
        ("一条山路十八个弯走到苍山顶", True, False),
        ("correct horse battery staple", True, False),
        ("Correct horse 7 batteries", True, True),
        ("fz3-Qk7_uv2.Wd9", True, True),
        ("short", False, False),
        ("十一个字的话还是太短了", False, False),
        ("password123456", False, False),
        ("P@ssw0rd2024!!", False, False),
        ("Qwertyuiop123!", False, False),
        ("1qaz2wsx3edc", False, False),
        ("woaini5201314", False, False),
        ("tiaojieyuan2024", False, False),
        ("示例账户示例账户abcd", False, False),
        ("Aa1!Aa1!Aa1!Aa1!", False, False),
        ("aaaaaaaaaaaaaa", False, False),
        ("abcdefghijklmnop", False, False),
        ("苍山洱海苍山洱海苍山洱海", False, False),
        ("x" * 129, False, False),
    ],
)
def test_two_password_policies_accept_what_they_document(password, under_asvs, under_dengbao):
    """AUT-07: the same table under both profiles: length, block-list, repeats; composition under one only."""
    for policy, accepted in (("asvs", under_asvs), ("dengbao", under_dengbao)):
        found = problems(password, policy=POLICIES[policy], about=("示例账户",))
        assert (found == []) is accepted, (policy, found)


def test_no_common_password_of_the_lists_is_accepted():
    """AUT-07, ASVS 6.2.4: the 3,000 most common that are long enough for the policy, and the common with a year."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    common = FREQUENCY_LISTS["passwords"]
    long_enough = [word for word in common if len(word) >= POLICIES["asvs"].shortest]
    with_a_tail = [f"{word}{tail}" for word in common[:120] for tail in ("2024", "123456", "!!!!!!")]
    tried = [*long_enough, *(word for word in with_a_tail if len(word) >= POLICIES["asvs"].shortest)]
    assert len(common) + sum(map(len, FREQUENCY_LISTS.values())) > 3_000
    assert len(tried) > 300
    assert [word for word in tried if not problems(word, policy=POLICIES["asvs"])] == []


@pytest.mark.parametrize(
    "password",
    [
        "段示例的花猫爱晒太阳睡懒觉",
        "duanshili likes green tea",
        "DuanShiLi likes green tea",
        "我在示例喜洲调解室上班好几年",
        "mountain dsl_77 river",
    ],
)
def test_words_of_the_person_may_not_stand_in_the_password(password):
    """AUT-07, ASVS 6.2.11: user name, name and room, in Chinese and in Latin letters."""
    about = ("dsl_77", "段示例", "示例喜洲调解室")
    assert problems(password, policy=POLICIES["asvs"], about=about)
    assert problems(password, policy=POLICIES["asvs"], about=()) == []


def test_every_character_is_accepted_and_none_is_cut_off():
    """AUT-05, ASVS 6.2.5 and 6.2.8: spaces, Chinese, letters with accents, signs outside the plane; verified as typed."""
    passwords = Passwords("test")
    phrase = "  猫 𠮷 é ŋ ɯ \"'<>&%;—🙂 走过石桥  "
    assert problems(phrase, policy=POLICIES["asvs"]) == []
    kept = passwords.hash(phrase)
    assert passwords.matches(phrase, kept)
    for other in (phrase.strip(), phrase.casefold().replace("é", "e"), phrase[:-1], phrase + " "):
        assert not passwords.matches(other, kept)


def test_only_the_dengbao_policy_expires_passwords():
    """AUT-07: periodic change belongs to one profile."""
    later = NOW + timedelta(days=90)
    assert is_expired(NOW, policy=POLICIES["dengbao"], now=later)
    assert not is_expired(NOW, policy=POLICIES["asvs"], now=later)


def test_sixty_four_characters_are_accepted_and_ten_thousand_are_refused_before_hashing():
    """AUT-05: over-long passwords cost nothing."""
    phrase = (
        "山下有田水里有鱼门前有树 Under the hill a field, in the water a fish, 一共六十四个" + "字" * 64
    )[:64]
    assert len(phrase) == 64
    assert problems(phrase, policy=POLICIES["asvs"]) == []
    passwords = Passwords()
    kept = passwords.hash(phrase)
    spent = []
    for _try in range(3):
        began = time.perf_counter()
        assert not passwords.matches("长" * 10_000, kept)
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.01
    assert passwords.matches(phrase, kept)


def test_a_letter_with_an_accent_is_the_same_password_however_it_is_typed():
    """AUT-06: NFC and NFD sign in alike."""
    passwords = Passwords("test")
    kept = passwords.hash(unicodedata.normalize("NFC", "é è ü 一句够长的话"))
    assert passwords.matches(unicodedata.normalize("NFD", "é è ü 一句够长的话"), kept)


def test_a_hash_weaker_than_the_policy_is_noticed():
    """AUT-11: parameters at RFC 9106's second option; weaker ones are renewed."""
    weak, strong = Passwords("test"), Passwords()
    assert strong.needs_rehash(weak.hash("x" * 12))
    assert "$argon2id$" in strong.hash("x" * 12)
    assert "m=65536,t=3,p=4" in strong.hash("x" * 12)


def test_an_empty_installation_has_no_account(case_store: Store):
    """AUT-08: no default account."""
    with case_store.reading() as session:
        assert not accounts.first_administrator_exists(session)
        assert session.query(Account).count() == 0


def test_a_one_time_code_works_once_and_ends_after_three_days(case_store: Store):
    """AUT-08: the first start's code expires."""
    with case_store.writing() as session:
        account, code = new_account(session)
        assert accounts.enrolment_is_right(account, code, now=NOW)
        assert accounts.enrolment_is_right(account, code.upper(), now=NOW)
        assert not accounts.enrolment_is_right(account, code, now=NOW + timedelta(days=3, seconds=1))
        accounts.set_password(session, account, password_hash="x", now=NOW)
        assert not accounts.enrolment_is_right(account, code, now=NOW)
    assert not accounts.enrolment_is_right(None, code, now=NOW)


def test_a_reset_gives_a_code_and_never_a_password(case_store: Store):
    """AUT-10: who resets neither sees nor chooses the password."""
    with case_store.writing() as session:
        account, _code = new_account(session)
        accounts.set_password(session, account, password_hash="kept", now=NOW)
        code = accounts.reset(session, account, actor=TESTER, now=NOW)
        assert account.password_hash is None
        assert accounts.enrolment_is_right(account, code, now=NOW)
        assert code not in (account.enrolment_hash or "")


def test_a_code_of_the_app_works_once_and_one_step_early_or_late():
    """AUT-09: a replayed code is refused, one step of tolerance."""
    secret = second_factor.new_secret()
    totp = pyotp.TOTP(secret)
    step = int(NOW.timestamp()) // 30
    for offset, accepted in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        found = second_factor.matching_step(secret, totp.generate_otp(step + offset), now=NOW, after_step=0)
        assert (found == step + offset) is accepted
    assert second_factor.matching_step(secret, totp.generate_otp(step), now=NOW, after_step=step) is None


def test_a_recovery_code_works_once(case_store: Store):
    """AUT-09: printed codes are used up."""
    with case_store.writing() as session:
        account, _code = new_account(session)
        codes = accounts.set_second_factor(
            session, account, secret=second_factor.new_secret(), step=1, now=NOW
        )
        assert len(set(codes)) == 10
        assert accounts.use_second_factor(account, codes[3].upper(), now=NOW)
        assert not accounts.use_second_factor(account, codes[3], now=NOW)


def test_supervisors_administrators_and_auditors_need_a_second_factor(case_store: Store):
    """AUT-09: required where a role reaches beyond its own files."""
    with case_store.writing() as session:
        for number, role in enumerate(
            (Role.COUNTY_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.ROOM_HEAD)
        ):
            assert new_account(session, f"示例{number}号", role)[0].needs_second_factor
        assert not new_account(session, "示例九号", Role.MEDIATOR)[0].needs_second_factor


def test_system_security_and_audit_are_never_one_person(case_store: Store):
    """AUD-07: the three administrators are apart."""
    with case_store.writing() as session:
        with pytest.raises(InvalidEntry, match="三员分立"):
            new_account(session, "示例", Role.AUDITOR, Role.ADMINISTRATOR)
        account, _code = new_account(session, "示例二", Role.AUDITOR)
        with pytest.raises(InvalidEntry, match="别人"):
            accounts.change_standing(
                session, account, actor=account.actor, roles=frozenset(Role), room_id=None,
                division_code=None, is_disabled=False, now=NOW,
            )  # fmt: skip


def test_guessing_slows_one_device_and_the_lock_ends_by_itself(case_store: Store):
    """AUT-02: no lock is longer than fifteen minutes and a stranger's tries do not reach a known device."""
    stranger, own = throttle.account_key("a1", "address:kiosk"), throttle.account_key("a1", "device:own")
    with case_store.writing() as session:
        for _try in range(40):
            throttle.record_failure(session, stranger, now=NOW)
        assert timedelta(0) < throttle.waiting_time(session, [stranger], now=NOW) <= timedelta(minutes=15)
        assert throttle.waiting_time(session, [own], now=NOW) == timedelta(0)
        later = NOW + timedelta(minutes=15, seconds=1)
        assert throttle.waiting_time(session, [stranger], now=later) == timedelta(0)
        backwards = NOW - timedelta(days=700)
        assert throttle.waiting_time(session, [stranger], now=backwards) == timedelta(0)


def test_slips_of_a_whole_office_never_add_up_to_a_block(case_store: Store):
    """AUT-02: free tries come back with time; a steady attack does not get them back."""
    office = throttle.address_key("198.51.100.7")
    with case_store.writing() as session:
        for day in range(40):
            for slip in range(5):
                at = NOW + timedelta(days=day, hours=2 * slip)
                throttle.record_failure(session, office, now=at, free_tries=throttle.FREE_TRIES_OF_ADDRESS)
                assert throttle.waiting_time(session, [office], now=at) == timedelta(0)
        at = NOW + timedelta(days=50)
        for _try in range(throttle.FREE_TRIES_OF_ADDRESS):
            throttle.record_failure(session, office, now=at, free_tries=throttle.FREE_TRIES_OF_ADDRESS)
        assert throttle.waiting_time(session, [office], now=at) > timedelta(0)


def test_a_session_on_a_shared_machine_is_short(case_store: Store):
    """SES-04: five minutes idle and two hours at most there; a sign-in half done ends after ten minutes anywhere."""
    at = Moment(NOW, "boot-1", 50_000.0)
    with case_store.writing() as session:
        account, _code = new_account(session)
        token = begin(session, account_id=account.id, stage=Stage.FULL, at=at, is_shared_machine=True)
        pending = begin(session, account_id=account.id, stage=Stage.CODE, at=at)
        row = session.get_one(SignInSession, sign_in_sessions.hash_of_token(token))
        for limit, alive in ((timedelta(minutes=4, seconds=59), True), (timedelta(minutes=5), False)):
            assert is_alive(row, shifted(at, wall=limit, boot=limit)) is alive
        for minutes in range(4, 120, 4):
            later = shifted(at, wall=timedelta(minutes=minutes), boot=timedelta(minutes=minutes))
            row = session.get_one(SignInSession, row.token_hash, populate_existing=True)
            assert is_alive(row, later)
            sign_in_sessions.touch(session, row.token_hash, at=later)
        row = session.get_one(SignInSession, row.token_hash, populate_existing=True)
        assert not is_alive(row, shifted(at, wall=timedelta(hours=2), boot=timedelta(hours=2)))
        half = session.get_one(SignInSession, sign_in_sessions.hash_of_token(pending))
        sign_in_sessions.touch(session, half.token_hash, at=shifted(at, boot=timedelta(minutes=9)))
        half = session.get_one(SignInSession, half.token_hash, populate_existing=True)
        ten = timedelta(minutes=10)
        assert not is_alive(half, shifted(at, wall=ten, boot=ten))


def test_a_typed_password_opens_for_ten_minutes_and_never_lengthens_the_session(case_store: Store):
    """SES-01, SES-04: a renewed session has a new id, the same age, and is confirmed by the boot clock alone."""
    at = Moment(NOW, "boot-1", 50_000.0)
    eight = timedelta(hours=8)
    with case_store.writing() as session:
        account, _code = new_account(session)
        token = begin(session, account_id=account.id, stage=Stage.FULL, at=at)
        row = session.get_one(SignInSession, sign_in_sessions.hash_of_token(token))
        just_before = timedelta(minutes=9, seconds=59)
        assert sign_in_sessions.is_confirmed(row, shifted(at, boot=just_before))
        assert not sign_in_sessions.is_confirmed(row, shifted(at, boot=timedelta(minutes=10)))
        assert not sign_in_sessions.is_confirmed(row, shifted(at, boot=timedelta(seconds=-1)))
        assert not sign_in_sessions.is_confirmed(row, dataclasses.replace(at, boot_id="boot-2"))
        later = shifted(at, wall=eight, boot=eight)
        fresh = sign_in_sessions.renew(session, token, at=later)
        assert fresh is not None
        assert find(session, token, at=later) is None
        renewed = find(session, fresh, at=later)
        assert renewed is not None
        assert sign_in_sessions.is_confirmed(renewed, later)
        end = timedelta(hours=9, seconds=1)
        sign_in_sessions.touch(session, renewed.token_hash, at=shifted(at, wall=end, boot=end))
        renewed = session.get_one(SignInSession, renewed.token_hash, populate_existing=True)
        assert not is_alive(renewed, shifted(at, wall=end, boot=end))
        assert sign_in_sessions.renew(session, "nobody's", at=later) is None


def shifted(at: Moment, *, wall: timedelta = timedelta(0), boot: timedelta = timedelta(0)) -> Moment:
    return dataclasses.replace(at, now=at.now + wall, boot_seconds=at.boot_seconds + boot.total_seconds())


@pytest.mark.parametrize(
    ("wall", "boot", "alive"),
    [
        (timedelta(minutes=14), timedelta(minutes=14), True),
        (timedelta(minutes=15, seconds=1), timedelta(minutes=15, seconds=1), False),
        (timedelta(days=-730), timedelta(minutes=1), True),
        (timedelta(days=-730), timedelta(minutes=16), False),
        (timedelta(days=730), timedelta(minutes=1), True),
    ],
)
def test_a_session_ages_by_the_clock_nobody_can_set(case_store: Store, wall, boot, alive):
    """SES-04 and SES-05: idle limit on the server; a clock moved by years neither ends nor stretches it."""
    at = Moment(NOW, "boot-1", 5_000.0)
    with case_store.writing() as session:
        account, _code = new_account(session)
        token = begin(session, account_id=account.id, stage=Stage.FULL, at=at)
        assert (find(session, token, at=shifted(at, wall=wall, boot=boot)) is not None) is alive


def test_after_a_restart_the_wall_clock_counts_and_the_future_is_refused(case_store: Store):
    """SES-05: a session from the future is refused."""
    at = Moment(NOW, "boot-1", 5_000.0)
    restarted = Moment(NOW + timedelta(minutes=5), "boot-2", 10.0)
    with case_store.writing() as session:
        account, _code = new_account(session)
        token = begin(session, account_id=account.id, stage=Stage.FULL, at=at)
        assert find(session, token, at=restarted) is not None
        backwards = dataclasses.replace(restarted, now=NOW - timedelta(days=1))
        assert find(session, token, at=backwards) is None


def test_a_session_ends_after_a_working_day_however_busy(case_store: Store):
    """SES-04: absolute limit."""
    at = moment()
    with case_store.writing() as session:
        account, _code = new_account(session)
        token = begin(session, account_id=account.id, stage=Stage.FULL, at=at)
        digest = sign_in_sessions.hash_of_token(token)
        for minutes in range(10, 9 * 60, 10):
            later = shifted(at, wall=timedelta(minutes=minutes), boot=timedelta(minutes=minutes))
            row = session.get_one(SignInSession, digest, populate_existing=True)
            assert is_alive(row, later)
            sign_in_sessions.touch(session, digest, at=later)
        row = session.get_one(SignInSession, digest, populate_existing=True)
        end = timedelta(hours=9, seconds=1)
        assert not is_alive(row, shifted(at, wall=end, boot=end))


@pytest.mark.sqlite("reads the raw file")
def test_the_token_itself_is_nowhere_in_the_database(case_store: Store):
    """SES-01: only a hash is kept."""
    with case_store.writing() as session:
        account, _code = new_account(session)
        token = begin(session, account_id=account.id, stage=Stage.FULL, at=moment())
    assert case_store.path is not None
    for path in case_store.path.parent.glob("cases.sqlite3*"):
        assert token.encode() not in path.read_bytes()


def test_accounts_unused_for_ninety_days_are_listed(case_store: Store):
    """AUT-08: stale accounts are reported."""
    with case_store.writing() as session:
        old, _code = new_account(session, "很久不用", now=NOW - timedelta(days=91))
        new_account(session, "刚刚建立", now=NOW)
        assert accounts.stale_accounts(session, now=NOW) == [old]
