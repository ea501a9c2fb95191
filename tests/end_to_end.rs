//! The whole way of CVs and jobs through the built program, over HTTP, twice: on embedded parts, and on S3, SQS, Redis and an
//! outside Postgres.

use std::path::Path;

use cv_matching_tests::outside::Outside;
use cv_matching_tests::{Server, folder, occupations, sample_cvs};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::auth::Role;
use shared::queue::QueueName;
use tempfile::TempDir;

const NURSE: &str = "Registered nurse for our intensive care ward. Venepuncture, wound care, medication administration, ECG. \
    NMC registration and two years of experience on an acute ward are required.";

/// The program with the parts that it runs on.
struct World {
    server: Server,
    _parts: Option<Outside>,
    _folder: Option<TempDir>,
}

/// Everything in the one process.
fn embedded() -> World {
    let folder = folder();
    let server = Server::start(folder.path(), &[], Some(Path::new("samples/jobs.ndjson")));
    World { server, _parts: None, _folder: Some(folder) }
}

/// S3 and SQS (LocalStack), Redis and a Postgres outside, as `scripts/test.sh` starts them.
async fn outside() -> World {
    let parts = Outside::make().await;
    let server =
        Server::start(parts.folder.path(), &parts.variables(), Some(Path::new("samples/jobs.ndjson")));
    World { server, _parts: Some(parts), _folder: None }
}

async fn every_sample_cv_gets_explained_jobs_of_its_occupation(server: &Server) {
    let occupations = occupations();
    let mut uploaded = Vec::new();
    for (file, wanted) in sample_cvs() {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let id = server.upload_cv(&name, &name, std::fs::read(&file).unwrap()).await;
        uploaded.push((name, id, wanted));
    }
    for (name, id, wanted) in uploaded {
        let answer = server.recommendations(&name, &id).await;
        assert_eq!(answer["status"], "completed", "{name}: {answer}");
        let all = answer["recommendations"].as_array().unwrap();
        assert!(all.len() >= 5 && answer["count"] == all.len(), "{name}: {answer}");
        let word = |match_: &Value, key: &str| match_[key].as_str().unwrap_or_default().to_owned();
        let occupation = &occupations[&(word(&all[0], "title"), word(&all[0], "company"))];
        assert!(wanted.contains(occupation), "{name} is {wanted:?}, its first job is {occupation}");
        let scores: Vec<f64> = all.iter().map(|one| one["score"].as_f64().unwrap()).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "{name}: {scores:?}");
        for one in all {
            assert!(!word(&one["explanation"], "summary").is_empty(), "{name}: {one}");
            let shares: f64 =
                one["parts"].as_array().unwrap().iter().map(|part| part["weight"].as_f64().unwrap()).sum();
            assert!((shares - 1.0).abs() < 1e-3, "{name}: the shares of the parts add up to {shares}");
        }
        let cv = server.get(&name, &format!("/api/candidate/cvs/{id}")).await;
        assert_eq!(cv["status"], "completed", "{cv}");
        assert!(cv["profile"]["basics"]["name"].is_string(), "{name}: no name was read");
    }
}

