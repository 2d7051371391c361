"""Files and documents."""

import errno
import io
import os
import re
import sys
from pathlib import Path

import pytest

from mlpcli.config import documents
from mlpcli.config.load import load
from mlpcli.errors import InputError

from .reading import SMALL


@pytest.mark.parametrize("content", ["", "\n\n", "# a comment\n", "---\n", "---\n...\n---\n", b"\xef\xbb\xbf"])
def test_nothing_in_the_file(problem, content):
    assert problem(content) == "c.yaml: the config is empty"


@pytest.mark.parametrize("content", ["relu", "[1, 2]", "null", "3", "--- a\n"])
def test_a_config_that_is_no_mapping(problem, content):
    assert "a config is a mapping of keys: layers, inputs, loss, ..." in problem(content)


def test_a_byte_order_mark_is_no_part_of_the_text(read, problem):
    assert read(b"\xef\xbb\xbf" + SMALL.encode())
    assert problem(b"\xef\xbb\xbfloss: x\ninputs: [[1]]").startswith("c.yaml:1:7: loss: ")


def test_bytes_that_are_no_utf_8(problem):
    text = problem("title: a\nlöss: ".encode() + b"\xff")
    assert text == "c.yaml:2:7: the byte 0xff is not UTF-8 text; save the file as UTF-8"


def test_utf_16(problem):
    assert "save the file as UTF-8" in problem(SMALL.encode("utf-16"))


def test_windows_line_ends(read):
    assert read(SMALL.replace("\n", "\r\n"))


def test_a_missing_file():
    with pytest.raises(InputError, match=r"^nowhere\.yaml: no such file$"):
        load("nowhere.yaml", "forward")


def test_a_directory(tmp_path):
    with pytest.raises(InputError, match=f"cannot be read: {re.escape(os.strerror(errno.EISDIR))}$"):
        load(str(tmp_path), "forward")


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 5000])
def test_a_name_that_no_file_has(name):
    with pytest.raises(InputError) as caught:
        load(name, "forward")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(SMALL)
    path.chmod(0)
    with pytest.raises(InputError, match=f"cannot be read: {re.escape(os.strerror(errno.EACCES))}$"):
        load(str(path), "forward")


def test_an_unreadable_file_by_pretence(read, problem, monkeypatch):
    def denied(*_):
        raise PermissionError(errno.EACCES, "the words of the system")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(InputError, match=r"^c\.yaml: cannot be read: the words of the system$"):
        load("c.yaml", "forward")


def test_a_file_that_is_too_large(problem, monkeypatch):
    monkeypatch.setattr(documents, "MAX_FILE", 2**20)
    assert problem("#" * (2**20 + 1)) == "c.yaml: larger than 1 MB; put arrays in .npz files"


def stdin(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_standard_input_is_called_so(monkeypatch):
    stdin(monkeypatch, b"layers: [reul]\ninputs: [[1]]")
    with pytest.raises(
        InputError, match=r"^<stdin>:1:10: layers\[0\]: unknown layer 'reul' \(did you mean 'relu'\?\)$"
    ):
        load("-", "forward")


def test_standard_input_that_is_closed(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match=r"^<stdin>: the config is empty$"):
        load("-", "forward")


def test_every_document_is_a_case(read):
    titles = [case.experiment.title for case in read(f"title: a\n{SMALL}---\ntitle: b\n{SMALL}")]
    assert titles == ["a", "b"]


def test_problems_of_every_document(problems):
    found = problems("layers: [reul]\ninputs: [[1]]\n---\nlayers: [relu]\ninputs: [[x]]")
    assert [text.split(":")[1] for text in found] == ["1", "5"]


def test_a_hundred_problems_are_enough(problems):
    found = problems(f"inputs: [[{'x, ' * 5000}]]")
    assert len(found) == 101
    assert found[-1] == "c.yaml: more problems follow; these are the first 100"


def test_a_hundred_documents_with_problems_are_enough(problems):
    assert len(problems("--- 1\n" * 5000)) == 101


def test_a_network_that_does_not_fit_into_memory(problem, monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr("mlpcli.config.load.compile_network", full)
    assert problem(SMALL) == "c.yaml:2:3: layers: the network does not fit into memory"
