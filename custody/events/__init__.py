"""Every event kind, one file per noun. Files of this package are loaded so that a new kind is one place."""

from importlib import import_module
from pkgutil import iter_modules

from .kind import KINDS, EventError, Kind, kind_of, restore, values

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["KINDS", "EventError", "Kind", "kind_of", "restore", "values"]
