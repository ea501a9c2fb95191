//! What is measured on a loaded database, always through the functions that the stages call.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use shared::db::Db;
use shared::db::rematching::{MARK_CVS_FOR_JOBS, Reach};
use shared::db::retrieval::{CVS_NEAR_JOB, JOBS_NEAR_CVS, JOBS_TO_SCORE, SEARCH_SETTINGS};
use shared::db::stage::Claim;
use shared::domain::{CvId, JobId};
use shared::pipeline::{Pipeline, UnmetMustHaves};
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::corpus::Corpus;
use crate::loading::Loaded;
use crate::report::{Percentiles, Plan, Recall, Report, Throughput, load_average};

/// Results that a person is shown.
const FEW: i64 = 10;
/// CVs that the stage matches in one query.
const BATCH: usize = 16;
/// CVs and jobs whose neighbours are compared with those of an exact search.
const EXACT: u32 = 100;
/// CVs whose matching is measured as a whole, in each round.
const MATCHED: usize = 100;

/// Measures everything, `rounds` times over the first `queries` CVs.
pub async fn measure(
    pipeline: &Pipeline,
    corpus: &Corpus,
    loaded: Loaded,
    queries: u32,
    rounds: usize,
) -> anyhow::Result<Report> {
    let db = &pipeline.db;
    let limits = &pipeline.settings.limits;
    let many = limits.retrieved_per_cv;
    let cvs: Vec<CvId> = (0..queries.min(loaded.cvs)).map(|number| CvId(corpus.cv_id(number))).collect();
    let jobs: Vec<JobId> = (0..queries.min(loaded.jobs)).map(|number| JobId(corpus.job_id(number))).collect();
    // The first round is not counted: it brings the index into memory.
    let of_cvs = |limit: i64| {
        async move |cv: &CvId| {
            db.jobs_near_cvs(&[*cv], limit).await?;
            Ok(())
        }
    };
    let jobs_near_cv = timed(&cvs, rounds, of_cvs(FEW)).await?;
    let jobs_near_cv_many = timed(&cvs, rounds, of_cvs(many)).await?;
    let reading = timed(&cvs, rounds, async |cv: &CvId| {
        let near = db.jobs_near_cvs(&[*cv], many).await?;
        let near: Vec<JobId> = near.iter().map(|near| near.job).collect();
        db.jobs_to_score(&near).await?;
        Ok(())
    })
    .await?;
    let cvs_near_job = timed(&jobs, rounds, async |job: &JobId| {
        db.cvs_near_job(*job, many).await?;
        Ok(())
    })
    .await?;
    let ranking = timed(&jobs[..jobs.len().min(MATCHED)], rounds, async |job: &JobId| {
        let row = db.job(*job).await?.ok_or_else(|| anyhow::anyhow!("a job is missing"))?;
        pipeline.rank_candidates(&row, FEW as usize, UnmetMustHaves::Filter).await?;
        Ok(())
    })
    .await?;
    let reach = Reach { looked_at: limits.rematch_looked_at, marked: limits.rematched_per_job };
    let marking = timed(&jobs, rounds, async |job: &JobId| {
        db.mark_cvs_for_jobs(&[*job], reach).await?;
        Ok(())
    })
    .await?;

    let exact = exact_neighbours(corpus, &loaded, many as usize);
    let mut recall = Recall::default();
    for (number, (jobs, cvs)) in exact.iter().enumerate() {
        let cv = CvId(corpus.cv_id(number as u32));
        let found: Vec<Uuid> = db.jobs_near_cvs(&[cv], many).await?.iter().map(|near| near.job.0).collect();
        let few: Vec<Uuid> = db.jobs_near_cvs(&[cv], FEW).await?.iter().map(|near| near.job.0).collect();
        recall.jobs_few += share_found(&jobs[..jobs.len().min(FEW as usize)], &few);
        recall.jobs_many += share_found(jobs, &found);
        let found = db.cvs_near_job(JobId(corpus.job_id(number as u32)), many).await?;
        recall.cvs_many += share_found(cvs, &found.iter().map(|cv| cv.id.0).collect::<Vec<_>>());
    }
    recall.divide(exact.len() as f64);

    let all: Vec<CvId> = (0..loaded.cvs).map(|number| CvId(corpus.cv_id(number))).collect();
    let mut throughputs = Vec::new();
    for workers in [1, 2] {
        throughputs.push(retrieval_throughput(db, &all, many, workers).await?);
    }
    let mut matching = Vec::new();
    // Fresh ones at first, so that no job is prepared yet.
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for round in 0..2 {
        let times = if round == 0 { &mut first } else { &mut again };
        set_free(db).await?;
        for cv in all.iter().take(MATCHED) {
            let started = Instant::now();
            let report = pipeline.match_cvs(Claim::These(&[cv.0])).await?;
            times.push(started.elapsed());
            anyhow::ensure!(report.completed == 1, "a CV was not matched: {report:?}");
        }
    }
    for workers in [1, 2] {
        set_free(db).await?;
        matching.push(matching_throughput(pipeline, &all, workers).await?);
    }
    Ok(Report {
        plans: plans(db, &cvs, &jobs, many, reach).await?,
        queries: cvs.len(),
        rounds,
        many,
        jobs_near_cv,
        jobs_near_cv_many,
        reading,
        cvs_near_job,
        ranking,
        marking,
        recall,
        retrieval: throughputs,
        match_first: Percentiles::of(first),
        match_again: Percentiles::of(again),
        matching,
        load_average: load_average(),
        ..Report::of(loaded)
    })
}

