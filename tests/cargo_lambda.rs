//! Functions under cargo-lambda's emulator of Lambda, which routes requests by the table in Cargo.toml: what a developer has
//! on http://localhost:9000. The emulator is told not to build and start the functions itself (`--only-lambda-apis`): they are
//! the built program's, so that nothing is linked twice. Events are those of `events/`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use cv_matching_tests::function::{Function, free_port};
use cv_matching_tests::outside::Outside;
use cv_matching_tests::{Server, checkout, fetched};
use functions::function::Trigger;
use serde_json::{Value, json};

struct Emulator {
    process: Child,
    port: String,
}

fn cargo_lambda() -> Command {
    let program = fetched::local().join("checks/bin/cargo-lambda");
    assert!(program.is_file(), "{} is missing: run scripts/setup.sh --test", program.display());
    let mut command = Command::new(program);
    command.arg("lambda").current_dir(checkout());
    command
}

impl Emulator {
    async fn start(log: &Path) -> Self {
        let port = free_port().to_string();
        let process = cargo_lambda()
            .args(["watch", "--only-lambda-apis", "--disable-cors", "-A", "127.0.0.1", "-P", &port])
            .stdout(std::fs::File::create(log).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..2000 {
            if tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await.is_ok() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        Self { process, port }
    }

    /// Starts a function that the emulator calls.
    fn function(&self, name: &str, parts: &Outside, log: &Path) -> Function {
        let runtime = format!("http://127.0.0.1:{}/.rt/{name}", self.port);
        let mut variables = parts.variables();
        variables.extend([
            ("AWS_LAMBDA_RUNTIME_API", runtime.as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", name),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ]);
        Function::start(name, &variables, log)
    }

    /// `cargo lambda invoke`
    fn invoke(&self, name: &str, event: &Path) -> Value {
        let output = cargo_lambda()
            .args([
                "invoke",
                name,
                "--invoke-address",
                "127.0.0.1",
                "--invoke-port",
                &self.port,
                "--data-file",
            ])
            .arg(event)
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{name}: {words} {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_str(words.trim()).unwrap_or_else(|_| panic!("{name}: {words}"))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn event(name: &str) -> PathBuf {
    checkout().join("tests/events").join(format!("{name}.json"))
}

#[tokio::test]
async fn all_routes_are_served_on_one_address_and_events_from_files_are_worked_on() {
    let parts = Outside::make().await;
    let folder = parts.folder.path();
    let emulator = Emulator::start(&folder.join("emulator.log")).await;
    let log = folder.join("functions.log");
    let _functions: Vec<Function> = functions::all()
        .iter()
        .filter(|function| function.trigger != Trigger::Deployment)
        .map(|function| emulator.function(function.name, &parts, &log))
        .collect();
    let server = Server::at(&format!("http://127.0.0.1:{}", emulator.port));

    server.every_route_reaches_its_function().await;

    let file = std::fs::read(checkout().join("samples/cvs/amara-okafor-registered-nurse.pdf")).unwrap();
    let id = server.upload_cv("amara", "cv.pdf", file).await;
    let batch = std::fs::read_to_string(event("sqs")).unwrap();
    let batch = batch.replace("00000000-0000-7000-8000-000000000000", &id);
    std::fs::write(folder.join("sqs.json"), batch).unwrap();
    for stage in ["parse-cv", "embed-cv", "match-cv"] {
        assert_eq!(
            emulator.invoke(stage, &folder.join("sqs.json")),
            json!({ "batchItemFailures": [] }),
            "{stage}"
        );
    }
    let cv = server.get("amara", &format!("/api/candidate/cvs/{id}")).await;
    assert_eq!(cv["profile"]["basics"]["name"], "Amara Okafor", "{cv}");
    let answer = emulator.invoke("process-batch-cv-parsing", &event("schedule"));
    assert_eq!(answer["task"], "process_batch_cv_parsing", "{answer}");
    // No such upload was promised: there is nothing to do, and that is no failure.
    assert_eq!(emulator.invoke("accept-upload", &event("s3")), json!({ "batchItemFailures": [] }));
}
