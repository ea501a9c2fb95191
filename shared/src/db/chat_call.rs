//! The tables `chat_call` and `chat_day`: what the chat API is asked, what it costs, and how much may still be spent today.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Db, DbError, params};

/// A request that is about to be sent.
#[derive(Clone, Debug)]
pub struct NewChatCall<'a> {
    /// Its id.
    pub id: Uuid,
    /// The model.
    pub model: &'a str,
    /// Matches that it asks about.
    pub matches: i32,
    /// Tokens of the request, at most.
    pub estimated_input_tokens: i32,
    /// What it costs at most, in millionths of the prices' currency.
    pub estimated_micros: i64,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChatCallEnd {
    /// Tokens of the request, where the server tells them.
    pub input_tokens: Option<i32>,
    /// Tokens of the answer, where the server tells them.
    pub output_tokens: Option<i32>,
    /// What it cost, in millionths.
    pub cost_micros: i64,
    /// How long it took.
    pub duration_ms: i32,
    /// What kind of error it was, if it was one.
    pub error: Option<&'static str>,
}

/// A request as it is kept.
#[derive(Clone, Debug)]
pub struct ChatCallRow {
    /// Its id.
    pub id: Uuid,
    /// When it was sent.
    pub started_at: DateTime<Utc>,
    /// The model.
    pub model: String,
    /// Matches that it asked about.
    pub matches: i32,
    /// What it was estimated to cost, in millionths.
    pub estimated_micros: i64,
    /// Tokens of the request.
    pub input_tokens: Option<i32>,
    /// Tokens of the answer.
    pub output_tokens: Option<i32>,
    /// What it cost, in millionths.
    pub cost_micros: Option<i64>,
    /// How long it took.
    pub duration_ms: Option<i32>,
    /// `started`, `answered` or `failed`.
    pub outcome: String,
    /// What kind of error it was.
    pub error: Option<String>,
    /// Texts that stood the check.
    pub accepted: Option<i32>,
    /// Why the others did not.
    pub faults: Vec<String>,
}

/// Which requests are listed. What is left out does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChatCallFilter<'a> {
    /// `started`, `answered` or `failed`.
    pub outcome: Option<&'a str>,
    /// The model.
    pub model: Option<&'a str>,
    /// Those before this one.
    pub before: Option<Uuid>,
}

/// The requests of one day (UTC) to one model.
#[derive(Clone, Debug)]
pub struct ChatDayRow {
    /// The day.
    pub day: NaiveDate,
    /// The model.
    pub model: String,
    /// Requests.
    pub calls: i64,
    /// Of these, those that failed.
    pub failed: i64,
    /// Of these, those that never ended.
    pub unended: i64,
    /// Matches that they asked about.
    pub matches: i64,
    /// Texts that stood the check.
    pub accepted: i64,
    /// Tokens of the requests.
    pub input_tokens: i64,
    /// Tokens of the answers.
    pub output_tokens: i64,
    /// What they cost, in millionths; what is reserved for those that never ended is not in it.
    pub cost_micros: i64,
    /// How long an answer took: the median, and the 95th percentile.
    pub duration_ms: Option<[f64; 2]>,
}

