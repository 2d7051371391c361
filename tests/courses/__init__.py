"""Oracles: every course's own arithmetic in plain numpy, as its students write it. They use nothing of ours.

Each module has

- `run(X, Y, parameters, steps=3, **options)`: one dict a step, name → array, in the course's own orientation: every
  forward tensor, the loss, every gradient, and the parameters after the update as `{name}_new`;
- `single()`, `batch()` and `batchnorm()`: `run` on the networks of `exercises.py`;
- `own(exercise)`: an exercise as the course stores it; `neutral(step, exercise)`: its updated parameters as (in, out);
- `LOSS` and `gradient(name)`: what the loss and the gradient at a parameter are called;
- `share(name, n)`: the printed gradient of a parameter as a multiple of the derivative of the printed loss.
"""

from . import cmu_2_0_1, cmu_3_0_1, cmu_toy, cs231n, delta_rule, ng, nielsen, octave_ex4, pytorch

ORACLES = {
    "cmu-toy": cmu_toy,
    "cmu-2.0.1": cmu_2_0_1,
    "cmu-3.0.1": cmu_3_0_1,
    "torch": pytorch,
    "ng": ng,
    "cs231n": cs231n,
    "nielsen": nielsen,
    "octave-ex4": octave_ex4,
    "delta-rule": delta_rule,
}
