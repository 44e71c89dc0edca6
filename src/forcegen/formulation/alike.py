"""Which columns are much alike, for a relaxation in which they are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forcegen.formulation.tour import Formulation
    from forcegen.mip import Ints


def anywhere(formulation: Formulation) -> Ints:
    """Return for each column its group: tours that differ in their sector alone are one."""
    tours = formulation.frame.columns.tours
    keys = np.stack([tours.contingent, tours.role, tours.start, tours.length])
    group = np.unique(keys, axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)
    others = formulation.model.columns - len(tours)
    return np.concatenate([group, int(group.max(initial=-1)) + 1 + np.arange(others)])
