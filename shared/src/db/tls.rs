//! TLS to the database. The server's certificate is checked against the machine's own roots.

use tokio_postgres_rustls::MakeRustlsConnect;

use super::DbError;

/// A connector with the machine's root certificates.
pub(super) fn connector() -> Result<MakeRustlsConnect, DbError> {
    crate::tls::use_ring();
    let (connector, problems) = MakeRustlsConnect::with_native_certs().map_err(|problems| {
        let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
        DbError::Tls(format!("this machine has no root certificates ({})", words.join("; ")))
    })?;
    for problem in problems {
        tracing::debug!(%problem, "a root certificate of this machine cannot be read");
    }
    Ok(connector)
}
