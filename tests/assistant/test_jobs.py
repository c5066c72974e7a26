"""Long work is queued, done once, cancelled when asked, and survives a dead process."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from assistant import jobs
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
def test_work_of_a_dead_process_is_tried_once_more_and_then_given_up(app, attempts, after):
    with app.app_context():
        public_id = jobs.enqueue("test.count", {"upto": 1})
        with app.extensions["stores"].collection.writing() as session:
            row = session.scalars(select(CollectionJob)).one()
            row.state, row.attempts_count = JobState.RUNNING, attempts
            row.heartbeat_at = datetime.now(UTC) - timedelta(minutes=6)
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
