//! Files that are made to harm: each fails with its own reason, in time and memory, and takes nothing else with it.

#[path = "../shared/src/document/tests/files.rs"]
#[allow(dead_code)] // Other tests use the rest.
mod files;

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cv_matching_tests::{PATIENCE, Server, checkout, folder, program, signal};
use files::{PdfWriter, docx, encrypted_pdf, pdf, zip};
use serde_json::Value;

/// What reading may take, with what starting and writing take on a busy machine.
const IN_TIME_MS: f64 = 5_000.0;
const MEMORY_KB: u64 = 512 << 10;

struct Hostile {
    name: &'static str,
    content: Vec<u8>,
    /// The kinds of error that are right for it.
    kinds: &'static [&'static str],
}

/// A PDF with one page whose content is a stream with this dictionary and data.
fn page_of(dictionary: &str, data: &[u8], more: &[&str]) -> Vec<u8> {
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    writer.object(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    writer.object(
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R /Y 6 0 R >> >> >>",
    );
    writer.stream(dictionary, data);
    for object in more {
        writer.object(object.as_bytes());
    }
    writer.finish()
}

/// Two forms that draw each other, twice each: two to the depth of calls.
fn forms_without_end() -> Vec<u8> {
    let form = |draws: &str| {
        format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R /Y 6 0 R >> >> /Length {} >>\n\
            stream\n{draws}\nendstream",
            draws.len()
        )
    };
    page_of("", b"/X Do /Y Do", &[&form("/Y Do /Y Do"), &form("/X Do /X Do")])
}

/// Forms that each draw the next one ten times: a billion and more in the end, and nothing on the page to be noticed by.
fn a_billion_forms() -> Vec<u8> {
    let levels = 12;
    let names: String = (0..levels).map(|level| format!("/F{level} {} 0 R ", 5 + level)).collect();
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    writer.object(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    let resources = format!("/Resources << /XObject << {names} >> >>");
    writer.object(
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {resources} >>")
            .as_bytes(),
    );
    writer.stream("", b"/F0 Do");
    for level in 1..=levels {
        let draws = if level == levels { String::new() } else { format!("/F{level} Do ").repeat(10) };
        let form = format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] {resources}");
        writer.stream(&form, draws.as_bytes());
    }
    writer.finish()
}

/// Pages that are their own children.
fn pages_without_end() -> Vec<u8> {
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    writer.object(b"<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 3 >>");
    writer.object(b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Parent 2 0 R /Count 2 >>");
    writer.finish()
}

/// A cross-reference table that names itself as the one before it.
fn table_without_end() -> Vec<u8> {
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    writer.object(b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Length 2 0 R >>");
    writer.object(b"<< /Type /Page /Parent 3 0 R /MediaBox 3 0 R /Contents 3 0 R >>");
    writer.trailer = format!("/Prev {}", writer.bytes.len());
    writer.finish()
}

fn nested_page_tree() -> Vec<u8> {
    let deep = 200_000;
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    let kids = "[".repeat(deep) + &"]".repeat(deep);
    writer.object(format!("<< /Type /Pages /Kids {kids} /Count 1 >>").as_bytes());
    writer.finish()
}

fn with_document_type(declarations: &str, text: &str) -> Vec<u8> {
    let xml = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE x [{declarations}]><w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    );
    zip(&[("word/document.xml", xml.as_bytes())])
}

fn billion_laughs() -> Vec<u8> {
    let mut declarations = "<!ENTITY a0 \"ha\">".to_owned();
    for level in 1..30 {
        declarations += &format!("<!ENTITY a{level} \"&a{0};&a{0};&a{0};&a{0};\">", level - 1);
    }
    with_document_type(&declarations, "&a29;")
}

/// A gibibyte of zeros, packed; about a megabyte.
fn deflated_gibibyte() -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(4));
    let chunk = vec![b' '; 1 << 20];
    for _ in 0..1024 {
        encoder.write_all(&chunk).expect("memory takes all");
    }
    encoder.finish().expect("memory takes all")
}

