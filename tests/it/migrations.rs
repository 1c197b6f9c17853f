//! The tables are the same on both engines: names, columns, nullability, kinds of values, keys.

use harness::{Database, Engine};
use sqlx::Row as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A column: whether it may be NULL, and what kind of value it holds.
type Columns = BTreeMap<String, (bool, &'static str)>;

#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    columns: Columns,
    unique: BTreeSet<Vec<String>>,
}

fn migrations(engine: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(engine);
    let mut names: Vec<String> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_migration_has_its_twin() {
    let names = migrations("sqlite");
    assert_eq!(names, migrations("postgres"));
    for (place, name) in names.iter().enumerate() {
        assert!(
            name.starts_with(&format!("{:04}_", place + 1))
                && std::path::Path::new(name).extension().is_some_and(|kind| kind == "sql"),
            "{name}"
        );
    }
}

#[test]
fn both_engines_have_the_same_tables_columns_and_keys() {
    harness::run(Engine::Postgres, "both_engines_have_the_same_tables", async |fair| {
        let postgres = postgres_tables(fair.database.url()).await;
        let database = Database::make(Engine::Sqlite, "tables").await.unwrap();
        database.open().await.close().await;
        let sqlite = sqlite_tables(database.url()).await;
        let names = |tables: &BTreeMap<String, Table>| tables.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&sqlite), names(&postgres));
        assert!(sqlite.len() > 20, "{sqlite:?}");
        for (name, table) in &sqlite {
            assert_eq!(table.columns, postgres[name].columns, "columns of {name}");
            assert_eq!(table.unique, postgres[name].unique, "unique keys of {name}");
        }
    });
}

#[test]
fn the_database_compares_names_as_they_are_written_whatever_its_language() {
    harness::run(Engine::Postgres, "the_database_compares_names", async |fair| {
        let pool = sqlx::PgPool::connect(fair.database.url()).await.unwrap();
        let collated: Vec<(String, String)> = sqlx::query_as(
            "SELECT table_name || '.' || column_name, collation_name::text FROM information_schema.columns \
             WHERE table_schema = 'public' AND collation_name IS NOT NULL ORDER BY 1",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        pool.close().await;
        let sorted = ["lead.search", "registration.sort_name"].map(|column| (column.to_owned(), "C".to_owned()));
        assert_eq!(collated, sorted);
    });
}

async fn sqlite_tables(url: &str) -> BTreeMap<String, Table> {
    let pool = sqlx::SqlitePool::connect(url).await.unwrap();
    let names: Vec<(String, bool)> = sqlx::query_as(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
         AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let mut tables = BTreeMap::new();
    for (name, strict) in names {
        assert!(strict, "{name} is STRICT: else a text in a column of ids can turn into a number");
        let mut table = Table::default();
        let columns = sqlx::query("SELECT name, type, \"notnull\" FROM pragma_table_info($1)")
            .bind(&name)
            .fetch_all(&pool)
            .await
            .unwrap();
        for column in columns {
            let kind = match column.get::<&str, _>(1) {
                "BLOB" => "bytes",
                "TEXT" => "text",
                "INTEGER" => "number",
                other => panic!("{name} has a column of type {other}"),
            };
            table.columns.insert(column.get(0), (column.get::<i64, _>(2) == 0, kind));
        }
        let indices: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_index_list($1) WHERE \"unique\" = 1")
            .bind(&name)
            .fetch_all(&pool)
            .await
            .unwrap();
        for index in indices {
            let mut columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_index_info($1) ORDER BY seqno")
                .bind(&index)
                .fetch_all(&pool)
                .await
                .unwrap();
            columns.sort();
            table.unique.insert(columns);
        }
        tables.insert(name, table);
    }
    pool.close().await;
    tables
}

async fn postgres_tables(url: &str) -> BTreeMap<String, Table> {
    let pool = sqlx::PgPool::connect(url).await.unwrap();
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let columns: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, is_nullable::text, data_type::text FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'")
    .fetch_all(&pool)
    .await
    .unwrap();
    for (table, column, nullable, kind) in columns {
        let kind = match kind.as_str() {
            "uuid" | "bytea" => "bytes",
            "text" | "jsonb" => "text",
            "bigint" | "boolean" => "number",
            other => panic!("{table}.{column} is of type {other}"),
        };
        tables.entry(table).or_default().columns.insert(column, (nullable == "YES", kind));
    }
    let keys: Vec<(String, Vec<String>)> = sqlx::query_as(
        "SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attname::text) FROM pg_index i \
         JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) \
         WHERE i.indisunique AND n.nspname = 'public' AND c.relname NOT LIKE '\\_sqlx%' \
         GROUP BY i.indexrelid, c.relname",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    for (table, columns) in keys {
        tables.entry(table).or_default().unique.insert(columns);
    }
    pool.close().await;
    tables
}
