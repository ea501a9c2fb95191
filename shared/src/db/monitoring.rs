//! What Postgres tells of itself: sizes, the use of indexes, dead rows, connections, locks, slow statements. It works for a role
//! without further rights and through a transaction-pooling proxy; what such a role is not shown is left out.
//!
//! No statement's values are in it: `pg_stat_statements` keeps placeholders, and what `pg_stat_activity` shows of statements is not
//! read at all.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Db, DbError, from_json};

/// The database as a whole.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DatabaseState {
    /// The server's version.
    #[schema(example = "18.6")]
    pub server_version: String,
    /// When the server started.
    pub started_at: DateTime<Utc>,
    /// Since when the numbers below are counted; absent: since the database was made.
    pub counted_since: Option<DateTime<Utc>>,
    /// All tables and indexes.
    pub size_bytes: i64,
    /// Of the blocks that were read, the part that was in memory already, 0–1; absent before any was read.
    pub cache_hit_ratio: Option<f64>,
    /// Transactions that were committed.
    pub commits: i64,
    /// Transactions that were taken back.
    pub rollbacks: i64,
    /// Deadlocks.
    pub deadlocks: i64,
    /// Bytes of temporary files: sorts and hashes that did not fit into `work_mem`.
    pub temporary_bytes: i64,
    /// Until transaction ids must have been frozen, the part that is used up, 0–1; autovacuum sees to it from 0.1 on.
    pub transaction_ids_used: f64,
    /// Most connections.
    pub max_connections: i32,
}

/// A table.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TableState {
    /// Its name.
    #[schema(example = "cv")]
    pub name: String,
    /// Its rows and what is stored aside.
    pub size_bytes: i64,
    /// Its indexes.
    pub indexes_bytes: i64,
    /// Rows, estimated.
    pub live_rows: i64,
    /// Rows that were deleted or replaced and still take place, estimated.
    pub dead_rows: i64,
    /// Dead rows among all, 0–1.
    pub dead_ratio: f64,
    /// Reads of the whole table.
    pub sequential_scans: i64,
    /// Reads by an index.
    pub index_scans: i64,
    /// Of the changed rows, those that needed no change of an index, 0–1; absent where none was changed.
    pub hot_update_ratio: Option<f64>,
    /// When dead rows were last cleared away, by itself or by hand.
    pub last_vacuum: Option<DateTime<Utc>>,
    /// When what the planner knows of it was last renewed.
    pub last_analyze: Option<DateTime<Utc>>,
    /// Whether it is bloated: dead rows are more than a fifth, and autovacuum should have come.
    pub needs_vacuum: bool,
}

/// An index.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct IndexState {
    /// Its name.
    #[schema(example = "cv_to_parse")]
    pub name: String,
    /// Its table.
    #[schema(example = "cv")]
    pub table: String,
    /// Its size.
    pub size_bytes: i64,
    /// Times that it was used.
    pub scans: i64,
    /// When it was last used.
    pub last_used: Option<DateTime<Utc>>,
    /// Whether it keeps rows unique, so that it is needed though it is not read.
    pub is_unique: bool,
    /// Whether it can be used: one whose making broke off cannot.
    pub is_valid: bool,
    /// Whether it was never used since the numbers are counted, and keeps nothing unique.
    pub is_unused: bool,
}

/// Connections in one state.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConnectionsInState {
    /// `active`, `idle`, `idle in transaction`, …; `hidden` where this role is not shown it.
    #[schema(example = "idle")]
    pub state: String,
    /// How many.
    pub count: i64,
    /// How long the longest has been in it, in seconds.
    pub longest_seconds: Option<f64>,
}

/// A connection that is at work for long, or waits.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LongRunning {
    /// Its process in the server.
    pub pid: i32,
    /// Who it says that it is.
    pub application: String,
    /// Its state.
    pub state: String,
    /// How old its transaction is.
    pub transaction_seconds: f64,
    /// How long its present statement has been running, or it has been idle in the transaction.
    pub state_seconds: f64,
    /// What it waits for, if it does.
    pub waits_for: Option<String>,
}

/// A lock that somebody waits for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LockWait {
    /// The process that waits.
    pub pid: i32,
    /// The table, where it is one of this database.
    pub table: Option<String>,
    /// The lock.
    #[schema(example = "RowExclusiveLock")]
    pub mode: String,
    /// What is locked: `relation`, `tuple`, `transactionid`, …
    pub kind: String,
    /// For how long.
    pub seconds: Option<f64>,
    /// The processes that hold it up.
    pub blocked_by: Vec<i32>,
}

/// A replication slot.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReplicationSlot {
    /// Its name.
    pub name: String,
    /// Whether somebody reads from it.
    pub is_active: bool,
    /// How far its reader is behind: what the server must keep for it.
    pub retained_bytes: Option<i64>,
}

