"""The broker without a server: what is put into the folder comes out once, whole and in order."""

import threading
import time
import uuid
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

import mjp.celery  # noqa: F401  (makes the transport known)


@pytest.fixture
def jobs() -> str:
    """The name of a queue of the test's own: kombu remembers per process which queues a folder knows."""
    return f"jobs-{uuid.uuid4()}"


@pytest.fixture
def connect(tmp_path: Path):
    """Give a function that opens a connection to a broker in this folder."""
    (tmp_path / "messages").mkdir()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }
    opened = []

    def open_connection():
        opened.append(Connection("mjp-folder://localhost", transport_options=options))
        return opened[-1]

    yield open_connection
    for connection in opened:
        connection.release()


def take(queue) -> object:
    message = queue.get_nowait()
    message.ack()
    return message.payload


def test_messages_come_out_once_and_in_the_order_in_which_they_went_in(jobs, connect):
    first, second = connect().SimpleQueue(jobs), connect().SimpleQueue(jobs)
    for number in range(30):
        first.put({"job": number})
    assert [take(second)["job"] for _message in range(30)] == list(range(30))
    with pytest.raises(Empty):
        first.get_nowait()


def test_messages_outlive_who_put_them_in(jobs, connect):
    connection = connect()
    connection.SimpleQueue(jobs).put({"job": 1})
    connection.release()
    assert take(connect().SimpleQueue(jobs)) == {"job": 1}


def test_queues_whose_names_end_alike_are_apart(jobs, connect):
    connection = connect()
    connection.SimpleQueue(f"other.{jobs}").put({"job": 1})
    with pytest.raises(Empty):
        connection.SimpleQueue(jobs).get_nowait()


def test_message_that_is_being_written_or_can_not_be_read_is_not_given_out(jobs, connect, tmp_path, caplog):
    queue = connect().SimpleQueue(jobs)
    queue.put({"job": 1})
    [whole] = (tmp_path / "messages").iterdir()
    (tmp_path / "messages" / f".1_x.{jobs}.msg.part").write_text("{")
    (tmp_path / "messages" / f"{0:020}_x.{jobs}.msg").write_text("{")
    assert take(queue) == {"job": 1}
    assert "can't be read" in caplog.text
    assert not whole.exists()


def test_many_who_put_in_and_take_out_at_once_neither_lose_nor_double_a_message(jobs, connect):
    got, problems = [], []
    begin = threading.Barrier(6)

    def put(first):
        queue = connect().SimpleQueue(jobs)
        begin.wait()
        for number in range(first, first + 100):
            queue.put({"job": number})

    def get():
        queue = connect().SimpleQueue(jobs)
        begin.wait()
        deadline = time.monotonic() + 60
        try:
            while len(got) < 300 and time.monotonic() < deadline:
                try:
                    got.append(take(queue)["job"])
                except Empty:
                    continue
        except Exception as problem:  # noqa: BLE001
            problems.append(problem)

    threads = [threading.Thread(target=put, args=[first]) for first in (0, 100, 200)]
    threads += [threading.Thread(target=get, daemon=True) for _reader in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    assert sorted(got) == list(range(300))
