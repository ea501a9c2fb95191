//! Retrieval on a Postgres of its own: that the planner keeps to the vector indexes, that what is found is what is near, and
//! that what no longer takes part is not found.

use std::collections::HashSet;
use std::time::Duration;

use cv_matching_tests::{fetched, folder};
use shared::db::Db;
use shared::db::dummy::{DummyCv, DummyJob, VECTOR_INDEXES};
use shared::db::job::NewJob;
use shared::db::rematching::{MARK_CVS_FOR_JOBS, Reach};
use shared::db::retrieval::{CVS_NEAR_JOB, JOBS_NEAR_CVS, JOBS_TO_SCORE, NearJob, SEARCH_SETTINGS};
use shared::db::similar::{CVS_NEAR_CV, JOBS_NEAR_JOB};
use shared::db::stage::{Claim, Lease};
use shared::domain::{CvId, JobId, JobText, MustHaves, Profile, RecruiterId, Requirements};
use shared::host::EmbeddedPostgres;
use tempfile::TempDir;
use uuid::Uuid;

const DIMENSIONS: usize = 384;

/// An empty database.
struct World {
    db: Db,
    _postgres: EmbeddedPostgres,
    _folder: TempDir,
}

impl World {
    async fn make() -> Self {
        let folder = folder();
        let postgres = EmbeddedPostgres::start(&fetched::postgres(), folder.path()).unwrap();
        let db = Db::new(&postgres.url(), 2).unwrap();
        db.migrate().await.unwrap();
        Self { db, _postgres: postgres, _folder: folder }
    }

    /// Inserts rows, of which each is given with the model of its vector, and builds the indexes once.
    async fn fill(&self, jobs: &[(&str, Vec<DummyJob>)], cvs: &[(&str, Vec<DummyCv>)]) {
        let client = self.db.client().await.unwrap();
        let mut definitions = Vec::new();
        for index in VECTOR_INDEXES {
            let sql = format!("select pg_get_indexdef('{index}'::regclass)");
            definitions.push(client.query_one(&sql, &[]).await.unwrap().get::<_, String>(0));
            client.batch_execute(&format!("drop index {index}")).await.unwrap();
        }
        for (model, jobs) in jobs {
            let mut rows = Some(jobs.clone());
            self.db.insert_dummy_jobs(model, false, async || rows.take()).await.unwrap();
        }
        for (model, cvs) in cvs {
            let mut rows = Some(cvs.clone());
            self.db.insert_dummy_cvs(model, false, async || rows.take()).await.unwrap();
        }
        for definition in definitions {
            client.batch_execute(&definition).await.unwrap();
        }
        client.batch_execute("analyze job_vector, cv_vector").await.unwrap();
    }

    /// The plan of a query of retrieval, with its arguments as SQL.
    async fn plan(&self, sql: &str, arguments: &str) -> String {
        let types = match (sql.contains("$2"), sql.contains("$3")) {
            (false, _) => "(ARRAY)",
            (_, false) => "(ARRAY, bigint)",
            _ => "(ARRAY, bigint, bigint)",
        };
        let array = if sql.contains("any ($1)") || sql.contains("unnest($1)") { "uuid[]" } else { "uuid" };
        let mut client = self.db.client().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        let prepare = format!("prepare planned {} as {sql}", types.replace("ARRAY", array));
        let table = if sql.contains("from job_vector") { "'job_vector'" } else { "'cv_vector'" };
        let settings = SEARCH_SETTINGS.replace("$1", table).replace("$2", "200");
        transaction.batch_execute(&format!("{settings}; {prepare}")).await.unwrap();
        let explain = format!("explain (costs off) execute planned ({arguments})");
        let rows = transaction.query(&explain, &[]).await.unwrap();
        transaction.batch_execute("deallocate planned").await.unwrap();
        rows.iter().map(|row| row.get::<_, String>(0) + "\n").collect()
    }
}

/// Numbers that look random and are the same in every run, between -1 and 1.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }

    fn vector(&mut self) -> Vec<f32> {
        (0..DIMENSIONS).map(|_| self.next()).collect()
    }

    /// Vectors in groups, so that some are near to each other.
    fn near_one_of(&mut self, centres: &[Vec<f32>]) -> Vec<f32> {
        let centre = &centres[((self.next() + 1.0) / 2.0 * centres.len() as f32) as usize % centres.len()];
        let vector: Vec<f32> = centre.iter().map(|value| value + 0.7 * self.next()).collect();
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        vector.into_iter().map(|value| value / length).collect()
    }
}

fn jobs(numbers: &mut Numbers, centres: &[Vec<f32>], count: usize) -> Vec<DummyJob> {
    let text = JobText { title: "Cook".into(), text: "Cooks.".into(), ..JobText::default() };
    let job = |number| DummyJob {
        id: Uuid::now_v7(),
        external_id: format!("{number} of {count}"),
        text: text.clone(),
        requirements: Some(Requirements::default()),
        embedding: Some(numbers.near_one_of(centres)),
    };
    (0..count).map(job).collect()
}

