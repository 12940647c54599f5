"""The forms, one file each: a module of this package with a ``FORM`` registers itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from crmdesk.domain.quick import dataclass
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit import FormPane, FormSubject
from crmdesk.ui.qt.keys import Command, KeyMap

BuildForm = Callable[[Desk, KeyMap, FormSubject], FormPane]


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A form as the desk offers it; ``command`` carries words, icon and the key that opens it."""

    name: str
    command: Command
    build: BuildForm


def all_forms() -> tuple[FormSpec, ...]:
    """Return every form of this package, by name."""
    found: list[FormSpec] = []
    for module in pkgutil.iter_modules(__path__):
        form = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FORM", None)
        if isinstance(form, FormSpec):
            found.append(form)
    return tuple(sorted(found, key=_name))


def form_named(name: str) -> FormSpec:
    """Return a form by its name; raises ``KeyError``."""
    return {form.name: form for form in all_forms()}[name]


def _name(form: FormSpec) -> str:
    return form.name
