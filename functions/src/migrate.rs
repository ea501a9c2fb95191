//! Brings the database's tables up to date: called by whoever deploys, before a new version takes over.

use crate::function::{Function, Need, Trigger};

/// This function.
pub const FUNCTION: Function = Function {
    name: "migrate",
    trigger: Trigger::Deployment,
    batch_size: 1,
    timeout_seconds: 900,
    memory_mb: 256,
    needs: &[Need::Database],
};
