//! One function as a process of its own, as containers run it.

use std::fs::OpenOptions;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::{PATIENCE, checkout, program, signal};

/// A running `cv-matching function NAME`.
pub struct Function {
    process: Child,
    name: String,
}

impl Function {
    /// Starts it with these variables and no others that mean something to it. Its log goes to `log`. Where
    /// `CV_MATCHING_PROGRAMS` names a folder that has it as a program of its own, it is that one (`scripts/test-hosts.sh`).
    pub fn start(name: &str, variables: &[(&str, &str)], log: &Path) -> Self {
        let own = std::env::var_os("CV_MATCHING_PROGRAMS").map(|folder| Path::new(&folder).join(name));
        match own.map(|folder| folder.join("bootstrap")).filter(|own| own.is_file()) {
            Some(own) => Self::start_program(&own, name, &[], variables, log),
            None => Self::start_command(name, &["function", name], variables, log),
        }
    }

    /// Starts the program with these arguments.
    pub fn start_command(name: &str, arguments: &[&str], variables: &[(&str, &str)], log: &Path) -> Self {
        Self::start_program(&program(), name, arguments, variables, log)
    }

    fn start_program(
        program: &Path,
        name: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
        log: &Path,
    ) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(log).expect("the log can be written");
        let mut command = Command::new(program);
        command.args(arguments).current_dir(checkout()).stdout(Stdio::null()).stderr(log);
        command.env_clear();
        for name in ["PATH", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "CV_MATCHING_LOCAL"]
        {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(variables.iter().copied());
        Self { process: command.spawn().expect("the program is built"), name: name.to_owned() }
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        signal("-TERM", self.process.id());
        self.wait()
    }

    /// Waits until it ends by itself.
    pub fn wait(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.process.try_wait().expect("it can be waited for") {
                return status;
            }
            assert!(Instant::now() < until, "{} does not end", self.name);
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}

/// Waits until a server answers a GET with 200.
pub async fn answers(url: &str) {
    shared::tls::use_ring();
    let client = reqwest::Client::new();
    let until = Instant::now() + PATIENCE;
    loop {
        if let Ok(answer) = client.get(url).send().await
            && answer.status().is_success()
        {
            return;
        }
        assert!(Instant::now() < until, "{url} does not answer");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