fn cvs(numbers: &mut Numbers, centres: &[Vec<f32>], count: usize) -> Vec<DummyCv> {
    let cv = |number| DummyCv {
        id: Uuid::now_v7(),
        candidate_id: format!("{number} of {count}"),
        text: "Cook".into(),
        profile: Profile::default(),
        embedding: Some(numbers.near_one_of(centres)),
    };
    (0..count).map(cv).collect()
}

fn distance(one: &Option<Vec<f32>>, other: &Option<Vec<f32>>) -> f32 {
    let (one, other) = (one.as_ref().unwrap(), other.as_ref().unwrap());
    1.0 - one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>()
}

/// The jobs in the order of their distance to the CV.
fn in_order(cv: &DummyCv, jobs: &[DummyJob]) -> Vec<(Uuid, f32)> {
    let mut all: Vec<(Uuid, f32)> =
        jobs.iter().map(|job| (job.id, distance(&job.embedding, &cv.embedding))).collect();
    all.sort_by(|a, b| a.1.total_cmp(&b.1));
    all
}

fn array(ids: impl Iterator<Item = Uuid>) -> String {
    format!("'{{{}}}'", ids.map(|id| id.to_string()).collect::<Vec<_>>().join(","))
}

#[tokio::test]
async fn large_tables_are_searched_by_their_vector_indexes_and_a_filter_starves_no_search() {
    let world = World::make().await;
    let mut numbers = Numbers(1);
    let centres: Vec<Vec<f32>> = (0..100).map(|_| numbers.vector()).collect();
    let (usual, rare) = (jobs(&mut numbers, &centres, 20_000), jobs(&mut numbers, &centres, 400));
    let (most, few) = (cvs(&mut numbers, &centres, 20_000), cvs(&mut numbers, &centres, 20));
    let (of_jobs, of_cvs) = (
        [("usual", usual.clone()), ("rare", rare.clone())],
        [("usual", most.clone()), ("rare", few.clone())],
    );
    world.fill(&of_jobs, &of_cvs).await;

    let one = array(most.iter().take(1).map(|cv| cv.id));
    let batch = array(most.iter().take(16).map(|cv| cv.id));
    for arguments in [format!("{one}, 10"), format!("{one}, 200"), format!("{batch}, 200")] {
        let plan = world.plan(JOBS_NEAR_CVS, &arguments).await;
        assert!(plan.contains("Index Scan using job_vector_near on job_vector"), "{plan}");
        assert!(!plan.contains("Seq Scan"), "{plan}");
    }
    let plan = world.plan(JOBS_TO_SCORE, &array(usual.iter().take(200).map(|job| job.id))).await;
    assert!(plan.contains("job_pkey") && !plan.contains("Seq Scan on job\n"), "{plan}");
    for (sql, id, table) in [
        (CVS_NEAR_JOB, usual[0].id, "cv"),
        (JOBS_NEAR_JOB, usual[0].id, "job"),
        (CVS_NEAR_CV, most[0].id, "cv"),
    ] {
        let plan = world.plan(sql, &format!("'{id}', 200")).await;
        assert!(plan.contains(&format!("Index Scan using {table}_vector_near on {table}_vector")), "{plan}");
        assert!(!plan.contains("Seq Scan"), "{plan}");
    }
    for jobs in [1, 16] {
        let arguments = format!("{}, 100, 10", array(usual.iter().take(jobs).map(|job| job.id)));
        let plan = world.plan(MARK_CVS_FOR_JOBS, &arguments).await;
        assert!(plan.contains("Index Scan using cv_vector_near on cv_vector"), "{plan}");
        // The tables of predictions are empty here.
        assert!(!plan.contains("Seq Scan on cv"), "{plan}");
    }

    // What the index finds is nearly what is nearest.
    let asked: Vec<CvId> = most.iter().take(16).map(|cv| CvId(cv.id)).collect();
    let near = world.db.jobs_near_cvs(&asked, 50).await.unwrap();
    let mut found = 0;
    for cv in most.iter().take(16) {
        let nearest: HashSet<Uuid> = in_order(cv, &usual).iter().take(50).map(|(id, _)| *id).collect();
        found += near.iter().filter(|near| near.cv.0 == cv.id && nearest.contains(&near.job.0)).count();
    }
    assert!(found * 100 >= 16 * 50 * 95, "{found} of {} were found", 16 * 50);

    // Of one job in fifty are vectors of the other model; all of what is asked for comes.
    let asked: Vec<CvId> = few.iter().map(|cv| CvId(cv.id)).collect();
    let near = world.db.jobs_near_cvs(&asked, 100).await.unwrap();
    let of_model: HashSet<Uuid> = rare.iter().map(|job| job.id).collect();
    assert!(near.iter().all(|near| of_model.contains(&near.job.0)));
    assert!(near.len() >= 20 * 95, "{} of {} came", near.len(), 20 * 100);
}

