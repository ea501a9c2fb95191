//! The life of the one process: it ends cleanly, survives kills, keeps its data, and does without a dead Redis.

use std::path::Path;
use std::process::Command;

use cv_matching_tests::{Server, checkout, folder, program};
use serde_json::Value;

fn cv(number: usize) -> Vec<u8> {
    format!(
        "Person Number{number}\nElectrician\nperson{number}@example.com\n\nExperience\nElectrician, Spark {number} Ltd\n01/2018 - 12/2022\n\
        - Installed and tested wiring, found faults, PLC.\n\nSkills\nelectrical installation, fault finding, wiring\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn two_hundred_uploads_survive_a_kill_in_their_middle_and_complete_exactly_once() {
    let folder = folder();
    let jobs = Path::new("samples/jobs.ndjson");
    let server = Server::start(folder.path(), &[], Some(jobs));
    let mut accepted: Vec<(String, String)> = Vec::new();
    for number in 0..200 {
        let sub = format!("person-{number}");
        accepted.push((sub.clone(), server.upload_cv(&sub, "cv.txt", cv(number)).await));
    }
    // Some are done, some at work, most still wait.
    server.kill();
    let server = Server::start(folder.path(), &[], Some(jobs));
    for (sub, id) in &accepted {
        let answer = server.recommendations(sub, id).await;
        assert_eq!(answer["status"], "completed", "{answer}");
        assert!(answer["count"].as_u64().unwrap() > 0);
        let held = server.get(sub, "/api/candidate/data").await;
        let count = |what: &str| held[what].as_array().unwrap_or_else(|| panic!("no {what} in {held}")).len();
        assert_eq!((count("cvs"), count("predictions")), (1, 1), "{sub} was worked on more than once");
    }
    assert!(server.stop().success());
}

#[tokio::test]
async fn a_stopped_process_leaves_nothing_running_and_the_next_finds_its_data() {
    let folder = folder();
    let server = Server::start(folder.path(), &[], None);
    let id = server.upload_cv("ada", "cv.txt", cv(1)).await;
    server.recommendations("ada", &id).await;
    // Two run side by side on folders of their own; a second one on the same folder is refused.
    let second = Command::new(program())
        .args(["serve"])
        .env("DATA_DIR", folder.path())
        .env("PORT", "0")
        .current_dir(checkout())
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("is in use by another process"));
    let other = cv_matching_tests::folder();
    let beside = Server::start(other.path(), &[], None);
    assert!(beside.stop().success());

    assert!(server.stop().success());
    assert!(!folder.path().join("postgres/data/postmaster.pid").exists(), "the database was left running");
    let server = Server::start(folder.path(), &[], None);
    let cvs = server.get("ada", "/api/candidate/cvs").await;
    assert_eq!(cvs["cvs"][0]["cv_id"], Value::String(id));
}

#[tokio::test]
async fn a_dead_redis_breaks_nothing() {
    let folder = folder();
    // Nothing listens on port 9 of this machine.
    let server = Server::start(folder.path(), &[("REDIS_URL", "redis://127.0.0.1:9")], None);
    let id = server.upload_cv("red", "cv.txt", cv(1)).await;
    assert_eq!(server.recommendations("red", &id).await["status"], "completed");
    let health = server.get("op", "/api/admin/system_health").await;
    assert_eq!(health["status"], "degraded", "{health}");
}

#[test]
fn a_wrong_setting_stops_the_start_and_names_itself() {
    let output = Command::new(program()).arg("serve").env("MATCHES_PER_CV", "many").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("MATCHES_PER_CV"));
}