/// A statement that took much time. Its values are placeholders.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SlowStatement {
    /// The statement, at most 1,000 characters of it.
    pub statement: String,
    /// Times that it ran.
    pub calls: i64,
    /// All of its time.
    pub total_ms: f64,
    /// Its mean.
    pub mean_ms: f64,
    /// The longest.
    pub max_ms: f64,
    /// Rows that it gave or changed.
    pub rows: i64,
    /// Of the blocks that it read, the part that was in memory already, 0–1.
    pub cache_hit_ratio: Option<f64>,
}

/// The slow statements, or why they are not known.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SlowStatements {
    /// Those that took most time in all, the first the most.
    pub statements: Vec<SlowStatement>,
    /// What is to be done so that they are known; absent where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how_to_switch_on: Option<String>,
}

/// All that Postgres tells of itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DatabaseReport {
    /// The database as a whole.
    pub database: DatabaseState,
    /// The tables, the largest first.
    pub tables: Vec<TableState>,
    /// The indexes, the largest first.
    pub indexes: Vec<IndexState>,
    /// Connections to this database, by state.
    pub connections: Vec<ConnectionsInState>,
    /// The oldest transactions of this database, at most 10.
    pub longest_running: Vec<LongRunning>,
    /// Locks that are waited for in this database.
    pub lock_waits: Vec<LockWait>,
    /// Replication slots of the server.
    pub replication_slots: Vec<ReplicationSlot>,
    /// The statements that took most time.
    pub slow_statements: SlowStatements,
}

const DATABASE: &str = "
    select current_setting('server_version') as server_version, pg_postmaster_start_time() as started_at,
        stats_reset as counted_since, pg_database_size(datname) as size_bytes,
        blks_hit::float8 / nullif(blks_hit + blks_read, 0) as cache_hit_ratio,
        xact_commit as commits, xact_rollback as rollbacks, deadlocks, temp_bytes as temporary_bytes,
        (select age(datfrozenxid)::float8 / 2000000000 from pg_database where pg_database.datname = stat.datname)
            as transaction_ids_used,
        current_setting('max_connections')::integer as max_connections
    from pg_stat_database stat where datname = current_database()";

const TABLES: &str = "
    select stat.relname as name, pg_table_size(relid) as size_bytes, pg_indexes_size(relid) as indexes_bytes,
        n_live_tup as live_rows, n_dead_tup as dead_rows,
        coalesce(n_dead_tup::float8 / nullif(n_live_tup + n_dead_tup, 0), 0) as dead_ratio,
        coalesce(seq_scan, 0) as sequential_scans, coalesce(idx_scan, 0) as index_scans,
        n_tup_hot_upd::float8 / nullif(n_tup_upd, 0) as hot_update_ratio,
        greatest(last_vacuum, last_autovacuum) as last_vacuum, greatest(last_analyze, last_autoanalyze) as last_analyze,
        n_dead_tup > 1000 and n_dead_tup > 0.25 * n_live_tup as needs_vacuum
    from pg_stat_user_tables stat where schemaname = current_schema()
    order by pg_total_relation_size(relid) desc, stat.relname";

const INDEXES: &str = "
    select indexrelname as name, stat.relname as \"table\", pg_relation_size(stat.indexrelid) as size_bytes,
        idx_scan as scans, to_jsonb(stat) ->> 'last_idx_scan' as last_used, indisunique as is_unique, indisvalid as is_valid,
        idx_scan = 0 and not indisunique and not indisprimary as is_unused
    from pg_stat_user_indexes stat join pg_index on pg_index.indexrelid = stat.indexrelid
    where schemaname = current_schema() order by 3 desc, 1";

const CONNECTIONS: &str = "
    select coalesce(state, 'hidden') as state, count(*) as count,
        max(extract(epoch from clock_timestamp() - state_change))::float8 as longest_seconds
    from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and coalesce(backend_type, 'client backend') = 'client backend'
    group by 1 order by 2 desc, 1";

const LONGEST_RUNNING: &str = "
    select pid, coalesce(application_name, '') as application, coalesce(state, 'hidden') as state,
        extract(epoch from clock_timestamp() - xact_start)::float8 as transaction_seconds,
        coalesce(extract(epoch from clock_timestamp() - case state when 'active' then query_start else state_change end), 0)::float8
            as state_seconds,
        case when state = 'active' then concat_ws(': ', wait_event_type, wait_event) end as waits_for
    from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
    order by xact_start limit 10";

const LOCK_WAITS: &str = "
    select pid, (select relname from pg_class where oid = relation and relkind in ('r', 'i', 'p')) as \"table\", mode,
        locktype as kind, extract(epoch from clock_timestamp() - waitstart)::float8 as seconds,
        pg_blocking_pids(pid) as blocked_by
    from pg_locks
    where not granted and (database = (select oid from pg_database where datname = current_database()) or database is null)
    order by waitstart limit 50";

