//! What docker compose would run, without Docker: the commands and the environment of `docker-compose.yml`, on a real Postgres,
//! Valkey, LocalStack and nginx with the very `nginx.conf`, through to explained recommendations over nginx.
//!
//! It happens in a network and a file system of its own (`unshare`), so that the names and ports of the compose file are free
//! to be used: each container is an address of the loopback network there, and a small name server stands in for Docker's.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, UdpSocket};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cv_matching_tests::function::{Function, answers};
use cv_matching_tests::{PATIENCE, SECRET, Server, checkout, fetched, folder, sample_cvs, send_form};
use functions::function::Trigger;
use reqwest::Method;
use serde_json::{Value as Json, json};
use serde_yaml_ng::Value;
use shared::db::Db;
use shared::db::task_run::RunFilter;
use shared::host::EmbeddedPostgres;
use shared::queue::QueueName;

const PASSWORD: &str = "of-this-test";
const INSIDE: &str = "CV_MATCHING_TEST_INSIDE";
/// Containers that are no function.
const PARTS: [&str; 5] = ["postgres", "redis", "localstack", "migrate", "nginx"];

#[test]
fn the_processes_of_docker_compose_bring_a_cv_to_explained_recommendations() {
    let as_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let unshared = Command::new("unshare").args(["--net", "--mount", "true"]).status();
    if !as_root || !unshared.is_ok_and(|status| status.success()) {
        fetched::not_tested(
            "the processes of docker compose: this needs root and a network of its own (`unshare`)",
        );
        return;
    }
    if fetched::debian("nginx").is_none() {
        return;
    }
    let status = Command::new("unshare")
        .args(["--net", "--mount", "--"])
        .arg(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "inside", "--nocapture"])
        .env(INSIDE, "1")
        .status()
        .unwrap();
    assert!(status.success());
}

/// The value with the variables of compose (`${NAME:-default}`, `${NAME:?why}`) put in.
fn filled_in(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (variable, behind) = after.split_once('}').unwrap();
        filled.push_str(before);
        let name = variable.split(':').next().unwrap();
        let value = match name {
            "POSTGRES_PASSWORD" => PASSWORD.to_owned(),
            "JWT_SECRET" => SECRET.to_owned(),
            _ => variable.split_once(":-").unwrap_or_else(|| panic!("{name} is not set")).1.to_owned(),
        };
        filled.push_str(&value);
        rest = behind;
    }
    filled + rest
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => filled_in(text),
        Value::Number(number) => number.to_string(),
        other => panic!("not a word: {other:?}"),
    }
}

/// The services of the compose file.
struct Compose {
    services: BTreeMap<String, Value>,
}

impl Compose {
    fn read() -> Self {
        let text = fs::read_to_string(checkout().join("docker-compose.yml")).unwrap();
        let mut document: Value = serde_yaml_ng::from_str(&text).unwrap();
        document.apply_merge().unwrap();
        let services = document["services"].as_mapping().unwrap();
        Self { services: services.iter().map(|(name, service)| (word(name), service.clone())).collect() }
    }

    fn command(&self, name: &str) -> Vec<String> {
        self.services[name]["command"].as_sequence().into_iter().flatten().map(word).collect()
    }

    fn environment(&self, name: &str) -> BTreeMap<String, String> {
        let variables = self.services[name]["environment"].as_mapping().into_iter().flatten();
        variables.map(|(name, value)| (word(name), word(value))).collect()
    }

    fn functions(&self) -> Vec<String> {
        self.services.keys().filter(|name| !PARTS.contains(&name.as_str())).cloned().collect()
    }
}

/// A process that ends with this value.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // Asked first, so that it takes its own processes with it (nginx its workers); LocalStack does not always listen.
        let _ = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        for _ in 0..100 {
            if let Ok(Some(_)) = self.0.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status().unwrap();
    assert!(status.success(), "{program} {arguments:?}");
}

/// Answers what containers have which name: all addresses of a service, in turn, as Docker's name server does.
fn serve_names(names: BTreeMap<String, Vec<Ipv4Addr>>) {
    let socket = UdpSocket::bind("127.0.0.11:53").unwrap();
    std::thread::spawn(move || {
        let mut packet = [0; 512];
        let mut turn = 0;
        while let Ok((length, from)) = socket.recv_from(&mut packet) {
            let question = &packet[12..length];
            let mut labels = Vec::new();
            let mut at = 0;
            while question[at] != 0 {
                let size = question[at] as usize;
                labels.push(String::from_utf8_lossy(&question[at + 1..at + 1 + size]).into_owned());
                at += size + 1;
            }
            let is_address = question[at + 2] == 1;
            let question = &question[..at + 5];
            let mut addresses = names.get(&labels.join(".")).cloned().unwrap_or_default();
            let known = !addresses.is_empty();
            if !is_address {
                addresses.clear();
            }
            turn += 1;
            if !addresses.is_empty() {
                let count = addresses.len();
                addresses.rotate_left(turn % count);
            }
            let mut answer = packet[..2].to_vec();
            answer.extend([
                0x81,
                if known { 0x80 } else { 0x83 },
                0,
                1,
                0,
                addresses.len() as u8,
                0,
                0,
                0,
                0,
            ]);
            answer.extend(question);
            for address in addresses {
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4]);
                answer.extend(address.octets());
            }
            let _ = socket.send_to(&answer, from);
        }
    });
}

