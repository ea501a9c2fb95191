//! How a process ends: it is asked to, stops taking work, finishes what it holds, and exits.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What is running in this process, and whether it is to end. Cheap to clone.
#[derive(Clone, Default)]
pub struct Stopping {
    asked: CancellationToken,
    running: TaskTracker,
}

impl Stopping {
    /// Nothing runs, and nobody asked for the end.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends when the process is asked to end by SIGTERM or SIGINT (Ctrl-C).
    ///
    /// # Errors
    /// The operating system gives no signals.
    pub fn on_signals(&self) -> std::io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let asked = self.asked.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            asked.cancel();
        });
        Ok(())
    }

    /// Asks for the end.
    pub fn stop(&self) {
        self.asked.cancel();
    }

    /// Resolves when the end is asked for.
    pub async fn asked(&self) {
        self.asked.cancelled().await;
    }

    /// Whether the end is asked for.
    pub fn is_asked(&self) -> bool {
        self.asked.is_cancelled()
    }

    /// Runs something that [`Stopping::finished`] waits for.
    pub fn run(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.running.spawn(work);
    }

    /// Resolves when the end was asked for and everything that was run has ended.
    pub async fn finished(&self) {
        self.asked().await;
        self.running.close();
        self.running.wait().await;
    }
}
