//! What is derived from a profile and its text: months of experience, seniority, level of education, skills of the taxonomy.

use std::collections::HashMap;

use crate::domain::{Education, PartialDate, Seniority, SkillId, SkillUse};
use crate::skills::Taxonomy;

use super::lexicon::{education_level, seniority};
use super::work::Employment;

/// A span of months, both ends counted, in months since the year 0.
type Months = (i32, i32);

/// The months of an employment; `None` where it has no start, or neither end nor "until now".
fn months(employment: &Employment, today: PartialDate) -> Option<Months> {
    let start = employment.work.start_date?;
    let now = today.months_since_zero(today.month.unwrap_or(1));
    // Years alone: 2015–2019 is about 48 months, 2019–2019 about six.
    let first = start.months_since_zero(7);
    let last = match employment.work.end_date {
        Some(end) if end.month.is_none() && start.month.is_none() && end.year == start.year => first + 5,
        Some(end) => end.months_since_zero(6),
        None if employment.current => now,
        None => return None,
    };
    (last >= first).then_some((first.min(now), last.min(now)))
}

/// How many months the spans cover, overlaps counted once.
fn covered(mut spans: Vec<Months>) -> u32 {
    spans.sort_unstable();
    let mut total = 0;
    let mut reached = i32::MIN;
    for (first, last) in spans {
        let from = first.max(reached.saturating_add(1));
        if last >= from {
            total += last - from + 1;
            reached = last;
        }
    }
    total.unsigned_abs()
}

/// Months of paid work; `None` where no employment has dates.
pub(super) fn experience_months(employments: &[Employment], today: PartialDate) -> Option<u32> {
    let spans: Vec<Months> = employments.iter().filter_map(|employment| months(employment, today)).collect();
    if spans.is_empty() { None } else { Some(covered(spans)) }
}

/// By the latest employment's title, else by the months of experience.
pub(super) fn seniority(
    employments: &[Employment],
    headline: Option<&str>,
    experience: Option<u32>,
) -> Option<Seniority> {
    let latest = employments.first().and_then(|employment| employment.work.position.as_deref());
    let titled = latest.and_then(seniority::of_title).or_else(|| headline.and_then(seniority::of_title));
    titled.or_else(|| experience.map(seniority::of_experience))
}

/// The highest level of education that the entries name, else that the text of the education sections names.
pub(super) fn education_level(education: &[Education], section_text: &str) -> Option<u8> {
    let of_entries = education.iter().filter_map(|entry| {
        let degree = entry.study_type.as_deref().and_then(education_level::level_of_degree);
        degree.max(entry.area.as_deref().and_then(education_level::level_of_degree))
    });
    of_entries.max().or_else(|| education_level::find(section_text).iter().map(|found| found.value).max())
}

/// The skills of the taxonomy in the text, most named first.
pub(super) fn skill_uses(
    text: &str,
    taxonomy: &Taxonomy,
    employments: &[Employment],
    today: PartialDate,
) -> Vec<SkillUse> {
    let mut uses: Vec<SkillUse> = Vec::new();
    let mut index_of: HashMap<SkillId, usize> = HashMap::new();
    let mut spans: Vec<Vec<Months>> = Vec::new();
    let mut places: Vec<(usize, usize, Option<Months>)> = employments
        .iter()
        .map(|employment| (employment.place.0, employment.place.1, months(employment, today)))
        .collect();
    places.sort_unstable_by_key(|(start, ..)| *start);
    for mention in taxonomy.find(text) {
        let index = *index_of.entry(mention.id.clone()).or_insert_with(|| {
            let name =
                taxonomy.get(&mention.id).map_or_else(|| mention.id.to_string(), |skill| skill.name.clone());
            uses.push(SkillUse {
                id: mention.id.clone(),
                name,
                mentions: 0,
                months: None,
                start: mention.start,
                end: mention.end,
            });
            spans.push(Vec::new());
            uses.len() - 1
        });
        uses[index].mentions += 1;
        let behind = places.partition_point(|(start, ..)| *start <= mention.start);
        if let Some((_, end, Some(months))) = behind.checked_sub(1).map(|before| places[before])
            && mention.end <= end
            && spans[index].last() != Some(&months)
        {
            spans[index].push(months);
        }
    }
    for (skill, spans) in uses.iter_mut().zip(spans) {
        skill.months = (!spans.is_empty()).then(|| covered(spans));
    }
    uses.sort_by(|a, b| b.mentions.cmp(&a.mentions).then(a.start.cmp(&b.start)));
    uses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Work;

    fn employment(start: &str, end: Option<&str>) -> Employment {
        let work = Work {
            start_date: start.parse().ok(),
            end_date: end.and_then(|end| end.parse().ok()),
            ..Work::default()
        };
        Employment { work, current: end.is_none(), place: (0, 0), date_place: None, confidence: 1.0 }
    }

    #[test]
    fn overlapping_employments_are_counted_once() {
        let today = PartialDate::month(2020, 12);
        let both = [employment("2019-01", Some("2019-12")), employment("2019-07", Some("2020-06"))];
        assert_eq!(experience_months(&both, today), Some(18));
        assert_eq!(experience_months(&[employment("2020-01", None)], today), Some(12));
        assert_eq!(experience_months(&[employment("2015", Some("2019"))], today), Some(48));
        assert_eq!(experience_months(&[], today), None);
    }
}
