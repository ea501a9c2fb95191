//! Addresses of what a CV names: a link on the name of a project, an employer or a certificate is its address.

use crate::document::{Document, Link};
use crate::domain::Profile;

use super::folding::squeeze;

/// Links beyond this number are not looked at.
const MOST_LINKS: usize = 300;
/// Shorter link texts ("PDF", "see") name nothing.
const SHORTEST: usize = 4;

/// Puts the addresses of linked names into a profile.
pub(super) fn fill(profile: &mut Profile, document: &Document) {
    let links: Vec<(String, &Link)> = document
        .links
        .iter()
        .take(MOST_LINKS)
        .filter(|link| link.url.starts_with("http"))
        .map(|link| (squeeze(&link.text), link))
        .filter(|(text, _)| text.len() >= SHORTEST)
        .collect();
    if links.is_empty() {
        return;
    }
    let address = |name: &str| -> Option<String> {
        let name = squeeze(name);
        // The whole name is linked, or most of it; or the link goes on behind it ("Acme Inc., Berlin").
        let fits = |text: &str| {
            name.contains(text) && text.len() * 10 >= name.len() * 6
                || name.len() >= 6 && text.starts_with(&name)
        };
        links.iter().find(|(text, _)| fits(text)).map(|(_, link)| link.url.clone())
    };
    for work in &mut profile.work {
        work.url = work.url.take().or_else(|| work.name.as_deref().and_then(address));
    }
    for certificate in &mut profile.certificates {
        certificate.url = certificate.url.take().or_else(|| address(&certificate.name));
    }
    for publication in &mut profile.publications {
        publication.url = publication.url.take().or_else(|| address(&publication.name));
    }
    for project in &mut profile.projects {
        project.url = project.url.take().or_else(|| address(&project.name));
    }
}
