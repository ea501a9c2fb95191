#![no_main]

use cv_matching_fuzz::only_own_panics_count;
use libfuzzer_sys::fuzz_target;
use shared::domain::PartialDate;
use shared::parsing::parse_text;
use shared::skills::Taxonomy;

fuzz_target!(|text: &str| {
    only_own_panics_count();
    let today = PartialDate { year: 2026, month: Some(1), day: Some(1) };
    let parsed = parse_text(text, Taxonomy::global(), today);
    // Offsets in the profile are of this text, so it must be there.
    assert!(parsed.text.len() <= 2 * text.len() + 16);
});