/// `size` zeros as LZWDecode unpacks them: far smaller than deflate makes them, and packed in a way that no scan of streams
/// looks into.
fn lzw_zeros(size: usize) -> Vec<u8> {
    const CLEAR: u32 = 256;
    const END: u32 = 257;
    const TABLE: u32 = 4096;
    let (mut bytes, mut pending, mut bits) = (Vec::new(), 0u64, 0);
    let mut put = |code: u32, width: u32| {
        pending = pending << width | u64::from(code);
        bits += width;
        while bits >= 8 {
            bits -= 8;
            bytes.push((pending >> bits) as u8);
        }
    };
    let mut made = 0;
    while made < size {
        put(CLEAR, if made == 0 { 9 } else { 12 });
        put(0, 9);
        made += 1;
        // Each code stands for one zero more than the one before.
        for code in 258..TABLE - 2 {
            let width = (code + 2).next_power_of_two().ilog2().max(9);
            put(code, width.min(12));
            made += (code - 256) as usize;
        }
    }
    put(END, 12);
    put(0, 7);
    bytes
}

fn hostile_files() -> Vec<Hostile> {
    let file = |name, content: Vec<u8>, kinds| Hostile { name, content, kinds };
    let good = pdf(&[&files::put(50.0, 100.0, 10.0, "Jane Doe, welder, ten years of work")]);
    let deep = 100_000;
    let nested = |open: &str, close: &str| open.repeat(2 * deep) + &close.repeat(2 * deep);
    let gibibyte = deflated_gibibyte();
    assert!(gibibyte.len() < 5 << 20, "the bomb has {} bytes", gibibyte.len());
    let lzw = lzw_zeros(1 << 30);
    assert!(lzw.len() < 1 << 20, "the bomb has {} bytes", lzw.len());
    let document_bomb = zip(&[("word/document.xml", &vec![b' '; 1 << 30])]);
    let content = |content: String| page_of("", content.as_bytes(), &[]);
    vec![
        file("encrypted.pdf", encrypted_pdf(), &["encrypted"]),
        file("truncated.pdf", good[..good.len() / 3].to_vec(), &["damaged"]),
        file("truncated.docx", docx("<w:p/>", &[])[..120].to_vec(), &["damaged"]),
        file("pages.pdf", pdf(&vec!["BT ET"; 10_000]), &["too_many_pages"]),
        file("arrays.pdf", content(nested("[", "]") + " TJ"), &["empty", "damaged", "too_deep"]),
        file(
            "dictionaries.pdf",
            content(nested("<< /A ", " >>") + " BDC"),
            &["empty", "damaged", "too_deep"],
        ),
        file("page-tree.pdf", nested_page_tree(), &["damaged", "too_deep"]),
        file("elements.docx", docx(&"<w:sdt>".repeat(deep), &[]), &["too_deep"]),
        file("groups.rtf", ("{\\rtf1 ".to_owned() + &"{".repeat(deep) + "x").into_bytes(), &["too_deep"]),
        file("tags.html", ("<html>".to_owned() + &"<div>".repeat(deep) + "x").into_bytes(), &["too_deep"]),
        file("deflate-bomb.pdf", page_of("/Filter /FlateDecode", &gibibyte, &[]), &["too_large"]),
        file("lzw-bomb.pdf", page_of("/Filter /LZWDecode", &lzw, &[]), &["too_much_memory"]),
        file("zip-bomb.docx", document_bomb, &["too_large"]),
        file(
            "external-entity.docx",
            with_document_type("<!ENTITY secret SYSTEM \"file:///etc/passwd\">", "&secret;"),
            &["damaged"],
        ),
        file("billion-laughs.docx", billion_laughs(), &["damaged"]),
        file("forms.pdf", forms_without_end(), &["empty", "timed_out", "damaged", "too_deep"]),
        file("billion-forms.pdf", a_billion_forms(), &["timed_out"]),
        file("page-loop.pdf", pages_without_end(), &["damaged", "too_deep", "timed_out"]),
        file("table-loop.pdf", table_without_end(), &["damaged", "empty", "timed_out"]),
    ]
}

