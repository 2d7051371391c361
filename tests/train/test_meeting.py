"""Processes that train together: how they meet, and how one knows that the others are there."""

import socket
import threading
import time

import pytest

from mlpcli.errors import InputError
from mlpcli.train import hosts as meeting
from mlpcli.train import watched as watching
from mlpcli.train.hosts import Hosts, close, excuse, meet
from mlpcli.train.watched import Watched


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def told(*teams):
    """What each process of (count, index, facts) hears when they meet; one without facts does not begin."""
    port, heard = free_port(), {}

    def one(number, count, index, facts):
        hosts = Hosts("127.0.0.1", port, count, index)
        try:
            excuse(hosts, "bad") if facts is None else close(meet(hosts, facts))
            heard[number] = ""
        except InputError as error:
            heard[number] = error.problems[0].message

    threads = [threading.Thread(target=one, args=(number, *team)) for number, team in enumerate(teams)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return [heard[number] for number in range(len(teams))]


def test_all_meet():
    assert told((3, 0, {"a": "1"}), (3, 1, {"a": "1"}), (3, 2, {"a": "1"})) == ["", "", ""]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("other", "message"),
    [
        ((2, 1, {"a": "1", "b": "2"}), "process 1 differs from process 0 in a, b"),
        ((2, 1, {"a": "0", "jax": "0.6.2"}), "process 1 differs from process 0 in jax (0.6.2, not none)"),
        ((3, 1, {"a": "0"}), "process 1 expects 3 processes, process 0 2"),
        ((2, 5, {"a": "0"}), "process 5 is none of those waited for: 1"),
    ],
)
def test_who_does_not_fit(monkeypatch, other, message):
    monkeypatch.setattr(meeting, "PATIENCE", 1.0)
    first, second = told((2, 0, {"a": "0"}), other)
    assert first.startswith(message)
    assert second.startswith(message)


@pytest.mark.parametrize("refused", [{0}, {1}, {0, 1}, {2, 3}])
def test_why_one_does_not_begin_is_told(monkeypatch, refused):
    monkeypatch.setattr(meeting, "SOON", 5.0)
    began = time.monotonic()
    heard = told(*((4, index, None if index in refused else {}) for index in range(4)))
    assert time.monotonic() - began < 4
    reasons = {f"process {index} does not begin: bad" for index in (refused if 0 not in refused else {0})}
    assert all(set(heard[index].split("; ")) == reasons for index in {*range(4)} - refused)


@pytest.mark.parametrize("index", [0, 1])
def test_who_does_not_come_is_waited_for_a_while(monkeypatch, index):
    monkeypatch.setattr(meeting, "PATIENCE", 0.2)
    (message,) = told((2, index, {}))
    expected = ["processes that have not come within 0 s: 1", "no answer within 0 s: process 0 listens there"]
    assert message == expected[index]


@pytest.mark.slow
def test_a_stranger_is_no_process(monkeypatch):
    monkeypatch.setattr(meeting, "PATIENCE", 1.0)
    port = free_port()

    def call():
        time.sleep(0.2)
        with socket.create_connection(("127.0.0.1", port)) as peer:
            peer.sendall(b"GET / HTTP/1.1\r\n\r\n")

    thread = threading.Thread(target=call)
    thread.start()
    with pytest.raises(InputError, match="something that is no mlp has called"):
        meet(Hosts("127.0.0.1", port, 2, 0), {})
    thread.join()


@pytest.fixture
def pair(monkeypatch):
    """Watch one end of a connection; yields what was lost, that end, and the other one."""
    monkeypatch.setattr(watching, "SILENCE", 2)
    monkeypatch.setattr(watching, "EVERY", 0.1)
    lost = []
    here, there = socket.socketpair()
    with here, there:
        watched = Watched([here], lost.append)
        yield lost, watched, there
        watched.leave()


def over(watched):
    for thread in watched.threads:
        thread.join(timeout=10)
        assert not thread.is_alive()


@pytest.mark.slow
def test_who_is_silent_is_lost(pair):
    lost, watched, _ = pair
    over(watched)
    assert lost == ["another process has not answered for 2 s"]


@pytest.mark.slow
def test_who_beats_is_there(pair):
    lost, watched, there = pair
    for _ in range(4):
        time.sleep(1)
        there.sendall(watching.BEAT)
    there.sendall(watching.LEAVE)
    over(watched)
    assert lost == []
    assert set(there.recv(1000)) == set(watching.BEAT)


def test_who_ends_without_a_word_is_lost(pair):
    lost, watched, there = pair
    there.close()
    over(watched)
    assert lost == ["another process is no longer there"]
