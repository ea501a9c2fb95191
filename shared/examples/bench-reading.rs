//! Measures what reading CVs costs: in this process and in the fence's processes, and parsing. `make bench-reading` runs it
//! on the sample CVs; other folders can be named: `make bench-reading FILES='folder/*.pdf'`.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use shared::config::{ReadingSettings, Recogniser};
use shared::document::{Document, Limits, Reader, fence};
use shared::domain::PartialDate;
use shared::parsing;
use shared::skills::Taxonomy;

/// Each file is read this often; the fastest counts, because other work on the machine only ever adds.
const ROUNDS: usize = 9;

fn main() -> anyhow::Result<()> {
    fence::serve_if_asked();
    let files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let mut contents = Vec::new();
    for file in &files {
        contents.push(fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?);
    }
    anyhow::ensure!(!contents.is_empty(), "name the files to read");

    let one = ReadingSettings {
        processes: Some(1),
        recogniser: Recogniser::Off,
        recognised_languages: String::new(),
    };
    let (thread, process) = (Reader::in_thread(), Reader::new(&one));
    let started = Instant::now();
    process.warm_up();
    // The first answer says that it is up.
    let _ = process.read(b"Ada Byron", &Limits::default());
    println!("start of a reading process to its first answer: {:.1} ms", milliseconds(started.elapsed()));
    let before = peak_kib("/proc/self/status");
    let started = Instant::now();
    Taxonomy::global();
    println!(
        "the taxonomy: {:.0} ms to load, {} MiB (why it is not loaded in each reading process)",
        milliseconds(started.elapsed()),
        (peak_kib("/proc/self/status") - before) / 1024,
    );

    let (mut in_thread, mut in_process, mut over, mut parse, mut both) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut unreadable = 0;
    for content in &contents {
        let Ok(document) = thread.read(content, &Limits::default()) else {
            unreadable += 1;
            continue;
        };
        // In turns, so that a busy moment of the machine meets all of them.
        let (mut thread_time, mut process_time, mut parse_time) = (f64::MAX, f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            thread_time = thread_time.min(time(|| thread.read(content, &Limits::default()).is_ok()));
            process_time = process_time.min(time(|| process.read(content, &Limits::default()).is_ok()));
            parse_time = parse_time.min(time(|| parsed(&document)));
        }
        in_thread.push(thread_time);
        in_process.push(process_time);
        over.push(process_time - thread_time);
        parse.push(parse_time);
        both.push(process_time + parse_time);
    }
    println!("{} files, {unreadable} unreadable; milliseconds a file, fastest of {ROUNDS}:", contents.len());
    println!("{:<42}{:>8}{:>8}{:>8}{:>8}", "", "mean", "p50", "p95", "max");
    row("reading in a thread of this process", &mut in_thread);
    row("reading in a process of its own", &mut in_process);
    row("  the difference: what the fence costs", &mut over);
    row("parsing", &mut parse);
    row("reading in a process of its own, parsing", &mut both);

    let child = fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|pid| parent_of(pid) == Some(std::process::id()))
        .map(|pid| peak_kib(&format!("/proc/{pid}/status")))
        .max();
    println!(
        "peak resident memory: reading process {:.1} MiB, this process {:.1} MiB (taxonomy and all files included)",
        child.unwrap_or(0) as f64 / 1024.0,
        peak_kib("/proc/self/status") as f64 / 1024.0
    );
    Ok(())
}

fn parsed(document: &Document) -> bool {
    let today = PartialDate { year: 2026, month: Some(1), day: Some(1) };
    !parsing::parse(document, Taxonomy::global(), today).text.is_empty()
}

fn time(work: impl Fn() -> bool) -> f64 {
    let started = Instant::now();
    std::hint::black_box(work());
    milliseconds(started.elapsed())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn row(name: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        times.get((share * times.len() as f64) as usize).or(times.last()).copied().unwrap_or(0.0)
    };
    let mean = times.iter().sum::<f64>() / times.len().max(1) as f64;
    println!("{name:<42}{mean:>8.2}{:>8.2}{:>8.2}{:>8.2}", at(0.5), at(0.95), at(1.0));
}

/// The most memory that a process was seen to hold.
fn peak_kib(status: &str) -> u64 {
    field(status, "VmHWM:").unwrap_or(0)
}

fn parent_of(pid: &str) -> Option<u32> {
    field(&format!("/proc/{pid}/status"), "PPid:").and_then(|parent| u32::try_from(parent).ok())
}

fn field(status: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}
