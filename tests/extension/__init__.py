"""What somebody adds to mlp from outside: a file per kind, and the line that goes into its table."""

from mlpcli.check.diagnosis.hypotheses import HYPOTHESES
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.optimizers import OPTIMIZERS
from mlpcli.output.formats import FORMATS
from mlpcli.train.engines import ENGINES, stepwise
from mlpcli.values.table import NUMBERS

from .adagrad import AdaGrad
from .fraction import FRACTION
from .hard_tanh import HardTanh
from .offset import offset
from .pinball import Pinball
from .pipes import PIPES
from .plain import Plain

LINES = [
    (LAYERS, "hard_tanh", HardTanh),
    (LOSSES, "pinball", Pinball),
    (OPTIMIZERS, "adagrad", AdaGrad),
    (NUMBERS, "fraction", FRACTION),
    (FORMATS, "pipes", PIPES),
    (ENGINES, "plain", stepwise(Plain)),
    (HYPOTHESES, "offset", offset),
]
