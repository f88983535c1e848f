"""What makes a million entries quick to search on PostgreSQL. SQLite reads them one by one.

One index answers names, places and tags in any combination; another, over the few words that all
names are made of, finds a name that was mistyped. `tag_list` is a column that only the database
writes: over a list of its own PostgreSQL keeps figures, and so knows common tags from rare ones.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

INDEXES = {
    "entry_search": (
        "directory_entry USING gin (folded_name gin_trgm_ops, folded_place gin_trgm_ops,"
        " tag_list) WHERE listed_since IS NOT NULL"
    ),
    "word_alike": "directory_word USING gin (text gin_trgm_ops)",
    "certificate_listed": (
        "certificates_certificate"
        " (holder_id, expires_on, awarded_on, tier_id, extended_to, handed_in_on)"
        " WHERE stopped_at IS NULL AND visibility = 'directory'"
    ),
}


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        editor.execute(
            "ALTER TABLE directory_entry ADD COLUMN tag_list text[]"
            " GENERATED ALWAYS AS (string_to_array(tags, ' ')) STORED"
        )
        for name, what in INDEXES.items():
            editor.execute(f"CREATE INDEX {name} ON {what}")


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for name in INDEXES:
            editor.execute(f"DROP INDEX IF EXISTS {name}")
        editor.execute("ALTER TABLE directory_entry DROP COLUMN IF EXISTS tag_list")
