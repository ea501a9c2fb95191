//! What the entries of a section have in common: they follow one pattern, so that the piece at one place of a header is in every
//! entry the same thing, be it a title, an employer or a place. What the words of one entry leave open those of the others tell.

use std::collections::HashMap;

use super::header_pieces::is_place;
use super::titles::{organisation_score, title_score};
use super::work::{Header, lean};

/// How much the other entries' words count beside the entry's own.
const WEIGHT_OF_OTHERS: f32 = 0.7;
/// Longest place that is taken for one though no word of it is known, in words.
const LONGEST_PLACE: usize = 4;

/// Where a piece stands: how many lines the header has, which of them, how many pieces the line has, which of them.
type Slot = (usize, usize, usize, usize);

#[derive(Default)]
struct Seen {
    lean: f32,
    count: f32,
    places: f32,
}

/// Takes the places out of the headers and gives their other pieces leans, by the words of each and of the others in its slot.
pub(super) fn learn(headers: &mut [Header]) {
    let mut seen: HashMap<Slot, Seen> = HashMap::new();
    let places: Vec<Vec<bool>> = headers
        .iter()
        .map(|header| header.pieces.iter().map(|piece| is_place(&piece.text)).collect())
        .collect();
    for (header, places) in headers.iter().zip(&places) {
        for ((slot, piece), is_place) in slots(header).into_iter().zip(&header.pieces).zip(places) {
            let seen = seen.entry(slot).or_default();
            seen.count += 1.0;
            if *is_place {
                seen.places += 1.0;
            } else {
                seen.lean += lean(&piece.text).clamp(-3.0, 3.0);
            }
        }
    }
    for (header, places) in headers.iter_mut().zip(places) {
        let slots = slots(header);
        let mut is_place = places;
        for ((slot, piece), is_place) in slots.iter().zip(&header.pieces).zip(&mut is_place) {
            let Some(seen) = seen.get(slot) else { continue };
            // At the place of places a name of which nothing is known is one.
            let is_city = piece.text.ends_with(" City");
            let unknown = title_score(&piece.text) < 1.0
                && (organisation_score(&piece.text) < 1.0 || is_city)
                && piece.text.split_whitespace().count() <= LONGEST_PLACE
                && piece.text.chars().next().is_some_and(char::is_uppercase);
            // Beside it must stand a title and an employer: in pieces of their own, or in one at a comma.
            let has_both = header.pieces.len() > 2
                || header.pieces.iter().any(|other| other.text.contains(", ") && other.text != piece.text);
            *is_place |= unknown && seen.places * 2.0 >= seen.count && seen.count >= 2.0 && has_both;
        }
        let leans: Vec<f32> = slots
            .iter()
            .zip(&header.pieces)
            .zip(&is_place)
            .filter(|(_, is_place)| !**is_place)
            .map(|((slot, piece), _)| {
                let own = lean(&piece.text);
                let of_others = seen.get(slot).map_or(0.0, |seen| {
                    let others = seen.count - seen.places - 1.0;
                    if others < 1.0 { 0.0 } else { (seen.lean - own.clamp(-3.0, 3.0)) / others }
                });
                own + WEIGHT_OF_OTHERS * of_others
            })
            .collect();
        header.take_places(&is_place);
        header.leans = leans;
    }
}

fn slots(header: &Header) -> Vec<Slot> {
    let lines = header.pieces.last().map_or(0, |piece| piece.line + 1);
    let on_line = |line: usize| header.pieces.iter().filter(|piece| piece.line == line).count();
    let mut slots = Vec::with_capacity(header.pieces.len());
    let (mut line, mut number) = (usize::MAX, 0);
    for piece in &header.pieces {
        number = if piece.line == line { number + 1 } else { 0 };
        line = piece.line;
        slots.push((lines, line, on_line(line), number));
    }
    slots
}
