"""A plan as a workbook: the answer, lists to filter, and coloured cells to look at."""

from forcegen.report.workbook.book import plan_workbook, result_workbook

__all__ = ["plan_workbook", "result_workbook"]
