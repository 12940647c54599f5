"""Forms are declared: fields, their kinds, what is required; prefill, draft, keys and errors come by themselves.

A form is one file in ``crmdesk/ui/forms``: a ``FormDesign`` (rows of ``FieldSpec``), a ``FormPane`` subclass that says
how it is prefilled and what becomes of its values, and a ``FORM`` that registers it.
"""

from __future__ import annotations

from crmdesk.ui.formkit.body import FormBody
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.formkit.form import FormPane
from crmdesk.ui.formkit.input import Input
from crmdesk.ui.formkit.labelled import WordsInput
from crmdesk.ui.formkit.lines import LinesInput, lines_of
from crmdesk.ui.formkit.spec import TICKED, FieldKind, FieldSpec, FormDesign, FormSubject, Need, Prefill

__all__ = [
    "TICKED",
    "DraftKeeper",
    "FieldKind",
    "FieldSpec",
    "FormBody",
    "FormDesign",
    "FormPane",
    "FormSubject",
    "Input",
    "LinesInput",
    "Need",
    "Prefill",
    "WordsInput",
    "lines_of",
]
