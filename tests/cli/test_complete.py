"""The shell completes names of tensors: for bash as click's own script asks for it, with words behind the cursor."""

import pytest

from mlpcli.cli import main


@pytest.fixture
def complete(monkeypatch, capsys, request):
    """What bash offers for a line; `|` is where the cursor is."""
    monkeypatch.chdir(request.config.rootpath)

    def complete(line):
        before = line.partition("|")[0].split(" ")
        monkeypatch.setenv("COMP_WORDS", line.replace("|", ""))
        monkeypatch.setenv("COMP_CWORD", str(len(before) - 1))
        monkeypatch.setenv("_MLP_COMPLETE", "bash_complete")
        monkeypatch.setattr("sys.argv", ["mlp"])
        with pytest.raises(SystemExit):
            main()
        printed, said = capsys.readouterr()
        assert not said
        return [word.removeprefix("plain,") for word in printed.split()]

    return complete


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("mlp backward configs/handout/4.2.yaml --only norm|", ["norm1", "norm2"]),
        ("mlp backward --only=gradW| configs/toy.yaml", ["gradW3", "gradW2", "gradW1"]),
        ("mlp why W3_| configs/toy.yaml", ["W3_new"]),
        ("mlp why Z| configs/courses/ng/planar.yaml", ["Z1", "Z2"]),
        ("mlp why gradB|", ["gradB3", "gradB2", "gradB1"]),
        ("mlp check configs/handout/4.2.yaml --require gradga|", ["gradgamma2", "gradgamma1"]),
        ("mlp worksheet configs/toy.yaml --blank Y3|", ["Y3lin", "Y3"]),
        ("mlp forward nowhere.yaml --only Y|", []),
    ],
)
def test_names_of_tensors(complete, line, names):
    assert complete(line) == names
