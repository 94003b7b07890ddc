"""What the two libraries for models need, to be imported and to be used without the book."""

import subprocess
import sys

import pytest
from shared import ROOT

# Everything else that is installed is hidden, and the package without its front door, which opens
# the book too.
HIDDEN = """
import sys, types
from importlib import abc, metadata
import re

def needs(name, seen):
    if name not in seen:
        seen.add(name)
        for line in metadata.requires(name) or ():
            if "extra ==" not in line and "sys_platform ==" not in line:
                try:
                    needs(re.match(r"[\\w.-]+", line)[0].lower(), seen)
                except metadata.PackageNotFoundError:
                    pass
    return seen

allowed = set()
for name in ("numpy", "scipy", "pandas", "numba", "tqdm"):
    needs(name, allowed)
roots = {
    root
    for root, names in metadata.packages_distributions().items()
    if not allowed & {name.lower() for name in names}
} - {"rescat"}  # which Python 3.12 lists too: an installation carries tables of it
assert {"statsmodels", "markupsafe", "markdown_it", "matplotlib", "seaborn"} <= roots

class Hidden(abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in roots:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hidden())
package = types.ModuleType("rescat")
package.__path__ = [PLACE]
sys.modules["rescat"] = package
"""
USED = """
import importlib, pkgutil
for room in ("slopes", "matching"):
    rooms = importlib.import_module(f"rescat.{room}")
    for module in pkgutil.iter_modules(rooms.__path__):
        importlib.import_module(f"rescat.{room}.{module.name}")

from rescat.matching.balance import balance
from rescat.matching.distances import MATCH_DISTANCES
from rescat.matching.match import match
from rescat.slopes.bootstrap import bootstrap_lrt
from rescat.slopes.comparison import SLOPE_TESTS, slope_tests
from rescat.slopes.fit import fit_slopes
from rescat.slopes.permutation import permutation_test
from rescat.slopes.simulation import simulate_trial

trial = simulate_trial(1)
fit = fit_slopes(trial, df="kenward_roger")
assert "Kenward" in str(fit) and "coef" in str(fit.summary())
assert permutation_test(trial, limit=5, n=50, progress=False).p_value > 0
tests = slope_tests(trial, n=20, intervals=False, progress=False)
assert list(tests.index) == list(SLOPE_TESTS)
try:
    fit_slopes(trial, engine="statsmodels")
except ImportError as error:
    assert "needs the package statsmodels" in str(error), error
else:
    raise AssertionError("statsmodels was there")

import numpy as np, pandas as pd
rng = np.random.default_rng(1)
people = pd.DataFrame(
    {"patient_id": range(20), "age": rng.normal(60, 9, 20), "male": rng.integers(0, 2, 20),
     "origin": "synthetic"}
)
for distance in MATCH_DISTANCES:
    found = match(people[:5], people[5:], covariates=["age", "male"], distance=distance)
    assert "total distance" in str(found)
assert len(balance(people[:5], people[5:], covariates=["age"], match=found)) == 2
"""


@pytest.mark.slow
def test_models_need_five_packages():
    """numpy, scipy, pandas, numba and tqdm, and what these need themselves."""
    code = HIDDEN.replace("PLACE", repr(str(ROOT / "rescat"))) + USED
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
