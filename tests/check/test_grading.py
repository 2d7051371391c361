"""Points: what a dump earns. Right numbers are computed in plain numpy, so that each mistake is made by hand."""

import numpy as np
import pytest

from mlpcli.check.grading.grader import Grader
from mlpcli.config.load import load
from mlpcli.errors import InputError

CONFIG = """
layers:
  - {type: linear, W: [[0.52, -0.33, 0.81], [0.24, 0.73, -0.42]], B: [0.11, -0.26, 0.37]}
  - tanh
  - {type: linear, W: [[0.31, -0.62], [0.74, 0.45], [-0.53, 0.27]], B: [0.18, -0.29]}
inputs: [[1, 2], [0.5, -1.5], [-1, 0.25]]
targets: [[0.5, -1], [1.5, 0.25], [-0.75, 2]]
loss: l2
learning_rate: 0.5
"""
W1 = np.array([[0.52, -0.33, 0.81], [0.24, 0.73, -0.42]])
B1, B2 = np.array([[0.11, -0.26, 0.37]]), np.array([[0.18, -0.29]])
W2 = np.array([[0.31, -0.62], [0.74, 0.45], [-0.53, 0.27]])
X = np.array([[1, 2], [0.5, -1.5], [-1, 0.25]])
D = np.array([[0.5, -1], [1.5, 0.25], [-0.75, 2]])
ALL = ("Y1lin", "Y1", "Y2lin", "L", "gradY2lin", "gradB2", "gradW2", "gradY1", "gradY1lin", "gradB1", "gradW1", "gradX")
UPDATED = ("W1_new", "B1_new", "W2_new", "B2_new")


def student(derivative=True, average=3, **given):
    """Every tensor that the config computes; `given` ones are taken as they are, and what comes after follows."""
    t = {}

    def put(name, value):
        t[name] = np.asarray(given.get(name, value), float)
        return t[name]

    Y1 = put("Y1", np.tanh(put("Y1lin", X @ W1 + B1)))
    Y2 = put("Y2lin", Y1 @ W2 + B2)
    put("L", 0.5 * ((Y2 - D) ** 2).sum(axis=1))
    G2 = put("gradY2lin", Y2 - D)
    put("gradB2", G2.sum(axis=0, keepdims=True) / average)
    put("gradW2", Y1.T @ G2 / average)
    G1 = put("gradY1lin", put("gradY1", G2 @ W2.T) * ((1 - Y1**2) if derivative else 1))
    put("gradB1", G1.sum(axis=0, keepdims=True) / average)
    put("gradW1", X.T @ G1 / average)
    put("gradX", G1 @ W1.T)
    for name, value in {"W1": W1, "B1": B1, "W2": W2, "B2": B2}.items():
        put(f"{name}_new", value - 0.5 * t[f"grad{name}"])
    return t


@pytest.fixture
def grader(tmp_path):
    def make(grading="", text=CONFIG):
        (tmp_path / "c.yaml").write_text(f"{text}{grading}\n", encoding="utf-8")
        (case,) = load(str(tmp_path / "c.yaml"), "furthest")
        return Grader("c.yaml", case)

    return make


@pytest.fixture
def grade(grader, tmp_path):
    def run(tensors, grading=""):
        np.savez(tmp_path / "d.npz", **tensors)
        return grader(grading).grade_file("d.npz", str(tmp_path / "d.npz"), 0)

    return run


def earned(grade):
    return {mark.name: mark.points for mark in grade.marks}


def test_everything_right_earns_everything(grade):
    found = grade(student())
    assert earned(found) == dict.fromkeys((*ALL, *UPDATED), 1)
    assert (found.score, found.most) == (16, 16)


def test_a_cause_costs_its_points_and_what_follows_none(grade):
    found = grade(student(derivative=False))
    assert {name for name, points in earned(found).items() if not points} == {"gradY1lin"}
    assert found.score == 15


def test_consequences_may_earn_nothing(grade):
    lost = {name for name, points in earned(grade(student(derivative=False), "grading: {consequences: none}")).items()
            if not points}  # fmt: skip
    assert lost == {"gradY1lin", "gradB1", "gradW1", "gradX", "W1_new", "B1_new"}


@pytest.mark.parametrize("number", [0, 1, -0.5, np.nan])
def test_one_number_everywhere_earns_nothing(grade, number):
    found = grade({name: np.full_like(value, number) for name, value in student().items()})
    assert found.score == 0


def test_what_follows_from_a_blank_tensor_earns_nothing(grade):
    found = grade(student(Y1lin=np.zeros((3, 3))))
    right = student()
    same = {name for name, value in student(Y1lin=np.zeros((3, 3))).items() if np.array_equal(value, right[name])}
    assert {name for name, points in earned(found).items() if points} == same
    assert found.score == len(same) < 3


def test_what_follows_from_a_tensor_that_is_wrong_but_says_something_earns_its_points(grade):
    found = grade(student(Y1lin=X @ W1))  # without the bias
    assert {name for name, points in earned(found).items() if not points} == {"Y1lin"}


def test_a_blank_tensor_that_follows_earns_nothing(grade):
    wrong = student(gradY2lin=np.zeros((3, 2)))
    assert grade(wrong).score == len({"Y1lin", "Y1", "Y2lin", "L"})


def test_numbers_left_open_earn_nothing(grader, tmp_path):
    right = student()["B2_new"][0, 0]
    (tmp_path / "d.yaml").write_text(f"gradB2: [[~, ~]]\nB2_new: [[{right:.12f}, ~]]\n", encoding="utf-8")
    found = grader("require: [gradB2, B2_new]").grade_file("d", str(tmp_path / "d.yaml"), 0)
    assert earned(found) == {"gradB2": 0, "B2_new": 0.5}
    assert found.checked[0].lacking == ["gradB2"]


