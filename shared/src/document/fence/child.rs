//! The child's side of the fence: it limits itself, then answers its parent's requests until the parent is gone.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use super::MAX_MEMORY_BYTES;
use super::wire::{self, Answer, FrameError, Request};
use crate::document::STACK_BYTES;
use crate::document::task::{self, Outcome};

/// More than any request has: a parent does not send what is over its own limit.
const MAX_REQUEST_BYTES: u64 = 256 << 20;

/// Answers requests and ends the process.
pub(super) fn serve() -> ! {
    // What a panic says is of no use to the parent, which is told of it by the answer.
    std::panic::set_hook(Box::new(|_| {}));
    let status = match serve_on_large_stack() {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("{error}");
            1
        }
    };
    std::process::exit(status);
}

fn serve_on_large_stack() -> io::Result<()> {
    // Both directions go through one socket, which stands where standard input is.
    let parent = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    limit(Resource::As, MAX_MEMORY_BYTES)?;
    limit(Resource::Data, MAX_MEMORY_BYTES)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    let thread = std::thread::Builder::new()
        .name("read-documents".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || answer_requests(parent))?;
    // From here on no file, socket, thread or process can be opened. (The last two: unless this is root.)
    limit(Resource::Nofile, 0)?;
    limit(Resource::Nproc, 0)?;
    thread.join().unwrap_or(Ok(()))
}

fn answer_requests(mut parent: UnixStream) -> io::Result<()> {
    loop {
        let (request, bytes): (Request, Vec<u8>) = match wire::read(&mut parent, MAX_REQUEST_BYTES) {
            Ok(request) => request,
            Err(FrameError::Closed) => return Ok(()),
            Err(error) => return Err(io::Error::other(error)),
        };
        limit_time(request.limits.deadline)?;
        let outcome = task::perform(request.task, bytes, &request.limits);
        let (answer, body) = match outcome {
            Ok(Outcome::Document(document)) => (Answer::Document(document), Vec::new()),
            Ok(Outcome::Picture(Some(picture))) => {
                (Answer::Picture(picture.width, picture.height), picture.grey)
            }
            Ok(Outcome::Picture(None)) => (Answer::NoPicture, Vec::new()),
            Err(error) => (Answer::Error(error), Vec::new()),
        };
        match wire::write(&mut parent, &answer, &body) {
            Ok(()) => {}
            Err(FrameError::Closed) => return Ok(()),
            Err(error) => return Err(io::Error::other(error)),
        }
    }
}

/// Lets this process compute as long as one request may take, from now on. Past that the kernel ends it, should the parent
/// be gone and the reader look at no clock.
fn limit_time(deadline: Duration) -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    // Whole seconds only: one for what is cut off of each.
    let most = used + deadline.as_secs() + 2;
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(most), maximum: None })?)
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}
