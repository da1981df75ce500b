"""What a view's live tables have beside the models: indexes and grants of the operator's, which a rebuild keeps, and things that hang
on them, which it cannot keep and therefore refuses."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from projections.view import View
from runtime.errors import ConfigurationError

_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = ANY($1::text[]) AND c.relname = ANY($2::text[])"""

_WHOLE = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN (SELECT split_part(k, '.', 1) AS name, count(*) AS due FROM unnest($3::text[]) k GROUP BY 1) due ON due.name = c.relname
WHERE c.relkind = 'r' AND n.nspname = ANY($1::text[]) AND c.relname = ANY($2::text[]) AND due = (SELECT count(*) FROM pg_attribute a
 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relname || '.' || a.attname = ANY($3::text[]))"""

_OWN_INDEXES = """
SELECT replace(pg_get_indexdef(i.oid), format(' ON %I.%I USING ', $1::text, t.relname), format(' ON %I.%I USING ', $2::text, t.relname))
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE n.nspname = $1 AND t.relname = ANY($3::text[]) AND x.indisvalid
 AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid)
 AND NOT EXISTS (SELECT FROM pg_class s JOIN pg_namespace o ON o.oid = s.relnamespace WHERE o.nspname = $2 AND s.relname = i.relname)
ORDER BY i.relname"""

_GRANTS = """
WITH of AS (
 SELECT c.oid, n.nspname, c.relname, c.relowner, acl.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
  aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) acl
 WHERE c.relkind = 'r' AND c.relname = ANY($3::text[]) AND (n.nspname = ANY($1::text[]) OR n.nspname = ANY($2::text[]))
), pair AS (SELECT * FROM unnest($1::text[], $2::text[]) AS p(live, shadow)),
role AS (SELECT oid, quote_ident(rolname) AS name FROM pg_roles UNION ALL SELECT 0, 'PUBLIC')
SELECT statement FROM (
 SELECT DISTINCT 0 AS nth, format('REVOKE ALL ON %I.%I FROM %s', shadow, relname, role.name) AS statement
 FROM of JOIN pair ON nspname = shadow JOIN role ON role.oid = grantee WHERE grantee <> relowner
 UNION ALL
 SELECT 1, format('GRANT %s ON %I.%I TO %s%s', privilege_type, shadow, relname, role.name,
  CASE WHEN is_grantable AND grantee <> relowner THEN ' WITH GRANT OPTION' ELSE '' END)
 FROM of JOIN pair ON nspname = live JOIN role ON role.oid = grantee WHERE grantee <> relowner
 UNION ALL
 SELECT 2, format('GRANT %s (%I) ON %I.%I TO %s%s', acl.privilege_type, a.attname, shadow, c.relname, role.name,
  CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pair ON n.nspname = live
 JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped, aclexplode(a.attacl) acl JOIN role ON role.oid = acl.grantee
 WHERE c.relname = ANY($3::text[])
) s ORDER BY nth, statement"""

_OPTIONS = """
SELECT format('ALTER TABLE %I.%I SET (%s)', shadow, c.relname, array_to_string(options, ', '))
FROM unnest($1::text[], $2::text[]) AS p(live, shadow) JOIN pg_namespace n ON n.nspname = live
JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r' AND c.relname = ANY($3::text[])
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid,
 LATERAL (SELECT coalesce(c.reloptions, '{}') || ARRAY(SELECT 'toast.' || o FROM unnest(t.reloptions) o) AS options) AS o
WHERE options <> '{}'"""

_HANGING = """
WITH mine AS (
 SELECT c.oid, c.oid::regclass::text AS name, c.relname, c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname = ANY($1::text[]) AND c.relname = ANY($2::text[])
)
SELECT 'the view ' || r.ev_class::regclass || ' reads ' || mine.name FROM mine
 JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = mine.oid AND d.classid = 'pg_rewrite'::regclass
 JOIN pg_rewrite r ON r.oid = d.objid AND r.ev_class <> mine.oid
UNION SELECT 'the foreign key ' || k.conname || ' of ' || k.conrelid::regclass || ' points to ' || mine.name FROM mine
 JOIN pg_constraint k ON k.contype = 'f' AND k.confrelid = mine.oid WHERE k.conrelid NOT IN (SELECT oid FROM mine)
UNION SELECT mine.name || ' has the trigger ' || t.tgname FROM mine JOIN pg_trigger t ON t.tgrelid = mine.oid AND NOT t.tgisinternal
UNION SELECT mine.name || ' has the policy ' || p.polname FROM mine JOIN pg_policy p ON p.polrelid = mine.oid
UNION SELECT mine.name || ' is published by ' || p.pubname FROM mine JOIN pg_publication_rel r ON r.prrelid = mine.oid
 JOIN pg_publication p ON p.oid = r.prpubid
UNION SELECT mine.name || ' has the column ' || a.attname || ', which the view does not know' FROM mine
 JOIN pg_attribute a ON a.attrelid = mine.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE NOT mine.relname || '.' || a.attname = ANY($3::text[])
UNION SELECT mine.name || ' belongs to ' || pg_get_userbyid(relowner) || ', not to ' || current_user FROM mine
 WHERE NOT pg_has_role(relowner, 'USAGE')
ORDER BY 1"""


async def tables(sql: AsyncConnection, schemas: Iterable[str], names: Sequence[str]) -> set[tuple[str, str]]:
    """(schema, table) of those that are there."""
    return {tuple(row) for row in await sql.exec_driver_sql(_TABLES, (list(schemas), list(names)))}


async def whole(sql: AsyncConnection, schemas: Iterable[str], view: View) -> set[tuple[str, str]]:
    """(schema, table) of those that are there with all their columns."""
    found = await sql.exec_driver_sql(_WHOLE, (list(schemas), list(view.table_names), _columns(view)))
    return {tuple(row) for row in found}


async def own_indexes(sql: AsyncConnection, schema: str, shadow: str, names: Sequence[str]) -> list[str]:
    """Statements that give the shadow the indexes that the live tables have and it has not."""
    return [row[0] for row in await sql.exec_driver_sql(_OWN_INDEXES, (schema, shadow, list(names)))]


async def kept(sql: AsyncConnection, shadows: Mapping[str, str], names: Sequence[str]) -> list[str]:
    """Statements that give the shadows' tables the grants of the live ones, and no others, and their storage parameters."""
    arguments = (list(shadows), list(shadows.values()), list(names))
    return [row[0] for query in (_GRANTS, _OPTIONS) for row in await sql.exec_driver_sql(query, arguments)]


async def require_plain(sql: AsyncConnection, schemas: Iterable[str], view: View) -> None:
    """Raises ConfigurationError when tables that are to be replaced have something that would be lost with them."""
    arguments = (list(schemas), list(view.table_names), _columns(view))
    found = [row[0] for row in await sql.exec_driver_sql(_HANGING, arguments)]
    if found:
        raise ConfigurationError(
            f"the tables of the view {view.name} cannot be replaced, nothing was changed: {'; '.join(found)}. Drop it first and make "
            "it again afterwards (a table of somebody else's: run this as its owner)"
        )


def _columns(view: View) -> list[str]:
    """`table.column` of everything that the view knows."""
    return [
        f"{name}.{column.name}"
        for name, model in zip(view.table_names, view.tables, strict=True)
        for column in model.__table__.columns
    ]
