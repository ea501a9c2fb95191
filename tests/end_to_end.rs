//! The whole way of CVs and jobs through the built program, over HTTP, twice: on embedded parts, and on S3, SQS, Redis and an
//! outside Postgres.

use std::path::Path;

use cv_matching_tests::outside::Outside;
use cv_matching_tests::{Server, folder, occupations, sample_cvs};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::auth::Role;
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
    let pages =
        ["/", "/api.js", "/app.js", "/style.css", "/experiments.html", "/experiments.js", "/experiments.css"];
    for path in pages.into_iter().chain(["/api/docs/", "/healthz", "/readyz"]) {
        let answer = server.client().get(format!("{}{path}", server.url)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
}

async fn everything(server: &Server) {
    every_sample_cv_gets_explained_jobs_of_its_occupation(server).await;
    nobody_sees_what_is_anothers(server).await;
    a_new_job_reaches_a_cv_and_a_closed_one_leaves_it_at_once(server).await;
    a_broken_file_fails_alone_and_says_why(server).await;
    the_same_key_gives_the_same_cv(server).await;
    a_large_file_comes_through_a_promised_upload(server).await;
    an_erased_candidate_leaves_nothing(server).await;
    the_operator_sees_how_well_cvs_were_read(server).await;
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
