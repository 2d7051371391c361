"""The wheel and the sdist: whole, described as the package index asks, and the wheel in a browser's Python."""

import configparser
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

import mlpcli
from mlpcli.errors import DISTRIBUTION

ROOT = Path(__file__).parents[1]
PURE = ("mlpcli", "click", "rich", "pygments", "markdown_it", "mdurl")
BUILD = "from setuptools import build_meta; build_meta.build_wheel({0!r}); build_meta.build_sdist({0!r})"
WITHOUT_NUMPY = 77

pytestmark = pytest.mark.slow


def build(folder, target):
    """Build a checkout; returns the wheel and the sdist."""
    setuptools = pytest.importorskip("setuptools", "77", reason="needs setuptools 77 or newer")
    assert setuptools
    target.mkdir()
    done = subprocess.run([sys.executable, "-c", BUILD.format(str(target))], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return next(target.glob("*.whl")), next(target.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT, folder / "checkout", ignore=shutil.ignore_patterns(".*", "*.egg-info", "build"))
    return build(folder / "checkout", folder / "dist")


def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_has_the_package_and_nothing_else(built):
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "mlpcli").rglob("*.py")}
    assert names(built[0]) == files | {"mlpcli/py.typed", "mlpcli/configs/toy.yaml"}


def test_what_the_wheel_says_of_itself(built):
    with zipfile.ZipFile(built[0]) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        found = message_from_bytes(archive.read(path))
    assert (found["Name"], found["Version"]) == (DISTRIBUTION, mlpcli.__version__)
    assert mlpcli.__version__ in re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[:1]
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    required = [line for line in found.get_all("Requires-Dist") if "extra ==" not in line]
    assert sorted(required) == sorted(config["options"]["install_requires"].split())
    page = (ROOT / "docs" / "package.md").read_text(encoding="utf-8")
    assert (found["Summary"], found.get_payload(decode=True).decode()) == (config["metadata"]["description"], page)
    assert re.findall(r"\]\((?!https://)[^)]*\)", page) == []  # on the index there is nothing beside it


def test_the_sdist_builds_the_same_wheel(built, tmp_path):
    with tarfile.open(built[1]) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    assert names(build(folder, tmp_path / "dist")[0]) == names(built[0])


def test_the_sdist_has_no_tests_that_could_not_run(built):
    """They need the configs, data and docs of the checkout, which setuptools does not put in."""
    with tarfile.open(built[1]) as archive:
        assert [name for name in archive.getnames() if "/tests" in name] == []


def test_the_index_would_take_them(built):
    pytest.importorskip("twine", reason="needs twine")
    done = subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *built], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def browser(built, tmp_path_factory):
    """Runs mlp in Pyodide, with the pure packages that are installed here."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("needs node and npm")
    folder = tmp_path_factory.mktemp("pyodide")
    shutil.copy(ROOT / "tests" / "pyodide.mjs", folder)
    npm = subprocess.run(["npm", "install", "--silent", "pyodide@314.0.7"], cwd=folder, capture_output=True)
    if npm.returncode:
        pytest.skip("pyodide cannot be installed by npm")
    with zipfile.ZipFile(built[0]) as wheel:
        wheel.extractall(folder / "packages")
    for name in PURE[1:]:
        shutil.copytree(Path(importlib.util.find_spec(name).origin).parent, folder / "packages" / name)
    shutil.make_archive(str(folder / "packages"), "zip", folder / "packages")
    command = ["node", "pyodide.mjs", "packages.zip"]
    return lambda *words: subprocess.run([*command, *words], cwd=folder, capture_output=True, timeout=120)


def test_the_version_in_a_browser(browser):
    done = browser("--version")
    assert (done.returncode, done.stdout.decode()) == (0, f"mlp {mlpcli.__version__}\n"), done.stderr[-2000:]


def test_a_browser_prints_the_same_bytes(browser, tmp_path):
    words = ["train", "--steps", "2"]
    done = browser(*words)
    if done.returncode == WITHOUT_NUMPY:
        pytest.skip("Pyodide cannot load numpy: it comes from another server than the package index")
    command = [sys.executable, "-m", "mlpcli", *words]
    here = subprocess.run(command, cwd=tmp_path, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stdout) == (0, here.stdout)