async fn nobody_sees_what_is_anothers(server: &Server) {
    let (file, _) = sample_cvs().swap_remove(0);
    let id = server.upload_cv("ann", "cv", std::fs::read(file).unwrap()).await;
    for path in [format!("/api/candidate/cvs/{id}"), format!("/api/candidate/recommendations?cv_id={id}")] {
        let answer = server.send_as("bob", &[Role::Candidate], Method::GET, &path, None).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    let job = server.post_job("rita", "Registered Nurse", NURSE).await;
    let path = format!("/api/jobs/{job}/candidates");
    let other = server.send_as("rob", &[Role::Recruiter], Method::GET, &path, None).await;
    assert!([StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&other.status()), "{}", other.status());
    let candidate = server.send_as("ann", &[Role::Candidate], Method::GET, &path, None).await;
    assert_eq!(candidate.status(), StatusCode::FORBIDDEN);
    let nobody = server.client().get(format!("{}/api/candidate/cvs", server.url)).send().await.unwrap();
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
}

async fn a_new_job_reaches_a_cv_and_a_closed_one_leaves_it_at_once(server: &Server) {
    let file = cv_matching_tests::checkout().join("samples/cvs/amara-okafor-registered-nurse.pdf");
    let id = server.upload_cv("nina", "cv.pdf", std::fs::read(file).unwrap()).await;
    server.recommendations("nina", &id).await;
    let job = server.post_job("rita", "Registered Nurse, Acute Medicine", NURSE).await;
    let shown = |answer: &Value| {
        answer["recommendations"].as_array().unwrap().iter().any(|one| one["job_id"] == *job)
    };
    let answer = server
        .recommendations_when("nina", &id, |answer| answer["status"] == "completed" && shown(answer))
        .await;

    let one = answer["recommendations"].as_array().unwrap().iter().find(|one| one["job_id"] == *job).unwrap();
    let interaction = json!({ "match_id": one["match_id"], "kind": "apply" });
    let recorded =
        server.send("nina", Method::POST, "/api/candidate/interactions", Some(interaction.clone())).await;
    assert_eq!(recorded.status(), StatusCode::CREATED);
    let foreign = server.send("bob", Method::POST, "/api/candidate/interactions", Some(interaction)).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);

    let ranked = server.get("rita", &format!("/api/jobs/{job}/candidates?limit=50")).await;
    let applicant = ranked["candidates"].as_array().unwrap().iter().find(|one| one["cv_id"] == *id);
    let applicant = applicant.unwrap_or_else(|| panic!("the applicant is not ranked: {ranked}"));
    assert_eq!(applicant["contact"]["name"], "Amara Okafor");
    for other in ranked["candidates"].as_array().unwrap().iter().filter(|one| one["cv_id"] != *id) {
        assert!(other.get("contact").is_none(), "contact of somebody who did not apply: {other}");
    }

    let closed = server.send("rita", Method::DELETE, &format!("/api/jobs/{job}"), None).await;
    assert!(closed.status().is_success(), "{}", closed.status());
    let answer = server.get("nina", &format!("/api/candidate/recommendations?cv_id={id}&limit=100")).await;
    assert!(!shown(&answer), "a closed job is still recommended");
}

async fn conditions_are_checked_when_posted_and_shown_on_both_sides(server: &Server) {
    let text = "Tess Moor\nLorry Driver\n\nExperience\nLorry Driver, Aire Haulage, 2019 - 2024\n- Deliveries in Yorkshire\n\n\
        Licences\nDriving licence: C\n";
    let cv = server.upload_cv("tess", "cv.txt", text.into()).await;
    server.recommendations("tess", &cv).await;
    let posting = |class: &str| {
        json!({ "title": "Lorry Driver", "text": "Deliveries with our lorries, every day, in Yorkshire.",
        "must_haves": { "driving_licences": [class], "right_to_work": ["GB"] } })
    };
    let wrong = server.send("rita", Method::POST, "/api/jobs", Some(posting("Z"))).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = wrong.json().await.unwrap();
    assert_eq!(problem["errors"][0]["field"], "must_haves.driving_licences[0]", "{problem}");
    let mut ids = Vec::new();
    for class in ["C", "CE"] {
        let posted: Value =
            server.send("rita", Method::POST, "/api/jobs", Some(posting(class))).await.json().await.unwrap();
        assert_eq!(posted["must_haves"]["driving_licences"], json!([class]), "{posted}");
        ids.push(posted["id"].as_str().unwrap().to_owned());
    }
    let has = |list: &Value, key: &str, id: &str| {
        list.as_array().is_some_and(|all| all.iter().any(|one| one[key] == *id))
    };
    let answer = server
        .recommendations_when("tess", &cv, |answer| {
            answer["status"] == "completed"
                && has(&answer["recommendations"], "job_id", &ids[0])
                && has(&answer["left_out"], "job_id", &ids[1])
        })
        .await;
    assert!(!has(&answer["recommendations"], "job_id", &ids[1]), "{answer}");
    let all = answer["recommendations"].as_array().unwrap();
    let checks = &all.iter().find(|one| one["job_id"] == *ids[0]).unwrap()["must_haves"];
    assert_eq!(
        (&checks[0]["outcome"], &checks[1]["outcome"]),
        (&json!("met"), &json!("unknown")),
        "{checks}"
    );
    assert_eq!(checks[0]["evidence"]["quote"], "Driving licence: C");
    let ranked = server.get("rita", &format!("/api/jobs/{}/candidates?limit=100", ids[1])).await;
    assert!(has(&ranked["left_out"], "cv_id", &cv) && !has(&ranked["candidates"], "cv_id", &cv), "{ranked}");
    let shown =
        server.get("rita", &format!("/api/jobs/{}/candidates?limit=100&must_haves=show", ids[1])).await;
    assert!(has(&shown["candidates"], "cv_id", &cv), "{shown}");
    for id in ids {
        server.send("rita", Method::DELETE, &format!("/api/jobs/{id}"), None).await;
    }
}

