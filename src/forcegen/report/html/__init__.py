"""Answers as pages: one self-contained file each, that opens with no network and needs no script."""

from forcegen.report.html.answer import answer_page, answer_parts
from forcegen.report.html.changes import changes_page
from forcegen.report.html.plan import plan_head, plan_page, plan_sections
from forcegen.report.html.sustain import sustain_page, sustain_parts

__all__ = [
    "answer_page",
    "answer_parts",
    "changes_page",
    "plan_head",
    "plan_page",
    "plan_sections",
    "sustain_page",
    "sustain_parts",
]
