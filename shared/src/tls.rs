//! The one TLS stack: rustls with ring. Postgres, Redis, S3, SQS and the fetching of public keys all use it.

/// Makes ring the process's cryptography. Cheap, and harmless where it was done before.
pub fn use_ring() {
    // The error says that a provider is in place already: then that one is ring too, there is no other in the build.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
