//! The layers and extractors, asked over a router as the functions build theirs.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use tower::ServiceExt;

use super::{
    Candidate, Content, FormFile, IdOf, IdempotencyKey, Json, PROBLEM_JSON, Problem, ProblemDetails,
    ProblemKind, Query, REQUEST_ID, with_layers,
};
use crate::auth::{Denied, Role, Verifier, issue_token};
use crate::config::AuthSettings;
use crate::db::DbError;
use crate::document::DocumentError;
use crate::domain::CvId;
use crate::pipeline::IntakeError;
use crate::queue::QueueError;
use crate::storage::StorageError;

const MOST: usize = 1000;

#[derive(Deserialize)]
struct Posted {
    title: String,
    #[serde(default)]
    count: u32,
}

#[derive(Deserialize)]
struct Asked {
    limit: Option<u32>,
}

fn settings() -> AuthSettings {
    AuthSettings {
        jwt_secret: Some("a secret of these tests, 32 bytes long".to_owned()),
        ..AuthSettings::default()
    }
}

fn router() -> Router {
    let router = Router::<Verifier>::new()
        .route("/fine", get(async || "fine"))
        .route("/panics", get(async || -> &'static str { panic!("secret words") }))
        .route("/cvs/{id}", get(async |IdOf(id): IdOf<CvId>| id.to_string()))
        .route("/candidate", get(async |Candidate(candidate): Candidate| candidate.0))
        .route("/query", get(async |Query(query): Query<Asked>| query.limit.unwrap_or(7).to_string()))
        .route("/json", post(async |Json(body): Json<Posted>| format!("{} {}", body.title, body.count)))
        .route("/key", get(async |IdempotencyKey(key): IdempotencyKey| key.unwrap_or_default()))
        .route(
            "/content",
            post(async |content: Content<MOST>| format!("{} {}", content.media_type, content.bytes.len())),
        )
        .route("/file", post(async |file: FormFile<MOST>| format!("{} {}", file.name, file.content.len())));
    with_layers(router, None).with_state(Verifier::new(&settings()).unwrap())
}

fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path)
}

async fn ask(request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    taken(router().oneshot(request).await.unwrap()).await
}

async fn taken(response: Response) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

/// The problem that a request is answered with; checks what every problem must have.
async fn problem(request: Request<Body>) -> (ProblemDetails, HeaderMap) {
    let path = request.uri().path().to_owned();
    let (status, headers, body) = ask(request).await;
    assert_eq!(headers[header::CONTENT_TYPE], PROBLEM_JSON, "{body}");
    let details: ProblemDetails = serde_json::from_str(&body).unwrap();
    assert_eq!(details.status, status.as_u16());
    assert_eq!(details.instance.as_deref(), Some(path.as_str()));
    assert_eq!(details.request_id.as_deref(), Some(headers[REQUEST_ID].to_str().unwrap()));
    assert!(details.type_uri.starts_with("urn:problem-type:cv-matching:"));
    (details, headers)
}

fn empty(method: &str, path: &str) -> Request<Body> {
    request(method, path).body(Body::empty()).unwrap()
}

fn with_token(authorization: &str) -> Request<Body> {
    request("GET", "/candidate").header("Authorization", authorization).body(Body::empty()).unwrap()
}

fn json(text: impl Into<Body>) -> Request<Body> {
    request("POST", "/json")
        .header("Content-Type", "application/json; charset=utf-8")
        .body(text.into())
        .unwrap()
}