async fn jobs_like_a_job_and_cvs_like_a_cv_are_found(server: &Server) {
    let file = cv_matching_tests::checkout().join("samples/cvs/amara-okafor-registered-nurse.pdf");
    let content = std::fs::read(file).unwrap();
    let (one, other) = (
        server.upload_cv("like-1", "cv.pdf", content.clone()).await,
        server.upload_cv("like-2", "cv.pdf", content).await,
    );
    server.recommendations("like-1", &one).await;
    server.recommendations("like-2", &other).await;
    let job = server.post_job("rita", "Registered Nurse", NURSE).await;
    let path = format!("/api/jobs/{job}/similar?limit=5");
    let until = std::time::Instant::now() + cv_matching_tests::PATIENCE;
    while server.get("like-1", &path).await["status"] != "completed" {
        assert!(std::time::Instant::now() < until, "the job is not embedded");
    }
    let like = format!("/api/jobs/{job}/candidates/{one}/similar?limit=100");
    let found = server.get("rita", &like).await;
    let all = found["candidates"].as_array().unwrap();
    assert!(all[0]["score"].as_f64().unwrap() > 70.0 && all.iter().all(|cv| cv["cv_id"] != *one), "{found}");
    assert!(all.iter().any(|cv| cv["cv_id"] == *other), "{found}");
    assert!(all.iter().all(|cv| cv.get("contact").is_none() && !cv.to_string().contains("Amara")), "{found}");
    let candidate = server.send_as("like-1", &[Role::Candidate], Method::GET, &like, None).await;
    assert_eq!(candidate.status(), StatusCode::FORBIDDEN);
    let rob = server.send_as("rob", &[Role::Recruiter], Method::GET, &like, None).await;
    assert!(rob.status().is_client_error(), "{}", rob.status());

    // Who comes too late is offered others, and not told what the closed one said.
    server.send("rita", Method::DELETE, &format!("/api/jobs/{job}"), None).await;
    let late = server.send_as("like-1", &[Role::Candidate], Method::GET, &path, None).await;
    assert_eq!(late.status(), StatusCode::OK);
    let late: Value = late.json().await.unwrap();
    let jobs = late["jobs"].as_array().unwrap();
    assert!(jobs.len() == 5 && jobs.iter().all(|one| one["job_id"] != *job), "{late}");
    assert!(jobs[0]["title"].as_str().unwrap().to_lowercase().contains("nurse"), "{late}");
    let sources: Vec<&Value> = jobs
        .iter()
        .flat_map(|one| one["parts"].as_array().unwrap())
        .flat_map(|part| part["evidence"].as_array().into_iter().flatten())
        .map(|evidence| &evidence["source"])
        .collect();
    assert!(!sources.is_empty() && sources.iter().all(|source| **source == "other"), "{late}");
}

async fn a_broken_file_fails_alone_and_says_why(server: &Server) {
    let broken = server.upload_cv("kim", "broken.pdf", b"%PDF-1.7\nthis is no document".to_vec()).await;
    let good = server
        .upload_cv("kim", "cv.txt", b"Kim Lee\nChef\n\nExperience\nChef, Blue Inn, 2019 - 2022\n".to_vec())
        .await;
    let answer = server.recommendations("kim", &broken).await;
    assert_eq!(answer["status"], "failed");
    assert!(answer["failure"]["message"].as_str().unwrap().contains("damaged"), "{answer}");
    assert_eq!(server.recommendations("kim", &good).await["status"], "completed");
    let (status, problem) =
        server.upload("kim", "photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0".to_vec(), None).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{problem}");
    let (status, _) = server.upload("kim", "empty.pdf", Vec::new(), None).await;
    assert!(status.is_client_error(), "{status}");
}

async fn the_same_key_gives_the_same_cv(server: &Server) {
    let text = || b"Pat Doe\nPlumber\n\nSkills\nplumbing, soldering\n".to_vec();
    let (_, first) = server.upload("pat", "cv.txt", text(), Some("key-1")).await;
    let (status, again) = server.upload("pat", "cv.txt", text(), Some("key-1")).await;
    assert_eq!((status, &again["cv_id"]), (StatusCode::ACCEPTED, &first["cv_id"]));
    let (status, _) = server.upload("pat", "cv.txt", b"Another CV of Pat Doe".to_vec(), Some("key-1")).await;
    assert!(status.is_client_error(), "{status}");
    let cvs = server.get("pat", "/api/candidate/cvs").await;
    assert_eq!(cvs["cvs"].as_array().unwrap().len(), 1, "{cvs}");
}