impl Db {
    /// Writes a request down and reserves what it costs at most, in one statement. `false`, and nothing is written, if that would
    /// pass the day's budget (in millionths; none is no limit).
    ///
    /// # Errors
    /// The database fails.
    pub async fn reserve_chat_call(
        &self,
        call: &NewChatCall<'_>,
        budget_micros: Option<i64>,
    ) -> Result<bool, DbError> {
        let client = self.client().await?;
        let rows = client
            .execute_typed(
                "with reserved as (
                    insert into chat_day as today (day, micros)
                    select (now() at time zone 'utc')::date, $5
                    where $6::bigint is null or $5 <= $6
                    on conflict (day) do update set micros = today.micros + excluded.micros
                        where $6::bigint is null or today.micros + excluded.micros <= $6
                    returning day)
                insert into chat_call (id, day, model, matches, estimated_input_tokens, estimated_micros)
                select $1, day, $2, $3, $4, $5 from reserved",
                params![call.id => UUID, call.model => TEXT, call.matches => INT4, call.estimated_input_tokens => INT4,
                    call.estimated_micros => INT8, budget_micros => INT8],
            )
            .await?;
        Ok(rows == 1)
    }

    /// Writes down how a request ended, and puts what it cost in the place of what was reserved. Does nothing the second time.
    ///
    /// # Errors
    /// The database fails; then the reservation stays for the day.
    pub async fn end_chat_call(&self, id: Uuid, end: &ChatCallEnd) -> Result<(), DbError> {
        let outcome = if end.error.is_some() { "failed" } else { "answered" };
        let client = self.client().await?;
        client
            .execute_typed(
                "with ended as (
                    update chat_call set outcome = $2, input_tokens = $3, output_tokens = $4, cost_micros = $5,
                        duration_ms = $6, error = $7
                    where id = $1 and outcome = 'started'
                    returning day, estimated_micros)
                update chat_day set micros = micros - estimated_micros + $5 from ended where chat_day.day = ended.day",
                params![id => UUID, outcome => TEXT, end.input_tokens => INT4, end.output_tokens => INT4,
                    end.cost_micros => INT8, end.duration_ms => INT4, end.error => TEXT],
            )
            .await?;
        Ok(())
    }

    /// Writes down how many texts of an answer were used, and why the others were not.
    ///
    /// # Errors
    /// The database fails.
    pub async fn judge_chat_call(&self, id: Uuid, accepted: i32, faults: &[&str]) -> Result<(), DbError> {
        let client = self.client().await?;
        client
            .execute_typed(
                "update chat_call set accepted = $2, faults = $3 where id = $1",
                params![id => UUID, accepted => INT4, faults => TEXT_ARRAY],
            )
            .await?;
        Ok(())
    }

    /// What is spent and reserved today (UTC), in millionths.
    ///
    /// # Errors
    /// The database fails.
    pub async fn chat_micros_today(&self) -> Result<i64, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_opt("select micros from chat_day where day = (now() at time zone 'utc')::date", &[])
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.unwrap_or_default())
    }

    /// The latest requests, the newest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn chat_calls(&self, limit: i64) -> Result<Vec<ChatCallRow>, DbError> {
        self.chat_calls_of(ChatCallFilter::default(), limit).await
    }

    /// The requests that a filter names, the newest first: at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn chat_calls_of(
        &self,
        filter: ChatCallFilter<'_>,
        limit: i64,
    ) -> Result<Vec<ChatCallRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select id, started_at, model, matches, estimated_micros, input_tokens, output_tokens, cost_micros,
                    duration_ms, outcome, error, accepted, faults
                from chat_call
                where ($1::text is null or outcome = $1) and ($2::text is null or model = $2) and ($3::uuid is null or id < $3)
                order by id desc limit $4",
                params![filter.outcome => TEXT, filter.model => TEXT, filter.before => UUID, limit => INT8],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(ChatCallRow {
                    id: row.try_get("id")?,
                    started_at: row.try_get("started_at")?,
                    model: row.try_get("model")?,
                    matches: row.try_get("matches")?,
                    estimated_micros: row.try_get("estimated_micros")?,
                    input_tokens: row.try_get("input_tokens")?,
                    output_tokens: row.try_get("output_tokens")?,
                    cost_micros: row.try_get("cost_micros")?,
                    duration_ms: row.try_get("duration_ms")?,
                    outcome: row.try_get("outcome")?,
                    error: row.try_get("error")?,
                    accepted: row.try_get("accepted")?,
                    faults: row.try_get("faults")?,
                })
            })
            .collect()
    }

    /// The requests of the last `days`, summed up by day and model, the latest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn chat_days(&self, days: i32) -> Result<Vec<ChatDayRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select day, model, count(*) as calls, count(*) filter (where outcome = 'failed') as failed,
                    count(*) filter (where outcome = 'started' and started_at < now() - interval '1 hour') as unended,
                    sum(matches)::bigint as matches, coalesce(sum(accepted), 0)::bigint as accepted,
                    coalesce(sum(input_tokens), 0)::bigint as input_tokens, coalesce(sum(output_tokens), 0)::bigint as output_tokens,
                    coalesce(sum(cost_micros), 0)::bigint as cost_micros,
                    percentile_cont(array[0.5, 0.95]) within group (order by duration_ms::float8)
                        filter (where duration_ms is not null) as duration_ms
                from chat_call where day > (now() at time zone 'utc')::date - $1
                group by day, model order by day desc, model",
                params![days => INT4],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let durations: Option<Vec<f64>> = row.try_get("duration_ms")?;
                Ok(ChatDayRow {
                    day: row.try_get("day")?,
                    model: row.try_get("model")?,
                    calls: row.try_get("calls")?,
                    failed: row.try_get("failed")?,
                    unended: row.try_get("unended")?,
                    matches: row.try_get("matches")?,
                    accepted: row.try_get("accepted")?,
                    input_tokens: row.try_get("input_tokens")?,
                    output_tokens: row.try_get("output_tokens")?,
                    cost_micros: row.try_get("cost_micros")?,
                    duration_ms: durations.and_then(|durations| durations.try_into().ok()),
                })
            })
            .collect()
    }

    /// Why requests of the last `days` failed, and why texts did not stand the check: each with how often, the most frequent first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn chat_faults(&self, days: i32) -> Result<Vec<(bool, String, i64)>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select true as is_error, error as name, count(*) from chat_call
                where error is not null and day > (now() at time zone 'utc')::date - $1 group by error
                union all
                select false, fault, count(*) from chat_call cross join unnest(faults) fault
                where day > (now() at time zone 'utc')::date - $1 group by fault
                order by 3 desc, 2",
                params![days => INT4],
            )
            .await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
    }
}
