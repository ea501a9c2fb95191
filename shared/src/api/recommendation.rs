//! Recommendations, interactions with them and ranked candidates in requests and answers. The lists themselves are the
//! pipeline's.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::interaction::InteractionKind;
use crate::domain::{CvId, InteractionId, MatchId};
use crate::pipeline::UnmetMustHaves;

/// Whose recommendations, and how many.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecommendationsQuery {
    /// The CV; without it, the caller's latest.
    #[param(value_type = Option<String>, format = Uuid)]
    pub cv_id: Option<CvId>,
    /// How many.
    #[param(minimum = 1, maximum = 100, default = 10)]
    pub limit: Option<u32>,
}

/// How many candidates, and which.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CandidatesQuery {
    /// How many.
    #[param(minimum = 1, maximum = 100, default = 10)]
    pub limit: Option<u32>,
    /// What is done with candidates of whom a condition is not met: `filter` leaves them out and lists them apart, `show` ranks
    /// them by their score with the condition shown.
    #[param(inline, default = "filter")]
    pub must_haves: Option<UnmetMustHaves>,
}

/// How many that are alike.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SimilarQuery {
    /// How many.
    #[param(minimum = 1, maximum = 100, default = 10)]
    pub limit: Option<u32>,
}

/// Recommendations and candidates of an answer where the caller does not say how many.
pub const USUAL_MATCHES: u32 = 10;

/// What the candidate did with a match.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct InteractionRequest {
    /// The recommendation's `match_id`.
    pub match_id: MatchId,
    /// What was done.
    pub kind: InteractionKind,
}

/// A recorded interaction.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InteractionAnswer {
    /// Its id.
    pub interaction_id: InteractionId,
    /// The match.
    pub match_id: MatchId,
    /// What was done.
    pub kind: InteractionKind,
    /// When.
    pub created_at: DateTime<Utc>,
}
