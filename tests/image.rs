//! The container image without Docker: what `Dockerfile` needs is sent to the build, and the program runs in the file system
//! that its lines make, as the user that it names, with nothing to be written to: as compose and Kubernetes run it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use cv_matching_tests::{checkout, fetched, folder, program};
use serde_json::Value;
use shared::host::EmbeddedPostgres;

/// The instructions, their continued lines joined, comments left out.
fn instructions() -> Vec<(String, String)> {
    let text = fs::read_to_string(checkout().join("Dockerfile")).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    lines
        .join("\n")
        .replace("\\\n", " ")
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let (name, rest) = line.trim().split_once(' ').unwrap();
            (name.to_owned(), rest.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect()
}

/// Whether `.dockerignore` keeps a path of the checkout from the build.
fn is_ignored(path: &str) -> bool {
    let text = fs::read_to_string(checkout().join(".dockerignore")).unwrap();
    text.lines().map(str::trim).filter(|line| !line.is_empty()).any(|pattern| {
        match pattern.strip_prefix("**/*") {
            Some(ending) => path.ends_with(ending),
            None => {
                assert!(!pattern.contains(['*', '?', '!', '[', '#']), "this test cannot read {pattern}");
                path == pattern || path.strip_prefix(pattern).is_some_and(|rest| rest.starts_with('/'))
            }
        }
    })
}

/// A path without its `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

#[test]
fn nothing_that_the_program_is_built_of_is_kept_from_the_build() {
    // What the compiler read when it built the program, and what cargo reads before.
    let read = fs::read_to_string(program().with_extension("d")).unwrap();
    let (_, sources) = read.split_once(": ").unwrap();
    let mut files: BTreeSet<PathBuf> =
        sources.split_whitespace().map(|path| plain(Path::new(path))).collect();
    assert!(files.len() > 100, "{} files", files.len());
    files.extend(["Cargo.toml", "Cargo.lock", "tests/Cargo.toml"].map(|name| checkout().join(name)));
    files.extend(["cli", "functions", "shared"].map(|name| checkout().join(name).join("Cargo.toml")));
    // And what is copied by name, but for what one stage takes from another.
    for (name, rest) in instructions() {
        if name == "COPY" && !rest.starts_with("--from") {
            let (from, _) = rest.split_once(' ').unwrap();
            files.insert(plain(&checkout().join(from)));
        }
    }
    for file in files {
        assert!(file.exists(), "{} is not there", file.display());
        let path = file.strip_prefix(checkout()).unwrap().to_str().unwrap();
        assert!(!is_ignored(path), ".dockerignore keeps {path} from the build");
    }
    for secret in [".env", ".local/data/jwt-secret", ".git/config", "target/release/cv-matching"] {
        assert!(is_ignored(secret), "{secret} is sent to the build");
    }
}

/// Makes the image's file system in `root` by the lines of the Dockerfile, but for building the program and fetching the model.
fn make(root: &Path) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for (name, rest) in instructions() {
        match name.as_str() {
            "RUN" if rest.contains("cargo build") => {
                let (_, made) = rest.split_once("-p cv-matching && ").unwrap();
                let made = made
                    .replace("/image", root.to_str().unwrap())
                    .replace("target/release/cv-matching", program().to_str().unwrap());
                let status = Command::new("sh").args(["-ec", &made]).status().unwrap();
                assert!(status.success(), "{made}");
            }
            "ENV" => variables.extend(rest.split(' ').map(|pair| {
                let (name, value) = pair.split_once('=').unwrap();
                (name.to_owned(), value.to_owned())
            })),
            _ => {}
        }
    }
    let (_, model) = variables.iter().find(|(name, _)| name == "MODEL_DIR").unwrap();
    let model = root.join(model.trim_start_matches('/'));
    fs::create_dir_all(&model).unwrap();
    let fetched = fetched::local().join("models/all-minilm-l6-v2-int8/model.onnx");
    fs::copy(fetched, model.join("model.onnx")).unwrap();
    variables
}

#[test]
fn the_program_reads_embeds_and_reaches_the_database_in_the_image_s_file_system() {
    let as_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let unshared = Command::new("unshare").args(["--mount", "true"]).status();
    if !as_root || !unshared.is_ok_and(|status| status.success()) {
        fetched::not_tested("the image's file system: this needs root and mounts of its own (`unshare`)");
        return;
    }
    let folder = folder();
    let root = folder.path().join("root");
    let variables = make(&root);
    let last = |wanted: &str| {
        let found = instructions().into_iter().rfind(|(name, _)| name == wanted);
        found.unwrap_or_else(|| panic!("there is no {wanted}")).1
    };
    assert_eq!((last("ENTRYPOINT"), last("CMD")), ("[\"/cv-matching\"]".into(), "[\"--help\"]".into()));
    // What Docker gives to every container.
    for name in ["proc", "dev"] {
        fs::create_dir(root.join(name)).unwrap();
    }
    fs::write(root.join("etc/hosts"), "127.0.0.1 localhost postgres\n").unwrap();

    let cv = checkout().join("samples/cvs/amara-okafor-registered-nurse.pdf");
    fs::copy(cv, root.join("data/cv.pdf")).unwrap();
    let job = "{\"id\": \"nurse\", \"title\": \"Registered Nurse\", \"text\": \"Registered nurse, intensive care, wound care\"}\n";
    fs::write(root.join("data/jobs.ndjson"), job).unwrap();
    fs::write(root.join("data/cvs.ndjson"), "{\"id\": \"amara\", \"path\": \"/data/cv.pdf\"}\n").unwrap();
    let run = |command: &str, more: &[(&str, &str)]| {
        let user = last("USER");
        let root = root.to_str().unwrap();
        let script = format!(
            "mount --bind {root} {root} && mount -o remount,bind,ro {root} && mount -t proc proc {root}/proc && mount --bind /dev {root}/dev
            exec chroot --userspec={user} {root} /cv-matching {command}"
        );
        let output = Command::new("unshare")
            .args(["--mount", "--", "sh", "-ec", &script])
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .envs(variables.iter().map(|(name, value)| (name.as_str(), value.as_str())))
            .envs(more.iter().copied())
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{command}: {words} {}", String::from_utf8_lossy(&output.stderr));
        words
    };
    assert!(run("--help", &[]).contains("Usage: cv-matching"));
    let read: Value = serde_json::from_str(&run("parse /data/cv.pdf", &[])).unwrap();
    assert_eq!(read["profile"]["basics"]["name"], "Amara Okafor", "{read}");
    let ranked = run("rank --cvs /data/cvs.ndjson --jobs /data/jobs.ndjson", &[]);
    let ranked: Value = serde_json::from_str(&ranked).unwrap();
    assert_eq!(ranked["results"][0]["job_id"], "nurse", "{ranked}");
    // By its name, as in compose.
    let database = EmbeddedPostgres::start(&fetched::postgres(), &folder.path().join("database")).unwrap();
    let url = database.url().replace("@127.0.0.1:", "@postgres:");
    assert!(run("migrate", &[("DATABASE_URL", &url)]).contains("applied V1"));
}
