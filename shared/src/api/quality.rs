//! What an operator asks of the quality of results. The answers are the pipeline's.

use serde::Deserialize;
use utoipa::IntoParams;

/// Which CVs are looked at.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ParsingQualityQuery {
    /// Read in the last so many days.
    #[param(minimum = 1, maximum = 365, default = 7)]
    pub days: Option<u32>,
    /// At most so many of them, chosen at random.
    #[param(minimum = 1, maximum = 5000, default = 500)]
    pub sample: Option<u32>,
}
