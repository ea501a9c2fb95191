//! Requests on Lambda: events of an API Gateway HTTP API (payload 2.0) or a function URL, made into requests for a router.

use axum::Router;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::response::Response;
use lambda_http::request::RequestContext;
use lambda_http::{Request, Service};
use tower::ServiceExt;

/// The router as a service of Lambda's requests.
pub(super) fn service(
    router: Router,
) -> impl Service<Request, Response = Response, Error = std::convert::Infallible, Future: Send> {
    router.map_request(without_stage)
}

/// Takes away the name of the stage that the path of an API Gateway stage begins with: routes know nothing of stages.
fn without_stage(mut request: Request) -> Request {
    let Some(RequestContext::ApiGatewayV2(context)) = request.extensions().get::<RequestContext>() else {
        return request;
    };
    let Some(stage) = context.stage.as_deref().filter(|stage| *stage != "$default") else { return request };
    let path_and_query = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let rest = path_and_query.strip_prefix('/').and_then(|path| path.strip_prefix(stage));
    let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with(['/', '?'])) else {
        return request;
    };
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    if let Ok(uri) = rest.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    request
}

#[cfg(test)]
mod tests {
    use axum::extract::Request;
    use serde_json::{Value, json};

    use super::*;

    /// What a router sees of an event of API Gateway.
    async fn seen(event: &Value) -> Value {
        let router = Router::new().fallback(async |request: Request| {
            let mut headers: Vec<String> = request
                .headers()
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
                .collect();
            headers.sort();
            let uri = request.uri().path_and_query().unwrap().to_string();
            let method = request.method().to_string();
            let body = axum::body::to_bytes(request.into_body(), 1000).await.unwrap();
            axum::Json(json!({ "method": method, "uri": uri, "headers": headers, "body": body.to_vec() }))
        });
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let response = service(router).oneshot(request).await.unwrap();
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn event(stage: &str, path: &str) -> Value {
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": "limit=1&tag=a&tag=b%2Cc&tag=d+e",
            "cookies": ["session=one", "theme=dark"],
            "headers": { "accept": "application/json, text/plain;q=0.5", "x-forwarded-for": "203.0.113.7, 198.51.100.2" },
            "queryStringParameters": { "limit": "1", "tag": "a,b,c,d e" },
            "requestContext": {
                "accountId": "1", "apiId": "a", "domainName": "a.example", "domainPrefix": "a", "requestId": "r",
                "routeKey": "$default", "stage": stage, "time": "04/Jun/2026:12:00:00 +0000", "timeEpoch": 1_780_574_400_000_i64,
                "http": { "method": "POST", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "u" }
            },
            "body": "AP/+",
            "isBase64Encoded": true
        })
    }

    #[tokio::test]
    async fn what_comes_more_than_once_and_what_is_no_text_reaches_the_router_as_it_was_sent() {
        let seen = seen(&event("$default", "/api/jobs")).await;
        assert_eq!(seen["method"], "POST");
        assert_eq!(seen["uri"], "/api/jobs?limit=1&tag=a&tag=b%2Cc&tag=d+e");
        assert_eq!(seen["body"], json!([0, 255, 254]));
        let expected = [
            "accept: application/json, text/plain;q=0.5",
            "cookie: session=one; theme=dark",
            "x-forwarded-for: 203.0.113.7, 198.51.100.2",
        ];
        assert_eq!(seen["headers"], json!(expected));
    }

    #[tokio::test]
    async fn a_path_begins_behind_the_name_of_its_stage() {
        for (stage, path, wanted) in [
            ("prod", "/prod/api/jobs", "/api/jobs"),
            ("prod", "/prod/", "/"),
            // By a domain of one's own, where API Gateway has no stage before the path.
            ("prod", "/api/jobs", "/api/jobs"),
            ("prod", "/production/api", "/production/api"),
            ("$default", "/prod/api", "/prod/api"),
        ] {
            let seen = seen(&event(stage, path)).await;
            let uri = seen["uri"].as_str().unwrap();
            assert_eq!(uri.split('?').next().unwrap(), wanted, "{stage} {path}");
        }
    }
}
