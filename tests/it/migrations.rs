//! The tables are the same on both engines: names, columns, nullability, kinds of values, keys.

use harness::{Database, Engine};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use uuid::Uuid;

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

/// The migrations before one of them, in a folder of their own.
fn earlier(engine: &str, than: &str, folder: &Path) {
    std::fs::create_dir(folder).unwrap();
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(engine);
    for name in migrations(engine).iter().filter(|name| name.as_str() < than) {
        std::fs::copy(all.join(name), folder.join(name)).unwrap();
    }
}

/// Brings a database to where it was before languages were free, fills it, and brings it up to date.
macro_rules! languages_are_kept {
    ($engine:literal, $connection:expr, $folder:expr) => {{
        let (connection, folder) = ($connection, $folder);
        earlier($engine, "0032", &folder);
        Migrator::new(folder.as_path()).await.unwrap().run(&mut *connection).await.unwrap();
        let [one, two] = [1, 2].map(Uuid::from_u128);
        for (id, email, language) in [(one, "a@x.example", Some("fr")), (two, "b@x.example", None)] {
            sqlx::query("INSERT INTO account (id, email, name, created_at, language) VALUES ($1, $2, 'A', 1, $3)")
                .bind(id)
                .bind(email)
                .bind(language)
                .execute(&mut *connection)
                .await
                .unwrap();
        }
        sqlx::query("INSERT INTO organizer (id, name, created_at) VALUES ($1, 'Fairs', 1)")
            .bind(one)
            .execute(&mut *connection)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO event (id, organizer_id, slug, name, timezone, starts_at, ends_at, disclosure, version, \
             created_at, language) VALUES ($1, $1, 'fair', 'Fair', 'UTC', 1, 2, '{}', 1, 1, 'fr')",
        )
        .bind(one)
        .execute(&mut *connection)
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO mail (id, recipient, language, kind, body, attempts, created_at, due_at) \
             VALUES ($1, 'a@x.example', 'fr', 'erased', '{}', 0, 1, 1)",
        )
        .bind(one)
        .execute(&mut *connection)
        .await
        .unwrap();

        let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join($engine);
        Migrator::new(all.as_path()).await.unwrap().run(&mut *connection).await.unwrap();
        let chosen: Vec<Option<String>> =
            sqlx::query_scalar("SELECT language FROM account ORDER BY id").fetch_all(&mut *connection).await.unwrap();
        assert_eq!(chosen, [Some("fr".to_owned()), None]);
        let others: Vec<String> = sqlx::query_scalar("SELECT language FROM event UNION ALL SELECT language FROM mail")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        assert_eq!(others, ["fr", "fr"]);
        for statement in [
            "UPDATE account SET language = 'de'",
            "UPDATE event SET language = 'de'",
            "UPDATE mail SET language = 'de'",
        ] {
            sqlx::query(statement).execute(&mut *connection).await.unwrap();
        }
        let due: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM mail WHERE due_at IS NOT NULL AND language = 'de'")
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        assert_eq!(due, 1);
    }};
}

#[test]
fn a_database_of_before_keeps_its_languages_and_takes_others() {
    harness::run(Engine::Sqlite, "a_database_of_before_keeps_its_languages", async |fair| {
        let folder = fair.database.directory();
        let options = SqliteConnectOptions::new().filename(folder.join("before.db")).create_if_missing(true);
        let mut connection = options.foreign_keys(true).connect().await.unwrap();
        languages_are_kept!("sqlite", &mut connection, folder.join("before"));
        connection.close().await.unwrap();
    });
    harness::run(Engine::Postgres, "a_database_of_before_keeps_its_languages", async |fair| {
        let mut connection = sqlx::PgConnection::connect(fair.database.url()).await.unwrap();
        // A schema of its own, so that nothing is there yet.
        for statement in ["CREATE SCHEMA before", "SET search_path = before"] {
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        }
        languages_are_kept!("postgres", &mut connection, fair.database.directory().join("before"));
        connection.close().await.unwrap();
    });
}
