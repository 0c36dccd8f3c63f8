"""The master record: who holds which permits, which licenses gather them, and what became of each.

All SQL of the service is in this package. Its functions take the connection of a transaction
(`Database.reading` or `Database.writing`), plain values and frozen records, and give frozen
records; they raise what `errors` draws.

models, books, columns    the tables
records             what the functions take and give
moves               what a move makes of a permit's or a license's state
holders, permits, licenses, states    the records and their chains of versions
status              blocks of the status lists
places, status_pages, status_chains, status_check    what each place says: the rule, as it is kept, as
                    the chains have it, and the two held against each other
standing            the one hot read: how a license and its permits stand
verification        a license with all that is on file of it
kept_open           what makes both fast on SQLite
signed_by           what a key has signed, for the day on which it is in doubt
requests, tokens, alarms, recalls, artifacts   idempotency, access, and the bureau's own books
"""