@pytest.mark.parametrize(
    ("grading", "points"),
    [
        ("", {**dict.fromkeys(ALL, 1), **dict.fromkeys(UPDATED, 1)}),
        ("require: [Y1, 'gradW?']", {"Y1": 1, "gradW2": 1, "gradW1": 1}),
        ("grading: {points: {W1_new: 2}}", {"W1_new": 2}),
        ("require: [Y1]\ngrading: {points: {W1_new: 2}}", {"Y1": 1, "W1_new": 2}),
        ("grading: {points: {'gradW*': 3, gradW1: 1.5}}", {"gradW2": 3, "gradW1": 1.5}),
        ("grading: {points: {'grad[WB]*': 3, '*1': 1}}", {"Y1": 1, "gradB2": 3, "gradW2": 3, "gradY1": 1, "gradB1": 3,
                                                         "gradW1": 3}),
        ("require: ['gradW*']\ngrading: {points: {gradW1: 0}}", {"gradW2": 1}),
        ("grading: {points: {dW1: 2, A1: 1}}", {"Y1": 1, "gradW1": 2}),
    ],
)  # fmt: skip
def test_points(grader, grading, points):
    assert dict(grader(grading).points) == points


@pytest.mark.parametrize(
    ("grading", "problem"),
    [
        ("grading: {points: {gradW9: 1}}", "10:20: grading.points.gradW9: no such tensor: gradW9 (did you mean '"),
        ("grading: {points: {'gradQ*': 1}}", "10:20: grading.points.gradQ*: no such tensor: gradQ*"),
        ("grading: {points: {L: 0}}", "10:10: grading.points: nothing earns a point"),
        ("grading: {points: {L: -1}}", "10:23: grading.points.L: '-1' is not at least 0"),
        ("grading: {points: {L: much}}", "10:23: grading.points.L: 'much' is not a number"),
        ("grading: {points: [L]}", "10:19: grading.points: a mapping is needed here: names of"),
        ("grading: {ponits: {L: 1}}", "10:11: grading.ponits: unknown key (did you mean 'points'?)"),
        ("grading: 5", "10:10: grading: a mapping is needed here, with keys of consequences, reveal, points, accept"),
        ("grading: {reveal: all}", "10:19: grading.reveal: unknown value 'all'; it is one of place, mistake, values"),
        ("grading: {accept: [averag]}", "10:20: grading.accept[0]: unknown value 'averag' (did you mean 'average'?)"),
    ],
)  # fmt: skip
def test_problems_of_grading_name_their_place(grader, grading, problem):
    with pytest.raises(InputError) as caught:
        grader(grading)
    (found,) = caught.value.problems
    assert str(found).split("c.yaml:")[1].startswith(problem)


def test_a_missing_tensor_scores_nothing(grade):
    found = grade({"Y1lin": student()["Y1lin"]}, "require: [Y1lin, Y2lin]")
    assert earned(found) == {"Y1lin": 1, "Y2lin": 0}


@pytest.mark.parametrize("average", [1, 3])
def test_a_convention_may_be_accepted_if_it_holds_throughout(grade, average):
    found = grade(student(average=average), "grading: {accept: [average]}")
    assert found.score == found.most
    assert bool(found.accepted) == (average == 1)


def test_a_convention_that_is_not_accepted_costs_points(grade):
    assert grade(student(average=1)).score == 16 - 1  # one mistake is one cause
    assert grade(student(average=1), "grading: {accept: [eps]}").score == 16 - 1  # one mistake is one cause


def test_a_mistake_beside_an_accepted_convention_costs_its_own_points(grade):
    found = grade(student(average=1, derivative=False), "grading: {accept: [average]}")
    assert {name for name, points in earned(found).items() if not points} == {"gradY1lin"}


def test_what_cannot_be_read_is_not_gradable(grader, tmp_path):
    (tmp_path / "d.npz").write_bytes(b"PK\x03\x04 no zip")
    found = grader().grade_file("d.npz", str(tmp_path / "d.npz"), 0)
    assert (found.score, found.most) == (0, 16)
    assert "damaged" in str(found.problems[0])


def test_of_several_steps_a_tensor_earns_the_mean(grader, tmp_path):
    grading = "require: [B2_new]"
    first = student()["B2_new"].tolist()
    (tmp_path / "d.yaml").write_text(f"# step 1\nB2_new: {first}\n---\n# step 2\nB2_new: {first}\n", encoding="utf-8")
    assert earned(grader(grading).grade_file("d", str(tmp_path / "d.yaml"), 0)) == {"B2_new": 0.5}


def test_a_loss_of_several_inputs_may_be_their_sum_or_mean(grade):
    for cost in (student()["L"].sum(), student()["L"].mean()):
        assert grade({"L": cost}, "require: [L]").score == 1
    assert grade({"L": np.array(7.25)}, "require: [L]").score == 0


def test_the_first_tensor_that_counts_pays_for_a_mistake_in_one_that_does_not(grade):
    wrong = student(gradY2lin=student()["gradY2lin"] * 2.5)
    required = "require: [Y2lin, gradW2, gradY1, gradW1]"
    assert earned(grade(wrong, required)) == {"Y2lin": 1, "gradW2": 0, "gradY1": 1, "gradW1": 1}
    without = {name: value for name, value in wrong.items() if name != "gradY2lin"}
    assert grade(without, required).score < 4
