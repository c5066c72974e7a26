"""Long work is queued, done once, cancelled when asked, and survives a dead process."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from assistant import jobs, leftovers
from assistant.job_models import CollectionJob, JobState
from mediation_rooms.errors import NotFound


@jobs.job("test.count")
def count(context, upto=0):
    for number in range(upto):
        context.progress(number * 100 // upto, f"第 {number} 步")
    context.file("result.txt").write_text("做好了", encoding="utf-8")
    return {"files": ["result.txt"], "counted": upto}


@jobs.job("test.fail")
def fail(context):
    raise jobs.JobFailed("缺少第三页，请补上再试")


@jobs.job("test.crash")
def crash(context):
    raise ZeroDivisionError("内部细节")


@jobs.job("test.wait")
def wait(context):
    context.check_cancelled()


def test_queued_work_is_done_and_its_result_is_kept(app):
    with app.app_context():
        public_id = jobs.enqueue("test.count", {"upto": 4}, owner_id=7)
        assert jobs.run_waiting(app) == 1
        done = jobs.find(public_id, owner_id=7)
        assert (done.state, done.progress_percent, done.result["counted"]) == (JobState.DONE, 100, 4)
        assert jobs.result_file(done, "result.txt").read_text(encoding="utf-8") == "做好了"


def test_work_of_another_person_looks_as_if_it_did_not_exist(app):
    with app.app_context():
        public_id = jobs.enqueue("test.count", owner_id=7)
        with pytest.raises(NotFound):
            jobs.find(public_id, owner_id=8)
        with pytest.raises(NotFound):
            jobs.cancel(public_id, owner_id=8)


def test_a_result_file_is_looked_for_in_its_own_folder_only(app):
    with app.app_context():
        public_id = jobs.enqueue("test.count", {"upto": 1})
        jobs.run_waiting(app)
        row = jobs.find(public_id)
        with pytest.raises(NotFound):
            jobs.result_file(row, "../../collection.sqlite3")


@pytest.mark.parametrize(("kind", "said"), [("test.fail", "缺少第三页"), ("test.crash", "没有做成")])
def test_failed_work_says_why_without_internals(app, kind, said):
    with app.app_context():
        public_id = jobs.enqueue(kind)
        jobs.run_waiting(app)
        row = jobs.find(public_id)
        assert row.state is JobState.FAILED
        assert said in row.message
        assert "内部细节" not in row.message


def test_waiting_work_can_be_cancelled_before_it_begins(app):
    with app.app_context():
        public_id = jobs.enqueue("test.wait")
        jobs.cancel(public_id)
        assert jobs.run_waiting(app) == 0
        assert jobs.find(public_id).state is JobState.CANCELLED


def test_running_work_stops_where_it_asks(app):
    with app.app_context():
        public_id = jobs.enqueue("test.wait")
        with app.extensions["stores"].collection.writing() as session:
            session.scalars(select(CollectionJob)).one().cancel_requested = True
        jobs.run_waiting(app)
        assert jobs.find(public_id).state is JobState.CANCELLED


@pytest.mark.parametrize(("attempts", "after"), [(1, JobState.DONE), (2, JobState.FAILED)])
def test_work_of_a_dead_process_is_tried_once_more_and_then_given_up(app, monkeypatch, attempts, after):
    monkeypatch.setattr(jobs, "SILENT_TOO_LONG", timedelta(0))
    with app.app_context():
        public_id = jobs.enqueue("test.count", {"upto": 1})
        with app.extensions["stores"].collection.writing() as session:
            row = session.scalars(select(CollectionJob)).one()
            row.state, row.attempts_count = JobState.RUNNING, attempts
            row.heartbeat_at = datetime.now(UTC)
        jobs.run_waiting(app)
        assert jobs.find(public_id).state is JobState.RUNNING, "seen once: nobody knows yet whether it beats"
        jobs.run_waiting(app)
        assert jobs.find(public_id).state is after


def test_results_older_than_a_week_go_with_their_files(app):
    with app.app_context():
        public_id = jobs.enqueue("test.count", {"upto": 1})
        jobs.run_waiting(app)
        path = jobs.result_file(jobs.find(public_id), "result.txt")
        with app.extensions["stores"].collection.writing() as session:
            session.scalars(select(CollectionJob)).one().finished_at = datetime.now(UTC) - timedelta(days=8)
        jobs.run_waiting(app)
        assert not path.exists()
        with pytest.raises(NotFound):
            jobs.find(public_id)


def test_two_workers_never_do_the_same_work(app):
    with app.app_context():
        for _number in range(12):
            jobs.enqueue("test.count", {"upto": 1})
    taken = []
    threads = [threading.Thread(target=lambda: taken.append(jobs.run_waiting(app))) for _worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 12
    with app.extensions["stores"].collection.reading() as session:
        assert {row.attempts_count for row in session.scalars(select(CollectionJob))} == {1}


def test_an_unknown_kind_of_work_is_a_mistake_of_the_programme(app):
    with app.app_context(), pytest.raises(KeyError):
        jobs.enqueue("test.nothing")


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_takes_no_work_from_a_process_that_is_at_it(app, monkeypatch, jump):
    """SES-05 for the queue: beats a day old or a day ahead say nothing; only a beat that stands still does."""
    with app.app_context():
        public_id = jobs.enqueue("test.count", {"upto": 1})
        for turn in range(3):
            with app.extensions["stores"].collection.writing() as session:
                row = session.scalars(select(CollectionJob)).one()
                row.state, row.attempts_count = JobState.RUNNING, 1
                row.heartbeat_at = datetime.now(UTC) + jump + timedelta(seconds=20 * turn)
            monkeypatch.setattr(jobs, "SILENT_TOO_LONG", timedelta(0))
            jobs.run_waiting(app)
            assert jobs.find(public_id).state is JobState.RUNNING
        jobs.run_waiting(app)
        assert jobs.find(public_id).state is JobState.DONE


def test_a_worker_that_was_held_for_dead_stops_when_it_notices(app):
    """The other one has the work: this one writes no progress over it and reports nothing."""
    with app.app_context():
        jobs.enqueue("test.count", {"upto": 1})
        store = app.extensions["stores"].collection
        with store.writing() as session:
            row = session.scalars(select(CollectionJob)).one()
            row.state, row.attempts_count = JobState.RUNNING, 2
            job_id = row.id
        context = jobs.JobContext(store, CollectionJob, job_id, app.extensions["jobs"].folder / "x", 1)
        for look in (context.check_cancelled, lambda: context.progress(5)):
            with pytest.raises(jobs.JobCancelled):
                look()


def test_the_files_of_work_that_began_a_moment_ago_stay(app, settings, monkeypatch):
    """Leftovers are the folders that were there before the rows were read."""
    with app.app_context():
        began: list[str] = []

        def begin_meanwhile(stores):
            began.append(jobs.enqueue("test.count", {"upto": 1}))
            jobs.run_waiting(app)
            return known(stores)

        known = leftovers._known_results
        (settings.instance_directory / "results" / "forgotten").mkdir(parents=True)
        monkeypatch.setattr(leftovers, "_known_results", begin_meanwhile)
        leftovers.remove_leftovers(
            settings.instance_directory, app.extensions["stores"], now=datetime.now(UTC)
        )
        assert jobs.result_file(jobs.find(began[0]), "result.txt").is_file()
        assert not (settings.instance_directory / "results" / "forgotten").exists()
