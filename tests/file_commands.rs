//! The commands that read and write files, as scripts call them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use cv_matching_tests::{checkout, folder, program};
use serde_json::{Value, json};

fn run(arguments: &[&str]) -> Output {
    Command::new(program())
        .args(arguments)
        .current_dir(checkout())
        .output()
        .expect("the program is built: run `make test`")
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn write(folder: &Path, name: &str, values: &[Value]) -> String {
    let path = folder.join(name);
    let text: String = values.iter().map(|value| format!("{value}\n")).collect();
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

const CVS: [&str; 2] =
    ["samples/cvs/declan-murphy-electrician.pdf", "samples/cvs/rhys-llewellyn-account-manager.docx"];

#[test]
fn parse_goes_on_after_a_broken_file_and_exits_1() {
    let folder = folder();
    let broken = folder.path().join("broken.pdf");
    fs::write(&broken, "%PDF-1.4 nothing").unwrap();
    let output = run(&["parse", CVS[0], broken.to_str().unwrap(), CVS[1]]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["profile"]["basics"]["name"], "Declan Murphy");
    assert_eq!(lines[0]["file"], CVS[0]);
    assert_eq!(lines[1]["error"]["kind"], "damaged");
    assert_eq!(lines[2]["profile"]["basics"]["name"], "Rhys Llewellyn");
    assert_eq!(run(&["parse", CVS[0]]).status.code(), Some(0));
}

#[test]
fn rank_gives_the_best_jobs_for_cvs_and_the_best_cvs_for_jobs() {
    let folder = folder();
    let path = |cv: &str| checkout().join(cv);
    let cvs = write(
        folder.path(),
        "cvs",
        &[
            json!({ "id": 1, "path": path(CVS[0]) }),
            json!({ "id": "sales", "path": path(CVS[1]) }),
            json!({ "id": "text", "text": "Chef\n\nExperience\nSous chef, Harbour Grill, 2018 - 2022\n\nSkills\ncooking, HACCP" }),
        ],
    );
    let jobs = write(
        folder.path(),
        "jobs",
        &[
            json!({ "id": "e", "title": "Electrician", "text": "Install and test wiring in homes. Fault finding." }),
            json!({ "id": "c", "title": "Chef", "text": "Cook for 100 guests. HACCP and menu planning." }),
            json!({ "id": "a", "title": "Account Manager", "text": "Look after key customers, negotiate, Salesforce." }),
        ],
    );
    let output = run(&["rank", "--cvs", &cvs, "--jobs", &jobs, "-k", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let ranked = lines(&output);
    let first = |line: &Value, key: &str| {
        (line["results"].as_array().unwrap().len(), line["results"][0][key].clone())
    };
    assert_eq!(ranked[0]["cv_id"], 1);
    assert_eq!(first(&ranked[0], "job_id"), (2, json!("e")));
    assert_eq!(first(&ranked[1], "job_id"), (2, json!("a")));
    assert_eq!(first(&ranked[2], "job_id"), (2, json!("c")));
    let output = run(&["rank", "--cvs", &cvs, "--jobs", &jobs, "-k", "1", "--direction", "cvs-for-job"]);
    let ranked = lines(&output);
    assert_eq!(ranked[0]["job_id"], "e");
    assert_eq!(first(&ranked[0], "cv_id"), (1, json!(1)));
    assert_eq!(first(&ranked[1], "cv_id"), (1, json!("text")));
}

#[test]
fn score_is_between_0_and_100_and_higher_for_the_right_field() {
    let folder = folder();
    let cv = "Staff nurse\n\nExperience\nStaff Nurse, City Hospital, 2018 - 2023\n\nSkills\nwound care, venepuncture";
    let pairs = write(
        folder.path(),
        "pairs",
        &[
            json!({ "id": 1, "cv_text": cv, "job_title": "Registered Nurse", "job_text": "Wound care and venepuncture on our ward." }),
            json!({ "id": 2, "cv_text": cv, "job_title": "Lorry Driver", "job_text": "Drive lorries across the country at night." }),
        ],
    );
    let output = run(&["score", "--pairs", &pairs]);
    let scores: Vec<f64> = lines(&output).iter().map(|line| line["score"].as_f64().unwrap()).collect();
    assert!(scores[0] > 70.0 && scores[0] <= 100.0 && scores[1] < 40.0 && scores[1] >= 0.0, "{scores:?}");
    assert!(lines(&output)[0]["parts"].as_array().unwrap().len() >= 4);
}

#[test]
fn skills_have_offsets_in_code_points() {
    let folder = folder();
    let text = "Müller spricht über Python und Kubernetes";
    let file = write(folder.path(), "texts", &[json!({ "id": "a", "text": text })]);
    let line = &lines(&run(&["skills", &file]))[0];
    let skills = line["skills"].as_array().unwrap();
    let python = skills.iter().find(|skill| skill["name"] == "Python").expect("Python is found");
    let (start, end) = (python["start"].as_u64().unwrap() as usize, python["end"].as_u64().unwrap() as usize);
    assert_eq!(text.chars().skip(start).take(end - start).collect::<String>(), "Python");
}

#[test]
fn match_prints_jobs_of_the_right_occupation_with_reasons() {
    let output = run(&["match", CVS[0], "-k", "2"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.lines().next().unwrap().to_lowercase().contains("electric"), "{text}");
    assert!(text.contains("skills"), "{text}");
}

#[test]
fn a_broken_line_is_told_with_its_number_and_the_others_are_done() {
    let folder = folder();
    let file = folder.path().join("texts");
    fs::write(&file, "{\"id\": 1, \"text\": \"Python\"}\nno json\n{\"id\": 2, \"text\": \"Docker\"}\n")
        .unwrap();
    let output = run(&["skills", file.to_str().unwrap()]);
    assert_eq!((output.status.code(), lines(&output).len()), (Some(1), 2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 2"));
}

#[test]
fn generated_data_fill_a_database_once() {
    let folder = folder();
    let make = || {
        let mut command = Command::new(program());
        command.args(["generate-dummy", "--cvs", "30", "--jobs", "20"]).current_dir(checkout());
        command.env("DATA_DIR", folder.path()).env_remove("DATABASE_URL");
        command.output().unwrap()
    };
    let first = make();
    let words = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(
        words.starts_with("30 new CVs and 20 new jobs"),
        "{words} {}",
        String::from_utf8_lossy(&first.stderr)
    );
    assert!(String::from_utf8_lossy(&make().stdout).starts_with("0 new CVs and 0 new jobs"));
}

#[test]
fn the_functions_cover_every_stage_and_schedule() {
    let output = run(&["functions", "--json"]);
    let names: Vec<String> =
        lines(&output).iter().map(|line| line["name"].as_str().unwrap().to_owned()).collect();
    for name in ["upload-cv", "get-recommendations", "parse-cv", "explain-matches", "cleanup-old-data"] {
        assert!(names.iter().any(|other| other == name), "{name} is missing in {names:?}");
    }
}