/// Hands on what comes to one address to another.
async fn forward(from: (Ipv4Addr, u16), to: u16) {
    let listener = tokio::net::TcpListener::bind(from).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut incoming, _)) = listener.accept().await {
            tokio::spawn(async move {
                if let Ok(mut outgoing) = tokio::net::TcpStream::connect(("127.0.0.1", to)).await {
                    let _ = tokio::io::copy_bidirectional(&mut incoming, &mut outgoing).await;
                }
            });
        }
    });
}

async fn listens(address: (Ipv4Addr, u16)) {
    let until = Instant::now() + PATIENCE;
    while tokio::net::TcpStream::connect(address).await.is_err() {
        assert!(Instant::now() < until, "nothing listens on {address:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn log(folder: &Path, name: &str) -> Stdio {
    fs::File::create(folder.join(format!("{name}.log"))).unwrap().into()
}

/// Runs LocalStack's init script, or a line of Python beside it.
fn localstack_python(arguments: &[&str]) -> String {
    let output = Command::new(fetched::python("localstack"))
        .args(arguments)
        .current_dir(checkout())
        .env("AWS_ENDPOINT_URL", "http://localstack:4566")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the test above runs it in a network of its own"]
async fn inside() {
    assert!(
        std::env::var_os(INSIDE).is_some(),
        "this changes the machine's names: it must be run by the test above"
    );
    let compose = Compose::read();
    let folder = folder();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let folder = folder.path();
    run("ip", &["link", "set", "lo", "up"]);

    // Each container has an address.
    let address = |number: u8| Ipv4Addr::new(127, 0, 1, number);
    let (postgres, redis, localstack) = (address(1), address(2), address(3));
    let hosts = format!("127.0.0.1 localhost\n{postgres} postgres\n{redis} redis\n{localstack} localstack\n");
    fs::write(folder.join("hosts"), hosts).unwrap();
    run("mount", &["--bind", folder.join("hosts").to_str().unwrap(), "/etc/hosts"]);

    let database = EmbeddedPostgres::start(&fetched::postgres(), &folder.join("database")).unwrap();
    let user = &compose.environment("postgres")["POSTGRES_USER"];
    let admin = Db::new(&database.url(), 1).unwrap().client().await.unwrap();
    admin.batch_execute(&format!("create role {user} superuser login password '{PASSWORD}'")).await.unwrap();
    forward((postgres, 5432), database.port()).await;

    let command = compose.command("redis");
    let _redis = Process(
        Command::new(fetched::local().join("valkey/bin").join(&command[0]))
            .args(&command[1..])
            .args(["--bind", &redis.to_string()])
            .current_dir(folder)
            .stdout(log(folder, "redis"))
            .spawn()
            .unwrap(),
    );
    let home = folder.join("localstack");
    fs::create_dir(&home).unwrap();
    let python = fetched::python("localstack");
    let _localstack = Process(
        Command::new(&python)
            .args(["-m", "localstack.runtime.main"])
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", python.parent().unwrap().display()))
            .envs(compose.environment("localstack"))
            .env("HOME", &home)
            .env("LOCALSTACK_VOLUME_DIR", &home)
            .env("GATEWAY_SERVER", "hypercorn")
            // All addresses, as in its container: here they are those of this network alone.
            .env("GATEWAY_LISTEN", "0.0.0.0:4566")
            .env("SKIP_SSL_CERT_DOWNLOAD", "1")
            .env("DNS_ADDRESS", "0")
            .stdout(log(folder, "localstack"))
            .stderr(log(folder, "localstack-errors"))
            .spawn()
            .unwrap(),
    );
    answers("http://localstack:4566/_localstack/health").await;
    // Twice: it can be run again at any time.
    for _ in 0..2 {
        localstack_python(&["localstack/init/ready.d/make-resources.py"]);
    }
    listens((redis, 6379)).await;

    // What the image sets, and what stands in it.
    let image = [
        ("MODEL_DIR".to_owned(), fetched::local().join("models/all-minilm-l6-v2-int8").display().to_string()),
        ("DATA_DIR".to_owned(), "/nonexistent".to_owned()),
    ];
    let start = |name: &str, host: Ipv4Addr| {
        let mut variables = compose.environment(name);
        assert_eq!(variables.insert("HOST".to_owned(), host.to_string()).unwrap(), "0.0.0.0");
        variables.extend(image.clone());
        let command = compose.command(name);
        let variables: Vec<(&str, &str)> =
            variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        Function::start_command(name, &arguments, &variables, &folder.join(format!("{name}-{host}.log")))
    };
    // Two at once: they take turns.
    let mut migrations = [start("migrate", address(4)), start("migrate", address(5))];
    for migration in &mut migrations {
        assert!(
            migration.wait().success(),
            "{}",
            fs::read_to_string(folder.join("migrate-127.0.1.4.log")).unwrap()
        );
    }

    // docker compose up -d --scale upload-cv=2 --scale parse-cv=2
    let mut names: BTreeMap<String, Vec<Ipv4Addr>> = BTreeMap::new();
    let mut running = Vec::new();
    for name in compose.functions() {
        let count = if ["upload-cv", "parse-cv"].contains(&name.as_str()) { 2 } else { 1 };
        for _ in 0..count {
            let host = Ipv4Addr::new(127, 0, 2, running.len() as u8 + 1);
            names.entry(name.clone()).or_default().push(host);
            running.push((name.clone(), host, start(&name, host)));
        }
    }
    for (_, host, _) in &running {
        answers(&format!("http://{host}:8000/readyz")).await;
    }
    serve_names(names);
    let _nginx = start_nginx(folder);
    let server = Server::at("http://127.0.0.1:8080");
    answers(&format!("{}/readyz", server.url)).await;
    // The same script, but this rule once a minute: it would make this test wait for longer.
    let begun = Instant::now();
    let script = fs::read_to_string(checkout().join("localstack/init/ready.d/make-resources.py")).unwrap();
    let sooner = script.replace("(\"rate(5 minutes)\"", "(\"rate(1 minute)\"");
    assert_ne!(script, sooner);
    fs::write(folder.join("sooner.py"), sooner).unwrap();
    localstack_python(&[folder.join("sooner.py").to_str().unwrap()]);

    the_health_check_tells_well_from_ill(&compose, running[0].1);
    pages_and_unknown_addresses_are_answered(&server).await;
    cvs_get_explained_recommendations(&server).await;
    every_queue_is_worked_on_by_a_container_of_its_own(&server).await;
    an_upload_into_the_bucket_becomes_a_cv_by_itself(&server).await;
    let scaled = running.iter().filter(|(name, _, _)| name == "upload-cv");
    let logs: Vec<PathBuf> =
        scaled.map(|(name, host, _)| folder.join(format!("{name}-{host}.log"))).collect();
    both_containers_of_a_scaled_service_are_used(&logs, &server).await;

    let db = Db::new(&database.url(), 1).unwrap();
    let of_task = RunFilter { name: Some("process_batch_cv_parsing".to_owned()), ..RunFilter::default() };
    while db.runs(&of_task, 1).await.unwrap().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(240), "the rule's message started no task");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }

    for (name, _, function) in running {
        assert!(function.stop().success(), "{name} did not end well when it was told to");
    }
}

/// nginx with the very configuration, and the folders that compose mounts.
fn start_nginx(folder: &Path) -> Process {
    let prefix = folder.join("nginx");
    fs::create_dir(&prefix).unwrap();
    for file in ["nginx.conf", "routes.conf"] {
        fs::copy(checkout().join("nginx").join(file), prefix.join(file)).unwrap();
    }
    std::os::unix::fs::symlink(checkout().join("web"), prefix.join("web")).unwrap();
    Process(
        Command::new(fetched::debian("nginx").unwrap())
            .args([
                "-p",
                prefix.to_str().unwrap(),
                "-c",
                "nginx.conf",
                "-e",
                "stderr",
                "-g",
                "daemon off; user root;",
            ])
            .env("LD_LIBRARY_PATH", fetched::debian_libraries())
            .stderr(log(folder, "nginx"))
            .spawn()
            .unwrap(),
    )
}

fn the_health_check_tells_well_from_ill(compose: &Compose, host: Ipv4Addr) {
    let test: Vec<String> = compose.services["upload-cv"]["healthcheck"]["test"]
        .as_sequence()
        .unwrap()
        .iter()
        .map(word)
        .collect();
    assert_eq!(test[..2], ["CMD", "/cv-matching"]);
    let probe = |host: &str| {
        let mut command = Command::new(cv_matching_tests::program());
        command
            .args(&test[2..])
            .env("HOST", host)
            .env("PORT", "8000")
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    };
    assert!(probe(&host.to_string()));
    assert!(!probe("127.0.9.9"));
}

async fn pages_and_unknown_addresses_are_answered(server: &Server) {
    for (path, wanted) in [
        ("/", "text/html"),
        ("/app.js", "text/javascript"),
        ("/operating.html", "text/html"),
        ("/operating/main.js", "text/javascript"),
        ("/api/openapi.json", "application/json"),
    ] {
        let answer = server.client().get(format!("{}{path}", server.url)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(wanted), "{path}");
    }
    let answer = server.send("ann", Method::GET, "/api/nothing", None).await;
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let answer = server.send("ann", Method::PATCH, "/api/candidate/cvs", None).await;
    assert_eq!(answer.status(), 405);
    // Whoever comes by the gateway must show who it is, and never reaches the metrics of a single process.
    for path in ["/metrics", "//metrics", "/%6detrics", "/metrics/", "/api/../metrics", "/healthz/../metrics"]
    {
        let answer = raw_get(&server.url, path).await;
        assert!(answer.starts_with("HTTP/1.1 40"), "{path}: {answer}");
        assert!(!answer.contains("cv_matching_"), "{path}: {answer}");
    }
    server.every_route_reaches_its_function().await;
}

/// A GET of a path as it is: clients tidy paths up.
async fn raw_get(url: &str, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let host = url.trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(&host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn cvs_get_explained_recommendations(server: &Server) {
    let jobs = fs::read_to_string(checkout().join("samples/jobs.ndjson")).unwrap();
    let request = server.client().post(format!("{}/api/jobs/import", server.url));
    let token = cv_matching_tests::token("rita", &[shared::auth::Role::Recruiter]);
    let answer = request
        .bearer_auth(token)
        .header("content-type", "application/x-ndjson")
        .body(jobs)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    let cvs: Vec<(PathBuf, Vec<String>)> = sample_cvs().into_iter().take(6).collect();
    let mut uploaded = Vec::new();
    for (file, _) in &cvs {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        uploaded.push((name.clone(), server.upload_cv(&name, &name, fs::read(file).unwrap()).await));
    }
    for (name, id) in uploaded {
        let complete =
            |answer: &Json| answer["status"] == "completed" && answer["count"].as_u64().unwrap_or(0) >= 5;
        let answer = server.recommendations_when(&name, &id, complete).await;
        for one in answer["recommendations"].as_array().unwrap() {
            assert!(!one["explanation"]["summary"].as_str().unwrap().is_empty(), "{name}: {one}");
        }
    }
}

async fn every_queue_is_worked_on_by_a_container_of_its_own(server: &Server) {
    for queue in QueueName::ALL {
        let answer = server.tested_queue(queue.as_str()).await;
        let worker = functions::all().into_iter().find(|function| function.trigger == Trigger::Queue(queue));
        assert_eq!(
            (&answer["host"], &answer["function"]),
            (&json!("polling"), &json!(worker.unwrap().name)),
            "{answer}"
        );
    }
    let all = server.get("op", "/api/admin/dead_letters").await;
    assert!(all["queues"].as_array().unwrap().iter().all(|queue| queue["dead"] == 0), "{all}");
}

async fn an_upload_into_the_bucket_becomes_a_cv_by_itself(server: &Server) {
    let asked = json!({ "file_name": "big.txt" });
    let promised = server.send("lou", Method::POST, "/api/candidate/uploads", Some(asked)).await;
    let promised: Json = promised.json().await.unwrap();
    send_form(
        &promised["upload"],
        "big.txt",
        b"Lou Ray\nBaker\n\nExperience\nBaker, Corner Bakery, 2018 - 2021\n".to_vec(),
    )
    .await;
    let path = format!("/api/candidate/cvs/{}", promised["cv_id"].as_str().unwrap());
    let until = Instant::now() + PATIENCE;
    while !server.send("lou", Method::GET, &path, None).await.status().is_success() {
        assert!(Instant::now() < until, "the bucket's notification did not arrive");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn both_containers_of_a_scaled_service_are_used(logs: &[PathBuf], server: &Server) {
    for number in 0..8 {
        server.upload_cv("sam", "cv.txt", format!("Sam Hill\nCook number {number}\n").into_bytes()).await;
    }
    assert_eq!(logs.len(), 2);
    for log in logs {
        let text = fs::read_to_string(log).unwrap();
        assert!(text.contains("a CV was taken in"), "{} got no request: {text}", log.display());
    }
}
