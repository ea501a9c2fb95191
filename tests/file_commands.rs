//! The commands that read and write files, as scripts call them.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

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
fn rank_finds_jobs_like_jobs_and_cvs_like_cvs() {
    let folder = folder();
    let job = |id: &str, title: &str, text: &str| json!({ "id": id, "title": title, "text": text });
    let jobs = [
        job("n1", "Registered Nurse", "Wound care and medication administration on our ward."),
        job("d1", "Java Developer", "Java, SQL and Spring Boot for our shop."),
        job("n2", "Staff Nurse", "Wound care, infection control and patient care at night."),
        job("d2", "Software Engineer", "Services in Java, SQL and Docker."),
    ];
    let jobs = write(folder.path(), "jobs", &jobs);
    let output = run(&["rank", "--jobs", &jobs, "-k", "2", "--direction", "similar-jobs"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    for (line, (this, like)) in
        lines(&output).iter().zip([("n1", "n2"), ("d1", "d2"), ("n2", "n1"), ("d2", "d1")])
    {
        assert_eq!((&line["job_id"], &line["results"][0]["job_id"]), (&json!(this), &json!(like)), "{line}");
        assert!(line["results"].as_array().unwrap().len() == 2 && line["results"][0]["parts"].is_array());
    }
    let cv = |id: u32, title: &str, skills: &str| json!({ "id": id, "text": format!("{title}\n\nExperience\n{title}, Works, 2018 - 2022\n\nSkills\n{skills}") });
    let cvs = [
        cv(1, "Staff Nurse", "wound care, patient care"),
        cv(2, "Chef", "cooking, HACCP"),
        cv(3, "Registered Nurse", "wound care, infection control"),
    ];
    let cvs = write(folder.path(), "cvs", &cvs);
    let found = lines(&run(&["rank", "--cvs", &cvs, "-k", "1", "--direction", "similar-cvs"]));
    assert_eq!((&found[0]["cv_id"], &found[0]["results"][0]["cv_id"]), (&json!(1), &json!(3)));
    let output = run(&["rank", "--cvs", &cvs]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs --jobs"));
}

#[test]
fn conditions_take_pairs_out_of_rankings_and_change_no_score() {
    let folder = folder();
    let text =
        "Driver\n\nExperience\nLorry Driver, Aire Haulage, 2018 - 2022\n\nLicences\nDriving licence: C";
    let job = |id: &str, must_haves: Value| json!({ "id": id, "title": "Lorry Driver", "text": "Deliveries with our lorries.", "must_haves": must_haves });
    let wanted = ["C", "CE"].map(|class| job(class, json!({ "driving_licences": [class] })));
    let jobs = [
        job("none", json!(null)),
        wanted[0].clone(),
        wanted[1].clone(),
        job("wrong", json!({ "languages": ["Klingon"] })),
    ];
    let cvs = write(folder.path(), "cvs", &[json!({ "id": "driver", "text": text })]);
    let jobs = write(folder.path(), "jobs", &jobs);
    let output = run(&["rank", "--cvs", &cvs, "--jobs", &jobs]);
    assert_eq!(output.status.code(), Some(1), "one line is wrong");
    assert!(String::from_utf8_lossy(&output.stderr).contains("must_haves.languages[0].language"));
    let ranked = &lines(&output)[0];
    let ids: Vec<&Value> = ranked["results"].as_array().unwrap().iter().map(|one| &one["job_id"]).collect();
    assert_eq!(ids, ["none", "C"], "{ranked}");
    assert_eq!(ranked["results"][0]["score"], ranked["results"][1]["score"]);
    assert_eq!(ranked["results"][1]["must_haves"][0]["evidence"]["quote"], "Driving licence: C");
    assert!(ranked["results"][0].get("must_haves").is_none());
    assert_eq!((&ranked["left_out"][0]["job_id"], &ranked["left_out_count"]), (&json!("CE"), &json!(1)));
    assert_eq!(ranked["left_out"][0]["score"], ranked["results"][0]["score"]);
    let ranked = lines(&run(&["rank", "--cvs", &cvs, "--jobs", &jobs, "--direction", "cvs-for-job"]));
    assert_eq!(ranked[2]["left_out"][0]["unmet"][0]["outcome"], "not_met", "{}", ranked[2]);
    assert!(ranked[2]["results"].as_array().unwrap().is_empty());

    let pair = |must_haves: Value| json!({ "id": 1, "cv_text": text, "job_title": "Lorry Driver", "job_text": "Deliveries.", "must_haves": must_haves });
    let pairs = [pair(json!(null)), pair(json!({ "driving_licences": ["CE"], "right_to_work": ["GB"] }))];
    let scored = lines(&run(&["score", "--pairs", &write(folder.path(), "pairs", &pairs)]));
    assert_eq!(scored[0]["score"], scored[1]["score"]);
    assert!(scored[0].get("must_haves").is_none());
    let outcomes: Vec<&Value> =
        scored[1]["must_haves"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
    assert_eq!(outcomes, ["not_met", "unknown"]);
    let cv = folder.path().join("cv.txt");
    fs::write(&cv, text).unwrap();
    let shown = run(&["match", cv.to_str().unwrap(), "--jobs", &jobs]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(
        shown.contains("needed and there: C")
            && shown.contains("left out")
            && shown.contains("which needs CE"),
        "{shown}"
    );
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
fn ids_come_out_as_they_went_in_and_offsets_count_code_points_beyond_16_bits() {
    let folder = folder();
    let text = "🦀🦀 Rust, Küche und Python";
    let ids = [json!("0012"), json!(12), json!(12345678901234567890u64), json!(-3)];
    let texts: Vec<Value> = ids.iter().map(|id| json!({ "id": id, "text": text, "more": [1] })).collect();
    let file = write(folder.path(), "texts", &texts);
    let found = lines(&run(&["skills", &file]));
    assert_eq!(found.iter().map(|line| line["id"].clone()).collect::<Vec<_>>(), ids);
    let python =
        found[0]["skills"].as_array().unwrap().iter().find(|skill| skill["name"] == "Python").unwrap();
    assert_eq!((python["start"].as_u64(), python["end"].as_u64()), (Some(19), Some(25)));
}

#[test]
fn rank_tells_of_each_cv_that_cannot_be_read_and_ranks_the_others() {
    let folder = folder();
    fs::write(folder.path().join("cook.txt"), "Tom Baker\nChef\n\nSkills\ncooking, HACCP\n").unwrap();
    let cvs = write(
        folder.path(),
        "cvs",
        &[
            json!({ "id": "gone", "path": "gone.pdf" }),
            json!({ "id": "beside", "path": "cook.txt" }),
            json!({ "id": "empty", "text": " " }),
            json!({ "id": "profile", "profile": { "work": [{ "position": "Electrician", "startDate": "2015-01" }] } }),
            json!({ "id": "nothing" }),
        ],
    );
    let jobs = write(
        folder.path(),
        "jobs",
        &[
            json!({ "id": 1, "text": "We look for a chef. Cooking and HACCP." }),
            json!({ "id": 2, "title": "Electrician", "company": "", "text": "Install wiring." }),
        ],
    );
    let output = run(&["rank", "--cvs", &cvs, "--jobs", &jobs, "-k", "1"]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    let of =
        |id: &str| lines.iter().find(|line| line["cv_id"] == id).unwrap_or_else(|| panic!("no line of {id}"));
    assert_eq!(of("beside")["results"][0]["job_id"], 1);
    assert_eq!(of("profile")["results"][0]["job_id"], 2);
    for (id, kind) in [("gone", "unreadable"), ("empty", "empty"), ("nothing", "empty")] {
        assert_eq!(of(id)["error"]["kind"], kind);
        assert!(of(id)["error"]["message"].as_str().unwrap().len() > 10);
    }
    assert_eq!(run(&["rank", "--cvs", "-", "--jobs", "-"]).status.code(), Some(2));
}

#[test]
fn a_pair_has_the_same_score_whatever_stands_beside_it() {
    let folder = folder();
    let pair = |id: &str, cv: &str| json!({ "id": id, "cv_text": cv, "job_title": "Cook", "job_text": "Cook with HACCP." });
    let cv = "Chef\n\nSkills\ncooking, HACCP";
    let all =
        write(folder.path(), "all", &[pair("a", cv), pair("none", ""), pair("b", "Lawyer"), pair("c", cv)]);
    let alone = write(folder.path(), "alone", &[pair("a", cv)]);
    let output = run(&["score", "--pairs", &all]);
    let (all, alone) = (lines(&output), lines(&run(&["score", "--pairs", &alone])));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        all.iter().map(|line| line["id"].as_str().unwrap()).collect::<Vec<_>>(),
        ["a", "none", "b", "c"]
    );
    assert_eq!(all[1]["error"]["kind"], "empty");
    assert!(all[1].get("score").is_none());
    assert_eq!((&all[0]["score"], &all[0]["parts"]), (&all[3]["score"], &all[3]["parts"]));
    let difference = all[0]["score"].as_f64().unwrap() - alone[0]["score"].as_f64().unwrap();
    assert!(difference.abs() < 0.1, "{difference}");
}

#[test]
fn parse_takes_standard_input_and_prints_for_people_on_request() {
    let mut child = Command::new(program())
        .args(["parse", "--pretty", "--text", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(checkout().join(CVS[0])).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("Declan Murphy") && text.contains("2017-06 – present"),
        "{text}"
    );
}

#[test]
fn whoever_closes_the_output_early_causes_no_failure() {
    let files: Vec<_> =
        (0..200).map(|_| checkout().join("samples/cvs/juergen-weisshaeupl-car-mechanic.txt")).collect();
    let mut child = Command::new(program())
        .arg("parse")
        .args(files)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("profile"));
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn evaluation_counts_a_cv_that_cannot_be_read_as_missed() {
    let folder = folder();
    let truth =
        json!({ "name": "Ada Byron", "email": "ada@example.com", "skills": ["Python"], "format": "txt" });
    for name in ["good.txt", "gone.txt"] {
        fs::write(folder.path().join(format!("{name}.truth.json")), truth.to_string()).unwrap();
    }
    fs::write(folder.path().join("good.txt"), "Ada Byron\nada@example.com\n\nSkills\nPython\n").unwrap();
    let results = folder.path().join("results.json");
    let path = folder.path().to_str().unwrap();
    let output = run(&["evaluate-parsing", "--truth", path, "--output", results.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let results: Value = serde_json::from_str(&fs::read_to_string(results).unwrap()).unwrap();
    assert_eq!(results["all"]["name"], json!({ "right": 1, "of": 2 }));
    assert_eq!(results["unreadable"].as_object().unwrap().len(), 1);
    assert!(String::from_utf8_lossy(&output.stdout).contains("1/2"));
}

#[test]
fn match_prints_jobs_of_the_right_occupation_with_reasons() {
    let output = run(&["match", CVS[0], "-k", "2"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let first = text.lines().find(|line| line.starts_with("  1.")).expect("a first job");
    assert!(text.starts_with("Declan Murphy") && first.to_lowercase().contains("electric"), "{text}");
    assert!(text.contains("skills") && text.contains("“") && !text.contains('\x1b'), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let output = run(&["match", CVS[0], "-k", "2", "--json"]);
    let jobs = lines(&output);
    assert_eq!((jobs.len(), &jobs[0]["rank"]), (2, &json!(1)));
    assert!(jobs[0]["score"].is_f64() && jobs[0]["explanation"]["summary"].is_string());
}

#[test]
fn a_broken_line_is_told_with_its_number_and_the_others_are_done() {
    let folder = folder();
    let file = folder.path().join("texts");
    fs::write(
        &file,
        b"{\"id\": 1, \"text\": \"Python\"}\nno json\xff\n\n{\"id\": 2, \"text\": \"Docker\"}\n",
    )
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
    let errors = String::from_utf8_lossy(&first.stderr);
    assert!(words.contains("20 new jobs") && words.contains("30 new CVs"), "{words} {errors}");
    let again = String::from_utf8_lossy(&make().stdout).into_owned();
    assert!(again.contains("0 new jobs") && again.contains("; 30 were there already"), "{again}");
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
