//! What stands in a database's catalogue, and what of it a program of the version before would miss after a migration: the
//! rules of a change that a running version survives.

use std::collections::{BTreeMap, BTreeSet};

use shared::db::Db;

/// A column of a table or view.
#[derive(Debug, PartialEq, Eq)]
struct Column {
    kind: String,
    is_required: bool,
    has_default: bool,
}

/// A condition of a table: a check, a key, a reference.
struct Condition {
    text: String,
    columns: BTreeSet<String>,
}

/// The tables and what belongs to them.
pub struct Catalog {
    /// By table or view, and name.
    columns: BTreeMap<(String, String), Column>,
    /// By table and name.
    conditions: BTreeMap<(String, String), Condition>,
    /// By table and name, with the words that made them.
    indexes: BTreeMap<(String, String), String>,
    triggers: BTreeSet<(String, String)>,
}

const COLUMNS: &str = "
    select relation.relname::text, attname::text, format_type(atttypid, atttypmod), attnotnull, atthasdef or attidentity <> ''
    from pg_attribute join pg_class as relation on relation.oid = attrelid
    where relation.relnamespace = 'public'::regnamespace and relation.relkind in ('r', 'p', 'v', 'm')
        and attnum > 0 and not attisdropped and relation.relname <> 'refinery_schema_history'";
// Of Postgres 18 on, "not null" is one of them; it stands with the columns here.
const CONDITIONS: &str = "
    select relation.relname::text, conname::text, pg_get_constraintdef(pg_constraint.oid),
        array(select attname::text from pg_attribute where attrelid = conrelid and attnum = any(conkey))
    from pg_constraint join pg_class as relation on relation.oid = conrelid
    where connamespace = 'public'::regnamespace and contype <> 'n' and relation.relname <> 'refinery_schema_history'";
const INDEXES: &str = "
    select tablename::text, indexname::text, indexdef from pg_indexes
    where schemaname = 'public' and tablename <> 'refinery_schema_history'";
const TRIGGERS: &str = "
    select relation.relname::text, tgname::text from pg_trigger join pg_class as relation on relation.oid = tgrelid
    where relation.relnamespace = 'public'::regnamespace and not tgisinternal";

impl Catalog {
    /// Of a database.
    pub async fn of(db: &Db) -> Self {
        let client = db.client().await.unwrap();
        let mut columns = BTreeMap::new();
        for row in client.query(COLUMNS, &[]).await.unwrap() {
            let column = Column { kind: row.get(2), is_required: row.get(3), has_default: row.get(4) };
            columns.insert((row.get(0), row.get(1)), column);
        }
        let mut conditions = BTreeMap::new();
        for row in client.query(CONDITIONS, &[]).await.unwrap() {
            let columns: Vec<String> = row.get(3);
            let condition = Condition { text: row.get(2), columns: columns.into_iter().collect() };
            conditions.insert((row.get(0), row.get(1)), condition);
        }
        let mut indexes = BTreeMap::new();
        for row in client.query(INDEXES, &[]).await.unwrap() {
            indexes.insert((row.get(0), row.get(1)), row.get(2));
        }
        let rows = client.query(TRIGGERS, &[]).await.unwrap();
        let triggers = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        Self { columns, conditions, indexes, triggers }
    }

    fn tables(&self) -> BTreeSet<&str> {
        self.columns.keys().map(|(table, _)| table.as_str()).collect()
    }

    /// What a program that was made for this one could miss in `after`, or fail at, one line each.
    pub fn what_breaks_in(&self, after: &Self) -> Vec<String> {
        let mut found = Vec::new();
        for ((table, name), column) in &self.columns {
            match after.columns.get(&(table.clone(), name.clone())) {
                None if after.tables().contains(table.as_str()) => {
                    found.push(format!("{table}.{name} is gone"));
                }
                None => found.push(format!("{table} is gone")),
                Some(now) if now.kind != column.kind => {
                    found.push(format!("{table}.{name} was {} and is {}", column.kind, now.kind));
                }
                Some(now) if now.is_required && !column.is_required => {
                    found.push(format!("{table}.{name} may be empty no more"));
                }
                Some(now) if column.has_default && !now.has_default && now.is_required => {
                    found.push(format!("{table}.{name} has no default any more"));
                }
                Some(_) => {}
            }
        }
        let is_old = |table: &str| self.tables().contains(table);
        let is_new_column =
            |table: &str, name: &str| !self.columns.contains_key(&(table.to_owned(), name.to_owned()));
        for ((table, name), column) in &after.columns {
            if is_old(table) && is_new_column(table, name) && column.is_required && !column.has_default {
                found.push(format!("{table}.{name} is new and has to be given"));
            }
        }
        for (key, condition) in &after.conditions {
            let only_new = condition.columns.iter().all(|column| is_new_column(&key.0, column));
            let as_before = self.conditions.get(key).is_some_and(|before| admits(condition, before));
            if is_old(&key.0) && !only_new && !as_before {
                found.push(format!("{}: the condition {} is new or narrower", key.0, key.1));
            }
        }
        for ((table, name), text) in &after.indexes {
            if is_old(table) && text.contains("UNIQUE") && !self.indexes.values().any(|before| before == text)
            {
                found.push(format!("{table}: the unique index {name} is new"));
            }
        }
        for ((table, name), text) in &self.indexes {
            if after.tables().contains(table.as_str()) && !after.indexes.values().any(|now| now == text) {
                found.push(format!("{table}: the index {name} is gone"));
            }
        }
        for (table, name) in after.triggers.difference(&self.triggers) {
            if is_old(table) {
                found.push(format!("{table}: the trigger {name} is new"));
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

/// Whether a condition lets everything pass that it let pass before: it is the same, or a list of words that has grown.
fn admits(now: &Condition, before: &Condition) -> bool {
    fn parts(text: &str) -> (String, BTreeSet<&str>) {
        let pieces: Vec<&str> = text.split('\'').collect();
        let words = pieces.iter().skip(1).step_by(2).copied().collect();
        let rest: String = pieces.iter().step_by(2).copied().collect();
        (rest.replace("::text, ", "").replace("::text", ""), words)
    }
    if now.text == before.text {
        return true;
    }
    let ((rest_now, words_now), (rest_before, words_before)) = (parts(&now.text), parts(&before.text));
    now.text.contains("ANY (ARRAY[") && rest_now == rest_before && words_now.is_superset(&words_before)
}