const REPLICATION_SLOTS: &str = "
    select slot_name as name, active as is_active,
        (pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end, restart_lsn))::bigint
            as retained_bytes
    from pg_replication_slots order by 3 desc nulls last";

/// Only statements that can be of this program: what sets roles and passwords up is not among them.
const SLOW_STATEMENTS: &str = "
    select left(query, 1000) as statement, calls, total_exec_time as total_ms, mean_exec_time as mean_ms, max_exec_time as max_ms,
        rows, shared_blks_hit::float8 / nullif(shared_blks_hit + shared_blks_read, 0) as cache_hit_ratio
    from pg_stat_statements
    where dbid = (select oid from pg_database where datname = current_database())
        and query ~* '^[\\s(]*(select|with|insert|update|delete|merge|copy)\\M'
    order by total_exec_time desc limit 20";

const WHY_NOT: &str = "
    select exists (select from pg_available_extensions where name = 'pg_stat_statements') as is_available,
        exists (select from pg_extension where extname = 'pg_stat_statements') as is_made";

impl Db {
    /// Has the server keep how long statements take, where it can and this role may. For a database of this process's own: in
    /// another it is for who runs that.
    pub async fn count_statements(&self) {
        let made = async {
            self.client().await?.batch_execute("create extension if not exists pg_stat_statements").await?;
            Ok::<_, DbError>(())
        };
        if let Err(error) = made.await {
            tracing::info!(%error, "slow statements are not kept");
        }
    }

    /// What Postgres tells of itself. No statement takes longer than five seconds, waits for locks among them.
    ///
    /// # Errors
    /// The database fails, or takes too long.
    pub async fn report(&self) -> Result<DatabaseReport, DbError> {
        let database = self.rows_of::<DatabaseState>(DATABASE).await?;
        let Some(database) = database.into_iter().next() else {
            return Err(DbError::Unreachable("it tells nothing of itself".to_owned()));
        };
        Ok(DatabaseReport {
            database,
            tables: self.rows_of(TABLES).await?,
            indexes: self.rows_of(INDEXES).await?,
            connections: self.rows_of(CONNECTIONS).await?,
            longest_running: self.rows_of(LONGEST_RUNNING).await?,
            lock_waits: self.rows_of(LOCK_WAITS).await?,
            replication_slots: self.rows_of(REPLICATION_SLOTS).await?,
            slow_statements: self.slow_statements().await?,
        })
    }

    async fn slow_statements(&self) -> Result<SlowStatements, DbError> {
        // A transaction of its own: where the extension is not there, the statement fails.
        match self.rows_of::<SlowStatement>(SLOW_STATEMENTS).await {
            Ok(statements) => Ok(SlowStatements { statements, how_to_switch_on: None }),
            Err(DbError::Statement(error)) if error.code().is_some() => {
                tracing::debug!(%error, "pg_stat_statements cannot be read");
                let row = self.client().await?.query_typed_one(WHY_NOT, &[]).await?;
                let how = match (row.try_get("is_available")?, row.try_get("is_made")?) {
                    (false, _) => {
                        "Install PostgreSQL's contrib package on the server, add pg_stat_statements to \
                        shared_preload_libraries, restart it, and run `create extension pg_stat_statements` in this database."
                    }
                    (true, false) => {
                        "Add pg_stat_statements to shared_preload_libraries and restart the server where it is not in \
                        it, and run `create extension pg_stat_statements` in this database."
                    }
                    (true, true) => {
                        "Add pg_stat_statements to shared_preload_libraries and restart the server, or let this \
                        program's role read it: `grant pg_read_all_stats to ROLE`."
                    }
                };
                Ok(SlowStatements { statements: Vec::new(), how_to_switch_on: Some(how.to_owned()) })
            }
            Err(error) => Err(error),
        }
    }

    /// The rows of a statement without parameters, by the names of its columns.
    async fn rows_of<T: DeserializeOwned>(&self, statement: &'static str) -> Result<Vec<T>, DbError> {
        let mut client = self.client().await?;
        let transaction = client.build_transaction().read_only(true).start().await?;
        transaction.batch_execute("set local statement_timeout = '5s'").await?;
        // As JSON, whose numbers and times are the same whatever type a version of Postgres gives them.
        let statement = format!("select coalesce(jsonb_agg(to_jsonb(told)), '[]') from ({statement}) told");
        let row = transaction.query_typed_one(&statement, &[]).await?;
        let rows: Value = row.try_get(0)?;
        transaction.commit().await?;
        from_json("told", rows)
    }
}
