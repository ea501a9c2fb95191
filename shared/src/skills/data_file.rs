//! Reads the taxonomy's file: gzip'd lines, told apart by their first field.
//!
//! | line | fields, parted by tabs |
//! | --- | --- |
//! | `S` | id, name, group, kind, commonness, broader ids, related ids (both parted by spaces); the phrases of the skill follow |
//! | `-`, `c`, `x` | a phrase of the skill above: in any case, case as written, only in context |
//! | `B` | a phrase that is no skill and uses up its words |
//! | `V` | a verb, its other forms (parted by spaces); before all phrases |

use std::collections::HashMap;
use std::io::Read;

use flate2::read::GzDecoder;

use super::phrases::{Buffer, Phrases, Rule};
use super::{Skill, SkillKind, Taxonomy, TaxonomyError};
use crate::domain::SkillId;

/// About the number of phrases in the file, to make room once.
const EXPECTED_PHRASES: usize = 60_000;

pub(super) fn read(packed: &[u8]) -> Result<Taxonomy, TaxonomyError> {
    let mut text = String::with_capacity(packed.len() * 4);
    GzDecoder::new(packed).read_to_string(&mut text)?;
    let mut skills: Vec<Skill> = Vec::with_capacity(EXPECTED_PHRASES / 5);
    let mut phrases = Phrases::new(EXPECTED_PHRASES);
    let mut buffer = Buffer::default();
    for (place, line) in text.lines().enumerate() {
        let wrong = |reason| TaxonomyError::Line { line: place + 1, reason };
        let (sort, rest) = line.split_once('\t').ok_or(wrong("no tab"))?;
        match sort {
            "S" => skills.push(skill(rest).map_err(wrong)?),
            "-" | "c" | "x" => {
                let skill = skills.last().ok_or(wrong("a phrase before the first skill"))?;
                let rule = match sort {
                    "-" => Rule::AnyCase,
                    "c" => Rule::AsWritten,
                    _ => Rule::InContext,
                };
                let named =
                    matches!(skill.kind, SkillKind::Tool | SkillKind::Language | SkillKind::Certificate);
                // "initiatives" are no initiative, and "sale" is no sales.
                let fixed_number = named || skill.group == "personal" || rest.ends_with('s');
                let number = u32::try_from(skills.len() - 1).map_err(|_| wrong("too many skills"))?;
                phrases.add(rest, number, rule, fixed_number, &mut buffer);
            }
            "B" => phrases.add(rest, u32::MAX, Rule::Blocked, false, &mut buffer),
            "V" => {
                let (base, forms) = rest.split_once('\t').ok_or(wrong("a verb without forms"))?;
                forms.split(' ').for_each(|form| phrases.add_verb(form, base, &mut buffer));
            }
            _ => return Err(wrong("an unknown sort of line")),
        }
    }
    let by_id: HashMap<_, _> =
        skills.iter().enumerate().map(|(place, skill)| (skill.id.clone(), place)).collect();
    if by_id.len() != skills.len() {
        return Err(TaxonomyError::Line { line: 0, reason: "two skills have the same id" });
    }
    Ok(Taxonomy { skills, by_id, phrases })
}

fn skill(fields: &str) -> Result<Skill, &'static str> {
    let mut fields = fields.split('\t');
    let mut next = || fields.next().ok_or("too few fields");
    let ids = |field: &str| field.split(' ').filter(|id| !id.is_empty()).map(SkillId::from).collect();
    Ok(Skill {
        id: SkillId::from(next()?),
        name: next()?.to_owned(),
        group: next()?.to_owned(),
        kind: match next()? {
            "tool" => SkillKind::Tool,
            "knowledge" => SkillKind::Knowledge,
            "skill" => SkillKind::Skill,
            "language" => SkillKind::Language,
            "certificate" => SkillKind::Certificate,
            _ => return Err("an unknown kind"),
        },
        commonness: next()?.parse().map_err(|_| "commonness is no number")?,
        broader: ids(next()?),
        related: ids(next()?),
    })
}