fn form(parts: &[(&str, &[u8])]) -> Request<Body> {
    let mut body = Vec::new();
    for (disposition, content) in parts {
        body.extend_from_slice(
            format!("--x\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--\r\n");
    request("POST", "/file")
        .header("Content-Type", "multipart/form-data; boundary=x")
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn an_unknown_address_is_a_problem() {
    let (details, _) = problem(empty("GET", "/nowhere")).await;
    assert_eq!(details.status, 404);
}

#[tokio::test]
async fn a_wrong_method_is_a_problem_that_says_which_are_right() {
    let (details, headers) = problem(empty("DELETE", "/json")).await;
    assert_eq!(details.status, 405);
    assert_eq!(headers[header::ALLOW], "POST");
}

#[tokio::test]
async fn a_panic_is_a_problem_that_tells_nothing_of_its_inside() {
    let (details, _) = problem(empty("GET", "/panics")).await;
    assert_eq!(details.status, 500);
    assert!(!serde_json::to_string(&details).unwrap().contains("secret"));
}

#[tokio::test]
async fn every_answer_has_an_id_and_the_headers_of_safety() {
    for path in ["/fine", "/nowhere", "/panics"] {
        let (_, headers, _) = ask(empty("GET", path)).await;
        assert!(headers[REQUEST_ID].to_str().unwrap().parse::<uuid::Uuid>().is_ok());
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert!(
            headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-ancestors 'none'")
        );
    }
}

#[tokio::test]
async fn the_clients_id_is_kept_unless_it_could_do_harm() {
    let with_id = |id: &str| request("GET", "/fine").header(REQUEST_ID, id).body(Body::empty()).unwrap();
    assert_eq!(ask(with_id("trace-42")).await.1[REQUEST_ID], "trace-42");
    for id in ["", "a b", "<script>", &"x".repeat(129)] {
        assert_ne!(ask(with_id(id)).await.1[REQUEST_ID].to_str().unwrap(), id);
    }
}

#[tokio::test]
async fn without_a_token_the_answer_asks_for_one() {
    for request in
        [empty("GET", "/candidate"), with_token("Basic YTpi"), with_token("Bearer"), with_token("Bearer  ")]
    {
        let (details, headers) = problem(request).await;
        assert_eq!(details.status, 401);
        assert_eq!(headers[header::WWW_AUTHENTICATE], r#"Bearer realm="cv-matching""#);
    }
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_named_as_the_error() {
    let other =
        AuthSettings { jwt_secret: Some("another secret, of 32 bytes at least".to_owned()), ..settings() };
    let forged = issue_token(&other, "ann", &[Role::Candidate], Duration::from_secs(60)).unwrap();
    for token in [forged.as_str(), "nonsense"] {
        let (details, headers) = problem(with_token(&format!("Bearer {token}"))).await;
        assert_eq!(details.status, 401);
        assert!(headers[header::WWW_AUTHENTICATE].to_str().unwrap().contains(r#"error="invalid_token""#));
    }
}

#[tokio::test]
async fn the_right_role_gets_in_and_another_does_not() {
    let token = |role| issue_token(&settings(), "ann", &[role], Duration::from_secs(60)).unwrap();
    let (status, _, body) = ask(with_token(&format!("bearer {}", token(Role::Candidate)))).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "ann"));
    let (details, headers) = problem(with_token(&format!("Bearer {}", token(Role::Recruiter)))).await;
    assert_eq!(details.status, 403);
    assert!(!headers.contains_key(header::WWW_AUTHENTICATE));
}

#[tokio::test]
async fn a_path_without_an_id_is_the_path_of_nothing() {
    for text in ["x", "1", "0199b1f0-7a53-7d6e-8c11", "%FF", "%00"] {
        assert_eq!(problem(empty("GET", &format!("/cvs/{text}"))).await.0.status, 404, "{text}");
    }
    let id = CvId::new();
    assert_eq!(ask(empty("GET", &format!("/cvs/{id}"))).await.2, id.to_string());
}

#[tokio::test]
async fn a_query_that_cannot_be_read_names_the_parameter() {
    let (details, _) = problem(empty("GET", "/query?limit=many")).await;
    assert_eq!(details.status, 400);
    assert_eq!(details.errors[0].field, "limit");
    assert_eq!(ask(empty("GET", "/query?other=1")).await.2, "7");
}

#[tokio::test]
async fn json_is_read_and_what_is_wrong_with_it_is_told() {
    assert_eq!(ask(json(r#"{"title": "A", "count": 2}"#)).await.2, "A 2");
    let (details, _) = problem(json(r#"{"count": 2}"#)).await;
    assert_eq!((details.status, details.errors[0].field.as_str()), (422, "title"));
    let (details, _) = problem(json(r#"{"title": "A", "count": "two"}"#)).await;
    assert_eq!((details.status, details.errors[0].field.as_str()), (422, "count"));
    assert_eq!(problem(json("{")).await.0.status, 400);
    assert_eq!(problem(json("")).await.0.status, 400);
    assert_eq!(problem(json(vec![b' '; 1024 * 1024 + 1])).await.0.status, 413);
    let untyped = request("POST", "/json").body(Body::from("{}")).unwrap();
    assert_eq!(problem(untyped).await.0.status, 415);
}

#[tokio::test]
async fn a_body_is_taken_up_to_its_limit_and_no_further() {
    let content = |bytes: usize| {
        request("POST", "/content")
            .header("Content-Type", "Text/CSV; header=present")
            .body(vec![b'x'; bytes].into())
            .unwrap()
    };
    assert_eq!(ask(content(MOST)).await.2, "text/csv 1000");
    assert_eq!(problem(content(MOST + 1)).await.0.status, 413);
}

#[tokio::test]
async fn the_file_of_a_form_is_found_beside_other_fields() {
    let (_, _, body) = ask(form(&[
        ("name=\"note\"", b"hello"),
        ("name=\"cv\"; filename=\"My CV.pdf\"", b"%PDF-"),
        ("name=\"file\"; filename=\"other.pdf\"", b"%PDF-more"),
    ]))
    .await;
    assert_eq!(body, "My CV.pdf 5");
    assert_eq!(ask(form(&[("name=\"file\"", b"text")])).await.2, " 4");
    assert_eq!(ask(form(&[("name=\"file\"; filename=\"a\"", &[7; MOST])])).await.2, "a 1000");
}

#[tokio::test]
async fn a_form_without_a_file_or_with_too_large_a_one_is_refused() {
    let (details, _) = problem(form(&[("name=\"note\"", b"hello")])).await;
    assert_eq!((details.status, details.errors[0].field.as_str()), (422, "file"));
    assert_eq!(problem(form(&[("name=\"file\"; filename=\"a\"", &[7; MOST + 1])])).await.0.status, 413);
    assert_eq!(problem(form(&[("name=\"file\"; filename=\"a\"", &[7; MOST + 100_000])])).await.0.status, 413);
    let broken = request("POST", "/file").header("Content-Type", "multipart/form-data; boundary=x");
    assert_eq!(problem(broken.body(Body::from("--x\r\nContent-Disp")).unwrap()).await.0.status, 400);
    let without_boundary = request("POST", "/file").header("Content-Type", "multipart/form-data");
    assert_eq!(problem(without_boundary.body(Body::from("x")).unwrap()).await.0.status, 400);
    assert_eq!(problem(empty("POST", "/file")).await.0.status, 415);
}

#[tokio::test]
async fn an_idempotency_key_must_be_short_and_visible() {
    let with_key =
        |key: &[u8]| request("GET", "/key").header("Idempotency-Key", key).body(Body::empty()).unwrap();
    assert_eq!(ask(with_key(b"8e03978e-40d5")).await.2, "8e03978e-40d5");
    assert_eq!(ask(empty("GET", "/key")).await.2, "");
    for key in [&b""[..], b" ", b"\xe9", &[b'x'; 256]] {
        assert_eq!(problem(with_key(key)).await.0.status, 400);
    }
}

#[tokio::test]
async fn an_error_of_a_part_tells_nothing_of_its_inside_and_when_to_try_again() {
    let unreachable = || DbError::Unreachable("secret host".to_owned());
    let transient: [Problem; 4] = [
        unreachable().into(),
        IntakeError::Db(unreachable()).into(),
        StorageError::Bucket("secret bucket".to_owned()).into(),
        QueueError { queue: "cv-parse", reason: "secret queue".to_owned() }.into(),
    ];
    for problem in transient {
        let (status, headers, body) = taken(problem.into_response()).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(headers[header::RETRY_AFTER], "5");
        assert!(!body.contains("secret"), "{body}");
    }
    let broken = serde_json::from_str::<u8>("secret").unwrap_err();
    let defects: [Problem; 3] = [
        DbError::Value { column: "secret", source: broken }.into(),
        DbError::Tls("secret".to_owned()).into(),
        IntakeError::Defect("secret".to_owned()).into(),
    ];
    for problem in defects {
        let (status, headers, body) = taken(problem.into_response()).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!headers.contains_key(header::RETRY_AFTER));
        assert!(!body.contains("secret"), "{body}");
    }
}

#[test]
fn what_the_caller_can_do_something_with_is_told() {
    let table: [(Problem, ProblemKind, &str); 9] = [
        (DocumentError::Empty.into(), ProblemKind::Invalid, "empty"),
        (DocumentError::TooLarge { bytes: 2, max_bytes: 1 }.into(), ProblemKind::TooLarge, "too large"),
        (
            IntakeError::Document(DocumentError::Unsupported { detected: "a JPEG picture".to_owned() })
                .into(),
            ProblemKind::UnsupportedMediaType,
            "a JPEG picture",
        ),
        (IntakeError::KeyReused.into(), ProblemKind::Invalid, "new key"),
        (IntakeError::NotFound.into(), ProblemKind::NotFound, "upload"),
        (IntakeError::UploadExpired.into(), ProblemKind::Expired, "new one"),
        (IntakeError::FileMissing.into(), ProblemKind::Conflict, "Send it first"),
        (Denied::NotYours("job").into(), ProblemKind::Forbidden, "somebody else"),
        (Denied::NotThere("CV").into(), ProblemKind::NotFound, "no such CV"),
    ];
    for (problem, kind, words) in table {
        assert_eq!(problem.kind(), kind);
        let detail = problem.details().detail.clone().unwrap();
        assert!(detail.contains(words), "{detail}");
    }
}