async fn a_large_file_comes_through_a_promised_upload(server: &Server) {
    let asked = json!({ "file_name": "big.txt" });
    let promised = server.send("lou", Method::POST, "/api/candidate/uploads", Some(asked)).await;
    assert_eq!(promised.status(), StatusCode::CREATED);
    let promised: Value = promised.json().await.unwrap();
    let id = promised["cv_id"].as_str().unwrap();
    let mut form = Form::new();
    for (name, value) in promised["upload"]["fields"].as_object().unwrap() {
        form = form.text(name.clone(), value.as_str().unwrap().to_owned());
    }
    let content = "Lou Ray\nBaker\n\nExperience\nBaker, Corner Bakery, 2018 - 2021\n".to_owned();
    let form = form.part("file", Part::bytes(content.into_bytes()).file_name("big.txt"));
    let url = promised["upload"]["url"].as_str().unwrap();
    let (url, own) =
        if url.starts_with('/') { (format!("{}{url}", server.url), true) } else { (url.to_owned(), false) };
    let mut request = server.client().post(url).multipart(form);
    if own {
        request = request.bearer_auth(cv_matching_tests::token("lou", &[Role::Candidate]));
    }
    let sent = request.send().await.unwrap();
    assert!(sent.status().is_success(), "{}", sent.status());
    let complete = format!("/api/candidate/uploads/{id}/complete");
    let accepted = server.send("lou", Method::POST, &complete, None).await;
    assert!(accepted.status().is_success(), "{} {}", accepted.status(), accepted.text().await.unwrap());
    assert_eq!(server.recommendations("lou", id).await["status"], "completed");
}

async fn an_erased_candidate_leaves_nothing(server: &Server) {
    let id = server.upload_cv("eve", "cv.txt", b"Eve Roe\nWelder\n\nSkills\nwelding\n".to_vec()).await;
    server.recommendations("eve", &id).await;
    let held = server.get("eve", "/api/candidate/data").await;
    assert!(held.to_string().contains("Eve Roe"), "{held}");
    let erased = server.send("eve", Method::DELETE, "/api/candidate/data", None).await;
    assert!(erased.status().is_success());
    let held = server.get("eve", "/api/candidate/data").await.to_string();
    assert!(!held.contains("Eve Roe") && !held.contains(&id), "{held}");
    let gone =
        server.send("eve", Method::GET, &format!("/api/candidate/recommendations?cv_id={id}"), None).await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
}

async fn the_operator_sees_how_well_cvs_were_read(server: &Server) {
    let path = "/api/admin/parsing_quality?days=1&sample=1000";
    let quality = server.get("op", path).await;
    let all = &quality["all"];
    assert!(all["cvs"].as_u64().unwrap() >= 18 && all["completeness"].as_f64().unwrap() > 0.7, "{quality}");
    assert!(quality["by_format"]["application/pdf"]["cvs"].as_u64().unwrap() > 5, "{quality}");
    assert!(quality["by_columns"]["2"]["cvs"].as_u64().unwrap() >= 1, "{quality}");
    assert_eq!(quality["failed_by_reason"]["damaged"], 1, "{quality}");
    assert_eq!(quality["history"].as_array().unwrap().len(), 0, "{quality}");
    let again = server.get("op", path).await;
    assert_eq!(again["history"][0]["release"], quality["release"], "{again}");
    let text = again.to_string();
    assert!(!text.contains("Amara") && !text.contains('@'), "content of a CV: {text}");
    let candidate = server.send_as("ann", &[Role::Candidate], Method::GET, path, None).await;
    assert_eq!(candidate.status(), StatusCode::FORBIDDEN);
}