/// The median over the rounds of each percentile of the time that `work` takes for each item.
async fn timed<T>(
    items: &[T],
    rounds: usize,
    work: impl AsyncFn(&T) -> anyhow::Result<()>,
) -> anyhow::Result<Percentiles> {
    let mut all = Vec::new();
    for round in 0..=rounds {
        let mut times = Vec::with_capacity(items.len());
        for item in items {
            let started = Instant::now();
            work(item).await?;
            times.push(started.elapsed());
        }
        if round > 0 {
            all.push(Percentiles::of(times));
        }
    }
    Ok(Percentiles::median(&all))
}

fn share_found(wanted: &[Uuid], found: &[Uuid]) -> f64 {
    let found: HashSet<&Uuid> = found.iter().collect();
    wanted.iter().filter(|id| found.contains(id)).count() as f64 / wanted.len().max(1) as f64
}

/// For each of the first CVs the ids of its nearest jobs, and for each of the first jobs those of its nearest CVs, by the
/// single-precision vectors of all rows, nearest first.
fn exact_neighbours(corpus: &Corpus, loaded: &Loaded, many: usize) -> Vec<(Vec<Uuid>, Vec<Uuid>)> {
    let count = EXACT.min(loaded.cvs).min(loaded.jobs);
    let cvs: Vec<Vec<f32>> = (0..count).map(|number| corpus.cv_vector(number)).collect();
    let jobs: Vec<Vec<f32>> = (0..count).map(|number| corpus.job_vector(number)).collect();
    let near_cvs = crate::corpus::nearest(&cvs, loaded.jobs, many, |number| corpus.job_vector(number));
    let near_jobs = crate::corpus::nearest(&jobs, loaded.cvs, many, |number| corpus.cv_vector(number));
    let ids = |near: Vec<(u32, f32)>, id: &dyn Fn(u32) -> Uuid| near.iter().map(|(n, _)| id(*n)).collect();
    near_cvs
        .into_iter()
        .zip(near_jobs)
        .map(|(jobs, cvs)| (ids(jobs, &|n| corpus.job_id(n)), ids(cvs, &|n| corpus.cv_id(n))))
        .collect()
}

