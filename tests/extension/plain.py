"""An executor: the program as it is, step by step, with no memory planned."""

import numpy as np

from mlpcli.nn.run import State, advanced, run
from mlpcli.values.shapes import numeric


class Plain:
    """Runs everything in `forward`; `backward` lets the updates take their places."""

    def __init__(self, program, state, dtype, kept):
        self.program, self.state, self.dtype, self.kept = program, state, np.dtype(dtype), kept
        self.given = {}

    def inputs(self, rows):
        shapes = {name: numeric(self.program.tensors[name].shape, rows) for name in self.names}
        if {name: value.shape for name, value in self.given.items()} != shapes:
            self.given = {name: np.empty(shape, self.dtype) for name, shape in shapes.items()}
        return self.given

    @property
    def names(self):
        return [*self.program.batch, *self.program.rules]

    def forward(self, rows):
        trace = run(self.program, State(self.state), {}, lambda value: value, given=self.inputs(rows))
        new = advanced(self.program, State(self.state), trace).tensors
        self.next = {name: np.asarray(value, self.state[name].dtype) for name, value in new.items()}
        return {name: trace[name] for name in self.kept}

    def backward(self, rows):
        self.state = self.next
