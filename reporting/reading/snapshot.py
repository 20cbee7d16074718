"""Reads many tables as they were at one moment, whatever is written meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Let everything that is read inside come from one moment of the database; nothing may be written inside.

    On PostgreSQL by a transaction with the isolation "repeatable read": each statement of an ordinary one sees what was
    committed just before it. On SQLite any transaction does. Raises `RuntimeError` inside another transaction, whose
    moment lies elsewhere.
    """
    # A test that is a transaction itself is the only one to get past the `durable` below.
    is_within_a_test = connection.in_atomic_block
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql" and not is_within_a_test:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
