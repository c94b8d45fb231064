"""Names are found with and without marks: columns that PostgreSQL itself keeps, fills and erases with the details.

They say what `chassis.facts.folding` says of names in Latin letters. A version that does not know them keeps them
right.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_UPPER = "ÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬĐÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴ"
_NAME = "((details ->> 'full_name') collate \"C\")"
_SIGNS = r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f]+"


def _spaced(text: str) -> str:
    return f"btrim(regexp_replace({text}, '{_SIGNS}', ' ', 'g'))"


_FOLDED = _spaced(
    rf"lower(translate(regexp_replace(normalize({_NAME}, nfkd), '[\u0300-\u036f]', '', 'g'), 'Đđ', 'dd'))"
)
_MARKED = _spaced(f"lower(translate(normalize({_NAME}, nfkc), '{_UPPER}', '{_UPPER.lower()}'))")


def upgrade() -> None:
    """Add the columns, which fills them, and the index by which names are found."""
    connection = op.get_bind()
    for statement in (
        "create extension if not exists pg_trgm with schema public",
        (
            "alter table public.people"
            f" add column if not exists name_folded text generated always as ({_FOLDED}) stored,"
            f" add column if not exists name_marked text generated always as ({_MARKED}) stored"
        ),
        (
            "create index if not exists people_name_folded_idx on public.people using gin (name_folded gin_trgm_ops)"
            " with (fastupdate = off)"
        ),
    ):
        connection.exec_driver_sql(statement)
