//! The HTTP functions, one file each, and the routers made of them: [`router`] of all,
//! [`router_of`] of one.

pub mod clear_cache;
pub mod close_job;
pub mod create_job;
pub mod create_upload;
pub mod delete_cv;
pub mod describe_api;
pub mod erase_candidate;
pub mod evaluation_metrics;
pub mod export_candidate;
pub mod get_cv;
pub mod get_job;
pub mod get_recommendations;
pub mod import_jobs;
pub mod inspect_cache;
pub mod inspect_cvs;
pub mod inspect_database;
pub mod inspect_jobs;
pub mod list_audit_log;
pub mod list_batches;
pub mod list_cvs;
pub mod list_dead_letters;
pub mod list_jobs;
pub mod list_tasks;
pub mod list_variants;
pub mod metrics;
pub mod parsing_quality;
pub mod pause_queue;
pub mod pause_task;
pub mod performance_dashboard;
pub mod preview_cleanup;
pub mod put_variant;
pub mod rank_candidates;
pub mod record_interaction;
pub mod redrive_dead_letters;
pub mod retry_failed;
pub mod run_task;
pub mod similar_candidates;
pub mod similar_jobs;
pub mod switch_off_variant;
pub mod system_health;
pub mod test_queue;
pub mod update_job;
pub mod upload_cv;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::get;
use shared::api::{ApiState, of_function, with_layers};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

use crate::function::Function;

/// A function's routes.
pub type Routes = fn() -> OpenApiRouter<ApiState>;

/// Every HTTP function with its routes, in the order in which a reader of the description meets them.
const WITH_ROUTES: [(Function, Routes); 43] = [
    (upload_cv::FUNCTION, upload_cv::router),
    (create_upload::FUNCTION, create_upload::router),
    (list_cvs::FUNCTION, list_cvs::router),
    (get_cv::FUNCTION, get_cv::router),
    (delete_cv::FUNCTION, delete_cv::router),
    (get_recommendations::FUNCTION, get_recommendations::router),
    (record_interaction::FUNCTION, record_interaction::router),
    (export_candidate::FUNCTION, export_candidate::router),
    (erase_candidate::FUNCTION, erase_candidate::router),
    (create_job::FUNCTION, create_job::router),
    (import_jobs::FUNCTION, import_jobs::router),
    (list_jobs::FUNCTION, list_jobs::router),
    (get_job::FUNCTION, get_job::router),
    (update_job::FUNCTION, update_job::router),
    (close_job::FUNCTION, close_job::router),
    (similar_jobs::FUNCTION, similar_jobs::router),
    (rank_candidates::FUNCTION, rank_candidates::router),
    (similar_candidates::FUNCTION, similar_candidates::router),
    (parsing_quality::FUNCTION, parsing_quality::router),
    (evaluation_metrics::FUNCTION, evaluation_metrics::router),
    (list_variants::FUNCTION, list_variants::router),
    (put_variant::FUNCTION, put_variant::router),
    (switch_off_variant::FUNCTION, switch_off_variant::router),
    (list_tasks::FUNCTION, list_tasks::router),
    (run_task::FUNCTION, run_task::router),
    (pause_queue::FUNCTION, pause_queue::router),
    (pause_task::FUNCTION, pause_task::router),
    (performance_dashboard::FUNCTION, performance_dashboard::router),
    (inspect_cvs::FUNCTION, inspect_cvs::router),
    (inspect_jobs::FUNCTION, inspect_jobs::router),
    (retry_failed::FUNCTION, retry_failed::router),
    (inspect_cache::FUNCTION, inspect_cache::router),
    (clear_cache::FUNCTION, clear_cache::router),
    (list_batches::FUNCTION, list_batches::router),
    (list_audit_log::FUNCTION, list_audit_log::router),
    (inspect_database::FUNCTION, inspect_database::router),
    (preview_cleanup::FUNCTION, preview_cleanup::router),
    (system_health::FUNCTION, system_health::router),
    (metrics::FUNCTION, metrics::router),
    (test_queue::FUNCTION, test_queue::router),
    (list_dead_letters::FUNCTION, list_dead_letters::router),
    (redrive_dead_letters::FUNCTION, redrive_dead_letters::router),
    (describe_api::FUNCTION, describe_api::router),
];

/// Every HTTP function.
pub const ALL: [Function; WITH_ROUTES.len()] = {
    let mut all = [WITH_ROUTES[0].0; WITH_ROUTES.len()];
    let mut index = 0;
    while index < all.len() {
        all[index] = WITH_ROUTES[index].0;
        index += 1;
    }
    all
};

/// Where the description of all routes is.
pub const OPENAPI_PATH: &str = "/api/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "cv-matching",
        description = "A CV in, explained jobs out. Errors are `application/problem+json` (RFC 9457). Lists have `limit` and \
            an opaque `cursor`; `next_cursor` is the next page's. Every answer has the header `X-Request-Id`; send one to \
            choose it.",
    ),
    tags(
        (name = "candidate", description = "CVs, recommendations, and the candidate's own data"),
        (name = "jobs", description = "Jobs, and the candidates that fit them"),
        (name = "operating", description = "How well the system is"),
    )
)]
struct Description;

fn described() -> OpenApiRouter<ApiState> {
    let mut openapi = Description::openapi();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("Claims: `sub`, `roles` (`candidate`, `recruiter`, `admin`), `exp`."))
        .build();
    openapi
        .components
        .get_or_insert_default()
        .security_schemes
        .insert("bearer".to_owned(), SecurityScheme::Http(bearer).into());
    WITH_ROUTES.iter().fold(OpenApiRouter::with_openapi(openapi), |router, (function, routes)| {
        router.merge(of_function(function.name, routes()))
    })
}

/// The description of all routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    described().into_openapi()
}

/// All routes for one process. Unknown addresses are answered by it too; merge it into a router with pages, not the other
/// way round.
pub fn router(state: ApiState) -> Router {
    let (router, _) = described().split_for_parts();
    with_layers(router, Some(state.pipeline.clone())).with_state(state)
}

/// The routes of the HTTP function of that name.
pub fn routes_of(name: &str) -> Option<Routes> {
    WITH_ROUTES.iter().find(|(function, _)| function.name == name).map(|(_, routes)| *routes)
}

/// A function's routes, the two probes of hosts, and the process's metrics, as a host serves them.
pub fn router_of(function: &Function, routes: Routes, state: ApiState) -> Router {
    let mut router = of_function(function.name, routes());
    if function.name != system_health::FUNCTION.name {
        router = router.merge(system_health::probes());
    }
    let (mut router, _) = router.split_for_parts();
    if function.name != metrics::FUNCTION.name {
        router = router.route(metrics::PATH, get(metrics::own));
    }
    with_layers(router, Some(state.pipeline.clone())).with_state(state)
}
