//! Heads and feet of pages: what stands at the same place on several pages is kept once, and page numbers are told
//! apart from text.

use std::collections::HashMap;

use super::Page;
use super::fragments::Margin;

/// Share of the page's height in which heads and feet stand.
const MARGIN_SHARE: f32 = 0.1;
/// How far, in points, the same head may stand from its place on another page.
const SAME_PLACE: f32 = 4.0;

/// Marks the fragments that are heads, feet or repetitions of them.
pub(super) fn mark(pages: &mut [Page]) {
    let mut places: HashMap<String, Vec<(usize, f32)>> = HashMap::new();
    for (index, page) in pages.iter().enumerate() {
        for fragment in page.layers.iter().take(1).flatten() {
            if edge(fragment.y, page.height).is_some() {
                places.entry(key(&fragment.text)).or_default().push((index, fragment.y));
            }
        }
    }
    for (index, page) in pages.iter_mut().enumerate() {
        let height = page.height;
        for fragment in page.layers.iter_mut().take(1).flatten() {
            let Some(margin) = edge(fragment.y, height) else { continue };
            let same = |other: &&(usize, f32)| (other.1 - fragment.y).abs() < SAME_PLACE;
            let appearances = places.get(&key(&fragment.text)).map(Vec::as_slice).unwrap_or_default();
            let first = appearances.iter().filter(same).map(|(page, _)| *page).min();
            let elsewhere = appearances.iter().filter(same).any(|(page, _)| *page != index);
            let number =
                is_page_number(&fragment.text) && (margin == Margin::Footer || elsewhere || index > 0);
            if elsewhere || number {
                let earlier = first.is_some_and(|first| first < index);
                fragment.margin =
                    Some(if earlier || (number && index > 0) { Margin::Repeated } else { margin });
            }
        }
    }
}

fn edge(y: f32, height: f32) -> Option<Margin> {
    if y < MARGIN_SHARE * height {
        Some(Margin::Header)
    } else if y > (1.0 - MARGIN_SHARE) * height {
        Some(Margin::Footer)
    } else {
        None
    }
}

/// Text with its numbers made equal, so that `Page 1 of 2` and `Page 2 of 2` are the same.
fn key(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect()
}

/// `2`, `- 2 -`, `2/3`, `Page 2 of 3` in the languages that are read.
fn is_page_number(text: &str) -> bool {
    const WORDS: &[&str] =
        &["page", "seite", "página", "pagina", "pag", "p", "of", "von", "de", "di", "sur", "van", "out"];
    let mut numbers = 0;
    for token in text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()) {
        if token.chars().all(|c| c.is_ascii_digit()) && token.len() <= 3 {
            numbers += 1;
        } else if !WORDS.contains(&token.to_lowercase().as_str()) {
            return false;
        }
    }
    (1..=2).contains(&numbers) && text.chars().all(|c| c.is_alphanumeric() || " -–—/|.[]()".contains(c))
}
