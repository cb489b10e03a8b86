"""What is planted: one file per scenario, `plant(stage)`, found by being here. Adding one is adding one file.

A folder per detection holds what must be found, what must be found and suppressed, and its look-alikes.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator

from simulator.happenings import Happening
from simulator.stage import Stage

Plant = Callable[[Stage], Iterator[Happening]]


def all_scenarios() -> dict[str, Plant]:
    """Every scenario by its name (that of its file), in alphabetical order of detection and name."""
    found: dict[str, Plant] = {}
    for package in sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg):
        folder = importlib.import_module(f"{__name__}.{package}")
        for name in sorted(module.name for module in pkgutil.iter_modules(folder.__path__)):
            found[name] = importlib.import_module(f"{folder.__name__}.{name}").plant
    return found