const GOOD: [&str; 3] = [
    "samples/cvs/declan-murphy-electrician.pdf",
    "samples/cvs/rhys-llewellyn-account-manager.docx",
    "samples/cvs/ximena-robles-cardenas-customer-service-representative.rtf",
];

/// What the operating system says of a process, `None` once it is gone.
fn status_of(pid: u32) -> Option<HashMap<String, String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let fields = text.lines().filter_map(|line| line.split_once(':'));
    Some(fields.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect())
}

/// What a process holds open, by number.
fn open_files(pid: u32) -> HashMap<u32, PathBuf> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).expect("the process runs");
    let entry = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.ok()?.path();
        Some((path.file_name()?.to_str()?.parse().ok()?, fs::read_link(path).ok()?))
    };
    entries.filter_map(entry).collect()
}

/// The reading processes of a process.
fn readers_of(parent: u32) -> Vec<u32> {
    let pids = fs::read_dir("/proc")
        .expect("there is /proc")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let is_reader = |pid: &u32| {
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        command.split(|byte| *byte == 0).nth(1) == Some(b"read-documents")
            && status_of(*pid).is_some_and(|status| status["PPid"] == parent.to_string())
    };
    pids.filter(is_reader).collect()
}

/// The most memory that any reading process of `parent` was seen with, in KiB, until `done`.
fn watch_memory(parent: u32, done: &AtomicBool) -> u64 {
    let mut most = 0;
    while !done.load(Ordering::Relaxed) {
        for pid in readers_of(parent) {
            let peak = status_of(pid).and_then(|status| status.get("VmHWM")?.split(' ').next()?.parse().ok());
            most = most.max(peak.unwrap_or(0));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    most
}

#[test]
fn parse_tells_the_reason_of_each_hostile_file_and_reads_the_others() {
    let folder = folder();
    let hostile = hostile_files();
    let mut arguments: Vec<PathBuf> = vec![checkout().join(GOOD[0])];
    for file in &hostile {
        let path = folder.path().join(file.name);
        fs::write(&path, &file.content).unwrap();
        arguments.push(path);
    }
    fs::write(folder.path().join("empty.pdf"), b"").unwrap();
    arguments.push(folder.path().join("empty.pdf"));
    arguments.extend(GOOD[1..].iter().map(|good| checkout().join(good)));

    let parse = Command::new(program())
        .arg("parse")
        .args(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is built: run `make test`");
    let (pid, done) = (parse.id(), AtomicBool::new(false));
    let (output, peak) = std::thread::scope(|scope| {
        let watch = scope.spawn(|| watch_memory(pid, &done));
        let output = parse.wait_with_output().unwrap();
        done.store(true, Ordering::Relaxed);
        (output, watch.join().unwrap())
    });
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), arguments.len());
    for (file, line) in hostile.iter().zip(&lines[1..]) {
        let kind = line["error"]["kind"].as_str().unwrap_or_else(|| panic!("{}: {line}", file.name));
        let message = line["error"]["message"].as_str().unwrap();
        println!("{:<22} {kind:<16} {:>8} ms  {message}", file.name, line["milliseconds"]);
        assert!(file.kinds.contains(&kind), "{}: {kind}: {message}", file.name);
        assert!(line["milliseconds"].as_f64().unwrap() < IN_TIME_MS, "{}: {line}", file.name);
    }
    let empty = &lines[1 + hostile.len()];
    assert_eq!(empty["error"]["kind"], "empty");
    for line in [&lines[0]].into_iter().chain(&lines[2 + hostile.len()..]) {
        assert!(line["profile"]["basics"]["name"].is_string(), "{line}");
    }
    println!("most memory of a reading process: {peak} KiB");
    assert!(peak > 0, "no reading process was seen");
    assert!(peak <= MEMORY_KB, "a reading process took {peak} KiB");
}

#[tokio::test]
async fn a_batch_with_hostile_files_completes_and_its_server_stays_well() {
    let folder = folder();
    let server = Server::start(folder.path(), &[], None);
    let (pid, done) = (server.pid(), Arc::new(AtomicBool::new(false)));
    let watched = Arc::clone(&done);
    let watch = std::thread::spawn(move || watch_memory(pid, &watched));
    upload_all(&server).await;
    done.store(true, Ordering::Relaxed);
    let peak = watch.join().unwrap();
    assert!(peak > 0 && peak <= MEMORY_KB, "a reading process took {peak} KiB");
    let health = server.get("op", "/api/admin/system_health").await;
    assert_eq!(health["status"], "ok", "{health}");
    assert!(server.stop().success());
}

async fn upload_all(server: &Server) {
    let mut bad = Vec::new();
    for file in hostile_files() {
        let sub = format!("mallory-{}", file.name);
        let (status, answer) = server.upload(&sub, file.name, file.content, None).await;
        match answer["cv_id"].as_str() {
            Some(id) => bad.push((sub, id.to_owned(), file.kinds)),
            // Refused at the door, which is as good.
            None => assert!(status.is_client_error(), "{}: {status} {answer}", file.name),
        }
    }
    assert!(bad.len() > 10, "only {} were taken in", bad.len());
    let mut good = Vec::new();
    for path in GOOD {
        good.push(server.upload_cv("jane", "cv", fs::read(checkout().join(path)).unwrap()).await);
    }
    for id in good {
        assert_eq!(server.recommendations("jane", &id).await["status"], "completed");
    }
    for (sub, id, kinds) in bad {
        let answer = server.recommendations(&sub, &id).await;
        assert_eq!(answer["status"], "failed", "{sub}: {answer}");
        let reason = answer["failure"]["reason"].as_str().or(answer["failure"]["kind"].as_str());
        assert!(kinds.iter().any(|kind| Some(*kind) == reason), "{sub}: {answer}");
    }
}

#[tokio::test]
async fn reading_processes_hold_no_secret_and_no_file_are_replaced_and_end_with_their_server() {
    let folder = folder();
    let server = Server::start(folder.path(), &[], None);
    let pid = server.pid();
    let text =
        |name: &str| format!("{name}\nWelder\n\nExperience\nWelder, River Works, 2019 - 2022\n").into_bytes();
    let id = server.upload_cv("ada", "cv.txt", text("Ada Roe")).await;
    assert_eq!(server.recommendations("ada", &id).await["status"], "completed");
    let readers = readers_of(pid);
    assert!(!readers.is_empty(), "no reading process is there");
    for reader in &readers {
        let environment = fs::read(format!("/proc/{reader}/environ")).unwrap();
        assert_eq!(String::from_utf8_lossy(&environment).trim_end_matches('\0'), "MALLOC_ARENA_MAX=1");
        let limits = fs::read_to_string(format!("/proc/{reader}/limits")).unwrap();
        let most = limits.lines().find(|line| line.starts_with("Max address space")).unwrap();
        assert_eq!(most.split_whitespace().nth(3), Some("536870912"), "{most}");
        // Its socket, nothing, and its words of death; and what whoever runs these tests left open to all.
        let from_outside = open_files(std::process::id());
        for (number, file) in open_files(*reader) {
            let is_from_outside = from_outside.contains_key(&number) && from_outside[&number] == file;
            assert!(number <= 3 || is_from_outside, "it holds a file of its server: {number}, {file:?}");
        }
    }

    for reader in &readers {
        signal("-KILL", *reader);
    }
    let id = server.upload_cv("bob", "cv.txt", text("Bob Roe")).await;
    assert_eq!(server.recommendations("bob", &id).await["status"], "completed");
    let readers = readers_of(pid);
    assert!(!readers.is_empty(), "no reading process is there again");

    server.kill();
    let until = Instant::now() + PATIENCE;
    while readers
        .iter()
        .any(|reader| status_of(*reader).is_some_and(|status| !status["State"].starts_with('Z')))
    {
        assert!(Instant::now() < until, "a reading process outlives its server");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