async fn the_parts_are_well_and_the_api_describes_itself(server: &Server) {
    let health = server.get("op", "/api/admin/system_health").await;
    assert_eq!(health["status"], "ok", "{health}");
    let document: Value = server
        .client()
        .get(format!("{}/api/openapi.json", server.url))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(document["paths"]["/api/candidate/upload_and_parse"]["post"].is_object());
    let pages = ["/", "/recruiter.html", "/experiments.html", "/operating.html"];
    let files = [
        "/api.js",
        "/app.js",
        "/matches.js",
        "/recruiter.js",
        "/experiments.js",
        "/style.css",
        "/experiments.css",
        "/operating.css",
        "/operating/main.js",
    ];
    for path in pages.into_iter().chain(files).chain(["/api/docs/", "/healthz", "/readyz"]) {
        let answer = server.client().get(format!("{}{path}", server.url)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
}

async fn every_queue_takes_a_test_to_its_function_and_back(server: &Server) {
    let post = async |path: &str| server.send("op", Method::POST, path, None).await;
    for queue in QueueName::ALL {
        let answer = server.tested_queue(queue.as_str()).await;
        assert_eq!(
            (&answer["queue"], &answer["host"]),
            (&json!(queue.as_str()), &json!("in_process")),
            "{answer}"
        );
        let milliseconds = |name: &str| answer["milliseconds"][name].as_f64().unwrap();
        assert!(milliseconds("to_function") >= 0.0 && milliseconds("answering") >= 0.0, "{answer}");
        assert!(milliseconds("there_and_back") >= milliseconds("to_function"), "{answer}");
    }
    let older: Value = post("/api/admin/test_celery?timeout=25").await.json().await.unwrap();
    assert_eq!(older["queue"], "cv-parse", "{older}");
    assert_eq!(post("/api/admin/test_queue?queue=none").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(post("/api/admin/test_queue?timeout=26").await.status(), StatusCode::BAD_REQUEST);
    let path = "/api/admin/test_queue";
    let candidate = server.send_as("ann", &[Role::Candidate], Method::POST, path, None).await;
    assert_eq!(candidate.status(), StatusCode::FORBIDDEN);
}

async fn dead_letters_are_counted_and_nothing_is_done_to_another_number_of_them(server: &Server) {
    let all = server.get("op", "/api/admin/dead_letters").await;
    let dead: Vec<&Value> = all["queues"].as_array().unwrap().iter().map(|queue| &queue["dead"]).collect();
    assert_eq!(dead, [0; QueueName::ALL.len()], "{all}");
    let path = "/api/admin/dead_letters/cv-match";
    let listed = server.get("op", path).await;
    assert_eq!((&listed["total"], &listed["dead_letters"]), (&json!(0), &json!([])), "{listed}");
    let post = async |body: Value| {
        let answer = server.send("op", Method::POST, path, Some(body)).await;
        (answer.status(), answer.json::<Value>().await.unwrap())
    };
    let (status, answer) = post(json!({ "action": "redrive" })).await;
    assert_eq!((status, &answer["dry_run"], &answer["count"]), (StatusCode::OK, &json!(true), &json!(0)));
    let (status, answer) = post(json!({ "action": "drop", "dry_run": false })).await;
    assert_eq!(
        (status, &answer["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("expected_count"))
    );
    let (status, answer) = post(json!({ "action": "drop", "dry_run": false, "expected_count": 2 })).await;
    assert_eq!((status, &answer["errors"][0]["message"]), (StatusCode::CONFLICT, &json!("is 0 now")));
    let (status, _) = post(json!({ "action": "burn" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let none = server.send("op", Method::GET, "/api/admin/dead_letters/none", None).await;
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
}

async fn everything(server: &Server) {
    every_sample_cv_gets_explained_jobs_of_its_occupation(server).await;
    nobody_sees_what_is_anothers(server).await;
    a_new_job_reaches_a_cv_and_a_closed_one_leaves_it_at_once(server).await;
    conditions_are_checked_when_posted_and_shown_on_both_sides(server).await;
    jobs_like_a_job_and_cvs_like_a_cv_are_found(server).await;
    a_broken_file_fails_alone_and_says_why(server).await;
    the_same_key_gives_the_same_cv(server).await;
    a_large_file_comes_through_a_promised_upload(server).await;
    an_erased_candidate_leaves_nothing(server).await;
    the_operator_sees_how_well_cvs_were_read(server).await;
    every_queue_takes_a_test_to_its_function_and_back(server).await;
    dead_letters_are_counted_and_nothing_is_done_to_another_number_of_them(server).await;
    the_parts_are_well_and_the_api_describes_itself(server).await;
}

#[tokio::test]
async fn the_whole_way_works_on_embedded_parts() {
    let world = embedded();
    everything(&world.server).await;
    assert!(world.server.stop().success());
}

#[tokio::test]
async fn the_whole_way_works_on_s3_sqs_redis_and_an_outside_postgres() {
    let world = outside().await;
    everything(&world.server).await;
    assert!(world.server.stop().success());
}
