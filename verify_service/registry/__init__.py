"""The master record: who holds which permits, which licenses gather them, and what became of each.

All SQL of the service is in this package. Its functions take the connection of a transaction
(`Database.reading` or `Database.writing`), plain values and frozen records, and give frozen
records; they raise what `errors` draws.

models, books, columns    the tables
records             what the functions take and give
moves               what a move makes of a permit's or a license's state
holders, permits, licenses, states    the records and their chains of versions
status              blocks of the status list, and the stream that a list is built from
verification        the one hot read
requests, tokens, alarms, recalls, artifacts   idempotency, access, and the bureau's own books
"""