#[tokio::test]
async fn small_tables_are_searched_exactly() {
    let world = World::make().await;
    let mut numbers = Numbers(2);
    let centres: Vec<Vec<f32>> = (0..5).map(|_| numbers.vector()).collect();
    let (jobs, cvs) = (jobs(&mut numbers, &centres, 300), cvs(&mut numbers, &centres, 40));
    world.fill(&[("usual", jobs.clone())], &[("usual", cvs.clone())]).await;
    for cv in &cvs {
        let near = world.db.jobs_near_cvs(&[CvId(cv.id)], 20).await.unwrap();
        let nearest = in_order(cv, &jobs);
        assert_eq!(near.len(), 20);
        for (found, (_, exact)) in near.iter().zip(&nearest) {
            // Half precision has eleven bits: two that are equally far may change places.
            assert!((found.distance - exact).abs() < 1e-3, "{found:?} where {exact} is exact");
        }
        let all = world.db.jobs_near_cvs(&[CvId(cv.id)], 1000).await.unwrap();
        assert_eq!(all.len(), 300);
    }
    let near = world.db.cvs_near_job(JobId(jobs[0].id), 100).await.unwrap();
    assert_eq!(near.len(), 40);
    let far: Vec<f32> =
        near.iter().map(|cv| distance(&Some(cv.embedding.clone()), &jobs[0].embedding)).collect();
    assert!(far.windows(2).all(|pair| pair[0] <= pair[1] + 1e-3), "{far:?}");
}

#[tokio::test]
async fn a_job_is_found_while_it_is_open_and_embedded_and_in_a_new_version_after_a_change() {
    let world = World::make().await;
    let mut numbers = Numbers(3);
    let centre = vec![numbers.vector()];
    let cv = cvs(&mut numbers, &centre, 1);
    world.fill(&[], &[("usual", cv.clone())]).await;
    let recruiter = RecruiterId("rita".into());
    let mut job = NewJob {
        id: JobId::new(),
        external_id: Some("1".into()),
        text: JobText { title: "Cook".into(), text: "Cooks.".into(), ..JobText::default() },
        expires_at: None,
        must_haves: MustHaves::default(),
    };
    let (id, db) = (job.id, &world.db);
    let near = async || db.jobs_near_cvs(&[CvId(cv[0].id)], 10).await.unwrap();
    let embed = async |vector: &[f32]| {
        let lease = Lease::new(Duration::from_secs(60), 3);
        let claimed = db.claim_jobs_to_embed(Claim::These(&[id.0]), &lease, Some("usual")).await.unwrap();
        assert_eq!(claimed.len(), 1);
        let wanted = Requirements::default();
        assert!(db.complete_job_embedding(id, &lease, &wanted, vector, "usual").await.unwrap());
    };
    db.store_jobs(&recruiter, std::slice::from_ref(&job)).await.unwrap();
    assert_eq!(near().await, []);
    let vector = numbers.near_one_of(&centre);
    embed(&vector).await;
    let first: Vec<NearJob> = near().await;
    assert_eq!(first.len(), 1);
    let read = db.jobs_to_score(&[id]).await.unwrap();
    assert_eq!((&read[0].0, read[0].1.id), (&first[0].version, id));

    // As it is changed it goes, and comes as another one when it is embedded anew, though the vector is the same.
    job.text.location = Some("Leeds".into());
    db.store_jobs(&recruiter, std::slice::from_ref(&job)).await.unwrap();
    assert_eq!((near().await, db.jobs_to_score(&[id]).await.unwrap().len()), (vec![], 0));
    embed(&vector).await;
    let second = near().await;
    assert_eq!(second.len(), 1);
    assert_ne!(second[0].version, first[0].version);

    assert!(db.close_job(id).await.unwrap());
    assert_eq!((near().await, db.jobs_to_score(&[id]).await.unwrap().len()), (vec![], 0));

    // The same of a CV that a later version takes the place of.
    db.update_job(&job).await.unwrap();
    embed(&vector).await;
    assert_eq!(db.cvs_near_job(id, 10).await.unwrap().len(), 1);
    assert_eq!(
        db.mark_cvs_for_jobs(&[id], Reach { looked_at: 10, marked: 10 }).await.unwrap(),
        [CvId(cv[0].id)]
    );
    let client = db.client().await.unwrap();
    client.batch_execute("update cv set is_latest = false").await.unwrap();
    assert_eq!(db.cvs_near_job(id, 10).await.unwrap().len(), 0);
    assert_eq!(db.mark_cvs_for_jobs(&[id], Reach { looked_at: 10, marked: 10 }).await.unwrap(), []);
}
