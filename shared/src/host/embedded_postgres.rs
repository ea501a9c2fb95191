//! A Postgres of this process's own, for running with nothing installed: its programs are fetched at set-up, its data lie in
//! the data folder, it listens on a free port of this machine only, and it ends with this process, however that ends.
//!
//! Postgres refuses to run as root. As root, it is run as the unprivileged user `nobody`; where that user could not reach
//! the folders, it keeps the one privilege of passing through them.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use uuid::Uuid;

/// The user that Postgres runs as where this process is root: `nobody`, on every system.
const NOBODY: u32 = 65_534;
const DATABASE: &str = "cv_matching";
/// Recovery after a kill may take a while.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// A running Postgres. It is stopped by [`EmbeddedPostgres::stop`], or when this is dropped.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    programs: Programs,
    data: PathBuf,
    server: Child,
    port: u16,
    password: String,
    stopped: bool,
    /// Held as long as the server runs, so that no second process uses the same folder.
    _lock: File,
}

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedPostgresError {
    /// It was not fetched.
    #[error("Postgres is not there: {} is missing; run `make setup`, or set DATABASE_URL to a Postgres of your own", .0.display())]
    NotFetched(PathBuf),
    /// Another process has the folder.
    #[error("the data folder {} is in use by another process; end that one, or set DATA_DIR to another folder", .0.display())]
    InUse(PathBuf),
    /// A folder or file cannot be used.
    #[error("the data folder cannot be used: {path}: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// One of the programs of Postgres failed.
    #[error("{program} failed: {output}")]
    Program {
        /// Which.
        program: &'static str,
        /// What it said.
        output: String,
    },
}

type Result<T> = std::result::Result<T, EmbeddedPostgresError>;

trait AtPath<T> {
    fn at(self, path: &Path) -> Result<T>;
}

impl<T> AtPath<T> for std::io::Result<T> {
    fn at(self, path: &Path) -> Result<T> {
        self.map_err(|source| EmbeddedPostgresError::Folder { path: path.to_owned(), source })
    }
}

impl EmbeddedPostgres {
    /// Starts the Postgres of `programs` (the folder that holds `bin/postgres`) on data below `data_dir`, which are made
    /// if they are not there. Blocks for about a second the first time, a tenth of it later.
    ///
    /// Call it from the main thread: the server is told to end when the thread that started it ends.
    ///
    /// # Errors
    /// See [`EmbeddedPostgresError`].
    pub fn start(programs: &Path, data_dir: &Path) -> Result<Self> {
        Self::start_with(programs, data_dir, &[])
    }

    /// As [`EmbeddedPostgres::start`], with further settings of the server, each as `name=value`.
    ///
    /// # Errors
    /// See [`EmbeddedPostgresError`].
    pub fn start_with(programs: &Path, data_dir: &Path, settings: &[String]) -> Result<Self> {
        let bin = programs.join("bin");
        if !bin.join("postgres").is_file() {
            return Err(EmbeddedPostgresError::NotFetched(bin.join("postgres")));
        }
        fs::create_dir_all(data_dir).at(data_dir)?;
        let data_dir = fs::canonicalize(data_dir).at(data_dir)?;
        let lock = locked(&data_dir)?;
        let folder = data_dir.join("postgres");
        fs::create_dir_all(&folder).at(&folder)?;
        let bin = fs::canonicalize(&bin).at(&bin)?;
        let as_nobody = fs::metadata("/proc/self").map_or(0, |me| me.uid()) == 0;
        if as_nobody {
            chown(&folder, Some(NOBODY), Some(NOBODY)).at(&folder)?;
        }
        let reachable = reachable_for_others(&folder) && reachable_for_others(&bin);
        let programs = Programs { bin, as_nobody, pass_through: !reachable };
        let password = password(&data_dir)?;
        let data = folder.join("data");
        if !data.join("PG_VERSION").is_file() {
            make(&programs, &folder, &data, &password)?;
        }
        end_leftover(&programs, &data)?;
        let port = free_port().at(&data)?;
        let server = launch(&programs, &folder, &data, port, settings)?;
        let mut postgres = Self { programs, data, server, port, password, stopped: false, _lock: lock };
        postgres.wait_until_ready(&folder)?;
        Ok(postgres)
    }

