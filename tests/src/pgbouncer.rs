//! PgBouncer before a database: it gives a server connection for the length of a transaction only.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::fetched;

/// A running PgBouncer.
pub struct PgBouncer {
    process: Child,
    /// Where the database is reached through it.
    pub url: String,
}

impl PgBouncer {
    /// Starts `program` on `port` before the database at `database_url`, with its files in `folder` and three connections.
    pub fn start(program: &Path, port: u16, database_url: &str, folder: &Path) -> Self {
        let url = reqwest::Url::parse(database_url).expect("an address");
        let (server_port, password) = (url.port().expect("a port"), url.password().expect("a password"));
        let folder = folder.join("pgbouncer");
        std::fs::create_dir(&folder).expect("its folder can be made");
        let users = folder.join("users.txt");
        std::fs::write(&users, format!("\"postgres\" \"{password}\"\n")).expect("a file can be written");
        let ini = folder.join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={server_port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
            unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\npool_mode = transaction\ndefault_pool_size = 3\n",
            users.display()
        );
        std::fs::write(&ini, text).expect("a file can be written");
        // It refuses to run as root: then as nobody, who may pass through folders that are closed to others.
        let as_root = std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
        let mut command = Command::new(if as_root { Path::new("setpriv") } else { program });
        if as_root {
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_override"]);
            command.args(["--ambient-caps=+dac_override", "--"]).arg(program);
        }
        command
            .arg("--quiet")
            .arg(&ini)
            .stdin(Stdio::null())
            .env("LD_LIBRARY_PATH", fetched::debian_libraries());
        let process = command.spawn().expect("it can be started");
        for _ in 0..1000 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let name = url.path().trim_start_matches('/');
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/{name}?sslmode=disable");
        Self { process, url }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
