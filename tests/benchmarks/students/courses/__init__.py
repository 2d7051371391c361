"""Hold the students, a file for those who compute alike."""

from .columns import Ng, Nielsen
from .delta import DeltaRule, ElevenLines
from .octave import Octave
from .rows import Cs231n, Handout, MyTorch, Sklearn, Torch

COURSES = [Ng(), Cs231n(), Nielsen(), Octave(), ElevenLines(), DeltaRule(), Torch(), Handout(), MyTorch(), Sklearn()]