    /// The address of the database, with its password.
    pub fn url(&self) -> String {
        self.url_of(DATABASE)
    }

    /// The address of another database of this server.
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{}/{database}?sslmode=disable", self.password, self.port)
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends the server, after it has written everything to disk.
    ///
    /// # Errors
    /// It does not end.
    pub fn stop(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        if self.stopped {
            return Ok(());
        }
        self.stopped = true;
        stop(&self.programs, &self.data)?;
        self.server.wait().at(&self.data)?;
        Ok(())
    }

    fn wait_until_ready(&mut self, folder: &Path) -> Result<()> {
        let log = folder.join("log");
        let until = Instant::now() + START_PATIENCE;
        loop {
            // `pg_ctl status` and a line in postmaster.pid tell when it takes connections.
            let ready = fs::read_to_string(self.data.join("postmaster.pid"))
                .is_ok_and(|lines| lines.lines().nth(7).is_some_and(|line| line.trim() == "ready"));
            if ready {
                break;
            }
            if let Some(status) = self.server.try_wait().at(folder)? {
                self.stopped = true;
                let output = format!("{status}; {}", last_lines(&log));
                return Err(EmbeddedPostgresError::Program { program: "postgres", output });
            }
            if Instant::now() > until {
                let output =
                    format!("it is not ready after {} s; {}", START_PATIENCE.as_secs(), last_lines(&log));
                return Err(EmbeddedPostgresError::Program { program: "postgres", output });
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for EmbeddedPostgres {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::error!(%error, "the embedded Postgres could not be ended");
        }
    }
}

/// The programs of Postgres, and how they are run.
#[derive(Debug)]
struct Programs {
    bin: PathBuf,
    as_nobody: bool,
    pass_through: bool,
}

impl Programs {
    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        let mut command = if self.as_nobody {
            let mut command = Command::new("setpriv");
            let id = NOBODY.to_string();
            command.args([format!("--reuid={id}"), format!("--regid={id}"), "--clear-groups".to_owned()]);
            if self.pass_through {
                command.args(["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]);
            }
            command
        } else if has_setpriv() {
            Command::new("setpriv")
        } else {
            return Self::without_environment(Command::new(program));
        };
        if self.bin.join("postgres") == program {
            command.arg("--pdeathsig=INT");
        }
        command.arg("--").arg(program);
        Self::without_environment(command)
    }

    /// No variable of the caller's changes what Postgres does, and messages are in one language.
    fn without_environment(mut command: Command) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).env("LC_ALL", "C.UTF-8").current_dir("/").stdin(Stdio::null());
        command
    }

    /// Whether the library that counts statements was fetched with the server: operators see the slow ones by it.
    fn has_statement_statistics(&self) -> bool {
        self.bin.parent().is_some_and(|folder| folder.join("lib/pg_stat_statements.so").is_file())
    }

    fn run(&self, program: &'static str, arguments: impl FnOnce(&mut Command)) -> Result<Output> {
        let mut command = self.command(program);
        arguments(&mut command);
        command
            .output()
            .map_err(|error| EmbeddedPostgresError::Program { program, output: error.to_string() })
    }
}

fn has_setpriv() -> bool {
    Command::new("setpriv").arg("--version").output().is_ok_and(|output| output.status.success())
}

fn success(program: &'static str, output: &Output) -> Result<()> {
    if output.status.success() {
        return Ok(());
    }
    let words =
        format!("{} {}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(EmbeddedPostgresError::Program { program, output: words.trim().to_owned() })
}

/// Holds the folder for this process; the operating system lets go of it when the process ends, however it ends.
fn locked(data_dir: &Path) -> Result<File> {
    let path = data_dir.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).at(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EmbeddedPostgresError::InUse(data_dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(error).at(&path),
    }
}

/// The database's password, made once.
fn password(data_dir: &Path) -> Result<String> {
    let path = data_dir.join("postgres-password");
    if let Ok(password) = fs::read_to_string(&path)
        && !password.trim().is_empty()
    {
        return Ok(password.trim().to_owned());
    }
    let password = Uuid::new_v4().simple().to_string();
    let mut file =
        OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&path).at(&path)?;
    file.write_all(password.as_bytes()).at(&path)?;
    Ok(password)
}

/// Makes the data, aside and then renamed, so that a kill in between leaves nothing that looks finished.
fn make(programs: &Programs, folder: &Path, data: &Path, password: &str) -> Result<()> {
    let aside = folder.join("data.new");
    if aside.exists() {
        fs::remove_dir_all(&aside).at(&aside)?;
    }
    let password_file = folder.join("password.new");
    fs::write(&password_file, password).at(&password_file)?;
    fs::set_permissions(&password_file, fs::Permissions::from_mode(0o600)).at(&password_file)?;
    if programs.as_nobody {
        chown(&password_file, Some(NOBODY), Some(NOBODY)).at(&password_file)?;
    }
    let output = programs.run("initdb", |command| {
        command.arg("-D").arg(&aside).args([
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-sync",
            "-A",
            "scram-sha-256",
        ]);
        command.arg(format!("--pwfile={}", password_file.display()));
    });
    let removed = fs::remove_file(&password_file).at(&password_file);
    success("initdb", &output?)?;
    removed?;
    // The database is made in single-user mode, where it needs no connection.
    let mut command = programs.command("postgres");
    command.args(["--single", "-D"]).arg(&aside).arg("postgres");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let failed = |error: std::io::Error| EmbeddedPostgresError::Program {
        program: "postgres",
        output: error.to_string(),
    };
    let mut single = command.spawn().map_err(failed)?;
    if let Some(input) = single.stdin.as_mut() {
        writeln!(input, "create database {DATABASE};").map_err(failed)?;
    }
    success("postgres", &single.wait_with_output().map_err(failed)?)?;
    fs::rename(&aside, data).at(data)
}

/// Ends a server that outlived the process that started it.
fn end_leftover(programs: &Programs, data: &Path) -> Result<()> {
    if !data.join("postmaster.pid").is_file() {
        return Ok(());
    }
    let status = programs.run("pg_ctl", |command| {
        command.arg("-D").arg(data).arg("status");
    })?;
    // It is told to end when its parent ends, so it may be on its way; a stale file is dealt with by the server itself.
    if status.status.success() {
        tracing::info!("a database server was left running; it is ended first");
        if let Err(error) = stop(programs, data)
            && data.join("postmaster.pid").is_file()
        {
            return Err(error);
        }
    }
    Ok(())
}

fn stop(programs: &Programs, data: &Path) -> Result<()> {
    let output = programs.run("pg_ctl", |command| {
        command.arg("-D").arg(data).args(["-m", "fast", "-w", "-t", "60", "stop"]);
    })?;
    success("pg_ctl", &output)
}

fn launch(programs: &Programs, folder: &Path, data: &Path, port: u16, further: &[String]) -> Result<Child> {
    let log = folder.join("log");
    let file = OpenOptions::new().create(true).append(true).open(&log).at(&log)?;
    let errors = file.try_clone().at(&log)?;
    let mut command = programs.command("postgres");
    command.arg("-D").arg(data).args(["-p", &port.to_string()]);
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=100",
        "shared_buffers=256MB",
        "maintenance_work_mem=256MB",
        "log_min_messages=warning",
    ] {
        command.args(["-c", setting]);
    }
    if programs.has_statement_statistics() {
        command.args(["-c", "shared_preload_libraries=pg_stat_statements"]);
    }
    // A later one of the same name counts.
    for setting in further {
        command.args(["-c", setting]);
    }
    command.stdout(file).stderr(errors);
    // A group of its own: Ctrl-C reaches this process alone, which ends the server when it is done with it.
    command.process_group(0);
    command
        .spawn()
        .map_err(|error| EmbeddedPostgresError::Program { program: "postgres", output: error.to_string() })
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Whether any user can get to `path`.
fn reachable_for_others(path: &Path) -> bool {
    path.ancestors()
        .skip(1)
        .all(|folder| fs::metadata(folder).is_ok_and(|metadata| metadata.mode() & 0o001 != 0))
}

fn last_lines(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join(" | ")
}
