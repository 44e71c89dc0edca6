"""Figures of draws, and how far the draws themselves may have moved them: the bootstrap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

TAIL = 0.1
"""CVaR is the mean of this share of the draws, the worst of them."""
_RESAMPLES, _SURE = 2000, 0.95
LOW = (1 - _SURE) / 2
"""The quantile of resamples at which an interval begins."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure of a sample, and the interval of 95 % that the bootstrap gives for it."""

    value: float
    low: float
    high: float


def mean(worth: Floats) -> Floats:
    """Return the mean of each row."""
    return np.asarray(worth.mean(axis=-1))


def tail(worth: Floats) -> Floats:
    """Return the mean of the worst (largest) tenth of each row, rounded up to whole draws."""
    number = math.ceil(TAIL * worth.shape[-1])
    return np.asarray(np.sort(worth, axis=-1)[..., -number:].mean(axis=-1))


def picked(draws: int, seed: int) -> NDArray[np.int64]:
    """Return which draws each resample takes, int64[resamples, draws]."""
    return np.random.default_rng(seed).integers(draws, size=(_RESAMPLES, draws))


def resampled(worth: Floats, picks: NDArray[np.int64], of: Callable[[Floats], Floats]) -> Floats:
    """Return float[resamples, plans]: the figure on the same draws for all plans."""
    return np.stack([of(row[picks]) for row in worth], axis=1)


def estimate(value: float, figures: Floats) -> Estimate:
    """Return a figure with the interval of its resamples, float[resamples]."""
    low, high = np.quantile(figures, [LOW, (1 + _SURE) / 2])
    return Estimate(value, float(low), float(high))