/// CVs a second through the stage's query, in its batches, at so many at a time.
async fn retrieval_throughput(
    db: &Db,
    cvs: &[CvId],
    limit: i64,
    workers: usize,
) -> anyhow::Result<Throughput> {
    let batches: Vec<Vec<CvId>> = cvs.chunks(BATCH).map(<[CvId]>::to_vec).collect();
    let started = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for worker in 0..workers {
        let mine: Vec<Vec<CvId>> = batches.iter().skip(worker).step_by(workers).cloned().collect();
        let db = db.clone();
        running.spawn(async move {
            for batch in mine {
                db.jobs_near_cvs(&batch, limit).await?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while let Some(done) = running.join_next().await {
        done??;
    }
    Ok(Throughput { workers, per_second: cvs.len() as f64 / started.elapsed().as_secs_f64() })
}

/// CVs a second through the whole stage, predictions written.
async fn matching_throughput(
    pipeline: &Pipeline,
    cvs: &[CvId],
    workers: usize,
) -> anyhow::Result<Throughput> {
    let started = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for worker in 0..workers {
        let mine: Vec<Uuid> = cvs.iter().skip(worker).step_by(workers).map(|cv| cv.0).collect();
        let pipeline = pipeline.clone();
        running.spawn(async move {
            let mut completed = 0;
            for batch in mine.chunks(BATCH) {
                completed += pipeline.match_cvs(Claim::These(batch)).await?.completed;
            }
            Ok::<_, anyhow::Error>(completed)
        });
    }
    let mut completed = 0;
    while let Some(done) = running.join_next().await {
        completed += done??;
    }
    anyhow::ensure!(completed == cvs.len(), "{completed} of {} CVs were matched", cvs.len());
    Ok(Throughput { workers, per_second: completed as f64 / started.elapsed().as_secs_f64() })
}

/// Has every CV wait to be matched.
async fn set_free(db: &Db) -> anyhow::Result<()> {
    let client = db.client().await?;
    client
        .batch_execute(
            "update cv set matching_status = 'pending', matching_attempts = 0, matching_next_attempt_at = now();
            delete from prediction",
        )
        .await?;
    client.batch_execute("vacuum analyze cv").await?;
    Ok(())
}

/// The plans that Postgres chose, by the names of the indexes in them.
async fn plans(db: &Db, cvs: &[CvId], jobs: &[JobId], many: i64, reach: Reach) -> anyhow::Result<Vec<Plan>> {
    let one: Vec<Uuid> = cvs.iter().take(1).map(|cv| cv.0).collect();
    let batch: Vec<Uuid> = cvs.iter().take(BATCH).map(|cv| cv.0).collect();
    let read: Vec<Uuid> = jobs.iter().take(many as usize).map(|job| job.0).collect();
    let job = jobs[0].0;
    let asked: Vec<Uuid> = vec![job];
    type Parameters<'a> = Vec<(&'a (dyn ToSql + Sync), Type)>;
    let queries: [(&'static str, &str, &str, Parameters<'_>); 5] = [
        (
            "jobs near one CV",
            "job_vector",
            JOBS_NEAR_CVS,
            vec![(&one, Type::UUID_ARRAY), (&many, Type::INT8)],
        ),
        (
            "jobs near a batch of CVs",
            "job_vector",
            JOBS_NEAR_CVS,
            vec![(&batch, Type::UUID_ARRAY), (&many, Type::INT8)],
        ),
        ("jobs to score", "job_vector", JOBS_TO_SCORE, vec![(&read, Type::UUID_ARRAY)]),
        ("CVs near a job", "cv_vector", CVS_NEAR_JOB, vec![(&job, Type::UUID), (&many, Type::INT8)]),
        (
            "CVs that a new job marks",
            "cv_vector",
            MARK_CVS_FOR_JOBS,
            vec![(&asked, Type::UUID_ARRAY), (&reach.looked_at, Type::INT8), (&reach.marked, Type::INT8)],
        ),
    ];
    let mut plans = Vec::new();
    for (name, table, sql, parameters) in queries {
        let mut client = db.client().await?;
        let transaction = client.transaction().await?;
        transaction.query_typed(SEARCH_SETTINGS, &[(&table, Type::TEXT), (&many, Type::INT8)]).await?;
        let rows = transaction.query_typed(&format!("explain (costs off) {sql}"), &parameters).await?;
        let lines: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        let scans =
            lines.iter().filter_map(|line| line.trim().trim_start_matches("->").trim().split_once(" on "));
        let scans = scans.filter(|(kind, _)| kind.contains("Scan") && !kind.starts_with("CTE"));
        plans.push(Plan { query: name, scans: scans.map(|(kind, on)| format!("{kind} on {on}")).collect() });
    }
    Ok(plans)
}

/// A share of a second in milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
