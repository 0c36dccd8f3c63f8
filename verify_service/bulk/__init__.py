"""Departments' files of changes: rehearsed, run in chunks, reported; safe to run again."""
