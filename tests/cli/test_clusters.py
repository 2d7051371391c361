"""`mlp train --hosts auto`: what Slurm, Open MPI and Kubernetes tell each process is enough to meet."""

import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from inspect import signature

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.errors import InputError
from mlpcli.train.clusters import FIRST_PORT, detect
from mlpcli.train.hosts import Hosts

needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="needs jax, the extra `jax`")
NODES = ["node001", "node001,host2", "node[001-0015],host2", "node[001,007-015],host2"]
ORTE = ["1531576320.0;tcp://10.96.0.1,10.148.0.1,10.108.0.1:34911", "4096.0;tcp://127.0.0.1:34911"]


def slurm(index, nodes="localhost", job=77, count=2):
    told = {"SLURM_JOB_ID": job, "SLURM_STEP_NODELIST": nodes, "SLURM_NTASKS": count}
    return {name: str(value) for name, value in (told | {"SLURM_PROCID": index, "SLURM_LOCALID": index}).items()}


def open_mpi(index, uri=ORTE[1], count=2):
    told = {"OMPI_MCA_orte_hnp_uri": uri, "OMPI_COMM_WORLD_SIZE": count}
    ranks = {"OMPI_COMM_WORLD_RANK": index, "OMPI_COMM_WORLD_LOCAL_RANK": index}
    return {name: str(value) for name, value in (told | ranks).items()}


def kubernetes(index):
    return {"JOB_COMPLETION_INDEX": str(index), "HOSTNAME": f"mnist-{index}"}


@needs_jax
@pytest.mark.parametrize(
    ("name", "environment"),
    [*(("SlurmCluster", slurm(1, nodes)) for nodes in NODES), *(("OmpiCluster", open_mpi(1, uri)) for uri in ORTE)],
)
def test_addresses_are_those_of_jax(monkeypatch, name, environment):
    """By jax's own readers of the same variables."""
    from jax._src import clusters

    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    theirs = getattr(clusters, name)
    address = theirs.get_coordinator_address(*[None] * len(signature(theirs.get_coordinator_address).parameters))
    found = detect(environment, None, None, None)
    assert (found.address, found.count, found.index) == (address, theirs.get_process_count(), theirs.get_process_id())
    assert found.local == theirs.get_local_process_id()


def test_pods_of_an_indexed_job_find_the_first(monkeypatch):
    domain = "pods.default.svc.cluster.local"
    monkeypatch.setattr(socket, "getfqdn", lambda name: f"{name}.{domain}")
    found = detect(kubernetes(3), None, None, 4)
    assert found == Hosts(f"mnist-0.{domain}", 55527, 4, 3)


def test_what_is_given_need_not_be_told():
    assert detect(slurm(1), "other", 1234, None) == Hosts("other", 1234, 2, 1, 1)
    assert detect(open_mpi(1, ""), "other", 1234, None) == Hosts("other", 1234, 2, 1, 1)
    assert detect(kubernetes(1), "other", 1234, 2) == Hosts("other", 1234, 2, 1)


def test_one_process_trains_alone():
    assert detect(slurm(0, count=1), None, None, None) is None


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {},
            "nobody says which process this is: none of SLURM_STEP_NODELIST of Slurm, OMPI_COMM_WORLD_RANK of Open MPI",
        ),
        (slurm(0) | {"SLURM_PROCID": "x"}, "SLURM_PROCID is 'x', which is no number"),
        (slurm(2), "Slurm says that this is process 2 of 2, counted from 0"),
        (open_mpi(0, ""), "Open MPI does not say where process 0 runs: add --coordinator HOST:PORT"),
        (kubernetes(0), "Kubernetes does not say how many processes there are: add --processes N"),
    ],
)
def test_what_is_missing_is_told(environment, message):
    with pytest.raises(InputError) as caught:
        detect(environment, None, None, None)
    assert str(caught.value).startswith(f"--hosts auto: {message}")


def test_nobody_started_this(tmp_path, monkeypatch):
    for name in ("SLURM_STEP_NODELIST", "OMPI_COMM_WORLD_RANK", "JOB_COMPLETION_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    done = CliRunner().invoke(group, ["train", "configs/digits.yaml", "--hosts", "auto", "--run", str(tmp_path / "r")])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("--hosts auto: nobody says which process this is")
    assert not (tmp_path / "r").exists()
    both = CliRunner().invoke(group, ["train", "--hosts", "auto", "--process", "0"])
    assert "--hosts auto finds out which process this is: without --process" in both.stderr


CONFIG = """
layers: [{type: linear, units: 4}, relu, {type: linear, units: 3}]
inputs: {file: data.npz, key: X}
targets: {classes: {file: data.npz, key: y}, first: 0}
loss: softmax_cross_entropy
learning_rate: 0.1
batch_size: 8
epochs: 3
engine: jax
"""


def free_job():
    """A number of a job whose port is free."""
    for job in range(os.getpid(), os.getpid() + 4096):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", FIRST_PORT + job % 4096))
            except OSError:
                continue
            return job
    raise AssertionError("no port is free")


def started(kind, index):
    """What a process is told, and what it is given besides."""
    job = started.job
    if kind == "slurm":
        return slurm(index, job=job), []
    if kind == "open_mpi":
        return open_mpi(index, f"{job * 4096}.0;tcp://127.0.0.1:1"), []
    return kubernetes(index), ["--processes", "2", "--coordinator", f"127.0.0.1:{FIRST_PORT + job % 4096}"]


@needs_jax
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["slurm", "open_mpi", "kubernetes"])
def test_two_that_are_told_train_as_one(kind, tmp_path):
    random = np.random.default_rng(5)
    np.savez(tmp_path / "data.npz", X=random.normal(size=(32, 6)), y=random.integers(0, 3, 32))
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    started.job = free_job()
    processes = []
    for index in (0, 1):
        environment, more = started(kind, index)
        command = [sys.executable, "-m", "mlpcli", "train", str(config), "--hosts", "auto", *more]
        pipe = subprocess.PIPE
        processes.append(
            subprocess.Popen(command, env={**os.environ, **environment}, text=True, stdout=pipe, stderr=pipe)
        )
    (out, err), second = (process.communicate(timeout=120) for process in processes)
    assert [process.returncode for process in processes] == [0, 0], (err, second)
    assert second == ("", "")
    assert out == CliRunner().invoke(group, ["train", str(config)]).stdout
