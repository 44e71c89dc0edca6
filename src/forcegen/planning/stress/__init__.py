"""Stress: what refusals and failures cost, alone and in pairs, in worlds drawn, and under other assumptions."""

from forcegen.planning.stress.assumptions import Shaken
from forcegen.planning.stress.bootstrap import Estimate
from forcegen.planning.stress.candidates import Candidate, Comparison
from forcegen.planning.stress.cases import without_nation
from forcegen.planning.stress.damage import Damage
from forcegen.planning.stress.losses import Loss
from forcegen.planning.stress.pairs import Pair
from forcegen.planning.stress.rank import Separated
from forcegen.planning.stress.run import Stress, stress
from forcegen.planning.stress.surprise import Surprise
from forcegen.planning.stress.worlds import Outlook, Quantile, World

__all__ = [
    "Candidate",
    "Comparison",
    "Damage",
    "Estimate",
    "Loss",
    "Outlook",
    "Pair",
    "Quantile",
    "Separated",
    "Shaken",
    "Stress",
    "Surprise",
    "World",
    "stress",
    "without_nation",
]
