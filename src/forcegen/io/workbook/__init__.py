"""An instance as a workbook, a sheet a list, and back."""
