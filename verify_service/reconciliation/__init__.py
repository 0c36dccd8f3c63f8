"""Reconciliation (R10): a department's own list of permits, held against the registry."""
