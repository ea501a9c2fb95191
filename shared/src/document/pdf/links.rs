//! Link annotations: where a click leads, and the text under it.

use hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Rect, String as PdfString};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo;

use super::glyphs::Glyph;
use crate::document::{Link, cleaning};

/// Annotations of a page that are looked at.
const MAX_ANNOTATIONS: usize = 2000;
const MAX_URL_BYTES: usize = 2048;

/// The links of a page; `glyphs` are those that can be seen on it.
pub(super) fn read(page: &Page<'_>, glyphs: &[Glyph]) -> Vec<Link> {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return Vec::new() };
    let transform = kurbo::Affine::new(page.initial_transform(true).as_coeffs());
    let mut links: Vec<(kurbo::Rect, Link)> = Vec::new();
    for annotation in annotations.iter::<Dict<'_>>().take(MAX_ANNOTATIONS) {
        let Some(url) = url_of(&annotation) else { continue };
        let area = annotation
            .get::<Rect>("Rect")
            .map(|rect| transform.transform_rect_bbox(kurbo::Rect::new(rect.x0, rect.y0, rect.x1, rect.y1)));
        let area = area.unwrap_or_default();
        let text = text_under(area, glyphs);
        // A link that is broken over lines is several annotations with one address.
        match links.last_mut() {
            Some((above, last))
                if last.url == url
                    && !text.is_empty()
                    && !last.text.is_empty()
                    && area.y0 - above.y1 < area.height()
                    && above.y0 - area.y1 < area.height() =>
            {
                *above = area;
                let joins = last.text.ends_with(['/', '-', '.', '@'])
                    || last.url.contains(&format!("{}{text}", last.text));
                if last.text != text {
                    if !joins {
                        last.text.push(' ');
                    }
                    last.text.push_str(&text);
                }
            }
            _ => links.push((area, Link { text, url })),
        }
    }
    let mut links: Vec<Link> = links.into_iter().map(|(_, link)| link).collect();
    // An icon often carries the same link as the words beside it.
    let named: Vec<String> =
        links.iter().filter(|link| !link.text.is_empty()).map(|link| link.url.clone()).collect();
    links.retain(|link| !link.text.is_empty() || !named.contains(&link.url));
    links
}

fn url_of(annotation: &Dict<'_>) -> Option<String> {
    let subtype = annotation.get::<Name<'_>>("Subtype")?;
    if subtype.as_str() != "Link" {
        return None;
    }
    let action = annotation.get::<Dict<'_>>("A")?;
    let bytes = action.get::<PdfString<'_>>("URI")?;
    let url = super::text_string(&bytes.as_bytes()[..bytes.as_bytes().len().min(MAX_URL_BYTES)]);
    (!url.is_empty()).then_some(url)
}

fn text_under(area: kurbo::Rect, glyphs: &[Glyph]) -> String {
    let mut inside: Vec<&Glyph> = glyphs
        .iter()
        .filter(|glyph| {
            let middle = kurbo::Point::new(
                f64::from(glyph.x0 + glyph.x1) / 2.0,
                f64::from(glyph.y - 0.3 * glyph.size),
            );
            glyph.turn == 0 && area.contains(middle)
        })
        .collect();
    inside.sort_by(|a, b| {
        let same_line = (a.y - b.y).abs() < 0.4 * a.size;
        if same_line { a.x0.total_cmp(&b.x0) } else { a.y.total_cmp(&b.y) }
    });
    let mut text = String::new();
    let mut last: Option<&Glyph> = None;
    for glyph in inside {
        if let Some(last) = last
            && ((glyph.y - last.y).abs() > 0.4 * glyph.size || glyph.x0 - last.x1 > 0.15 * glyph.size)
        {
            text.push(' ');
        }
        text.push_str(&glyph.text);
        last = Some(glyph);
    }
    cleaning::clean(&text)
}
