//! Reads what a model answered: JSON, perhaps within a fence or among other words.

use std::collections::HashMap;

use serde::Deserialize;

/// What a model wrote of one match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Written {
    /// Sentences on the whole.
    pub summary: String,
    /// What speaks for it.
    pub strengths: Vec<String>,
    /// What is missing.
    pub gaps: Vec<String>,
    /// What would close the gaps.
    pub suggestions: Vec<String>,
    /// Questions for an interview.
    pub questions: Vec<String>,
}

#[derive(Deserialize)]
struct Numbered {
    r#match: usize,
    #[serde(flatten)]
    written: Written,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Object { explanations: Vec<Numbered> },
    List(Vec<Numbered>),
    One(Numbered),
}

/// The texts by the number of their match, from 1; none where there is no JSON of that form. A number that comes twice has none.
pub fn read(content: &str) -> Option<HashMap<usize, Written>> {
    let numbered = match starts(content).find_map(first_value)? {
        Answer::Object { explanations } => explanations,
        Answer::List(list) => list,
        Answer::One(one) => vec![one],
    };
    let mut texts: HashMap<usize, Option<Written>> = HashMap::new();
    for Numbered { r#match, written } in numbered {
        texts.entry(r#match).and_modify(|text| *text = None).or_insert(Some(trimmed(written)));
    }
    Some(texts.into_iter().filter_map(|(number, text)| Some((number, text?))).collect())
}

/// The places where JSON may begin, at most twenty.
fn starts(content: &str) -> impl Iterator<Item = &str> {
    content.match_indices(['{', '[']).map(|(at, _)| &content[at..]).take(20)
}

/// The value at the beginning, whatever follows it.
fn first_value(json: &str) -> Option<Answer> {
    serde_json::Deserializer::from_str(json).into_iter::<Answer>().next()?.ok()
}

fn trimmed(mut written: Written) -> Written {
    written.summary = written.summary.trim().to_owned();
    for list in [&mut written.strengths, &mut written.gaps, &mut written.suggestions, &mut written.questions]
    {
        list.iter_mut().for_each(|text| *text = text.trim().to_owned());
        list.retain(|text| !text.is_empty());
    }
    written
}
