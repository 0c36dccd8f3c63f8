"""Departments' tables: CSV, XLSX and JSON lines as numbered rows, and what stands in them.

Pure: bytes in, values out. No SQL, no clock, no registry. ``docs/spec/intake.md`` is the form.
"""
