"""Run by Alembic: migrations on the connection, and in the transaction, that `migrate` gives."""

from alembic import context

from verify_service.registry import books

context.configure(
    connection=context.config.attributes["connection"],
    # `books` stands on `models`: importing it defines every table.
    target_metadata=books.RequestRow.metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
