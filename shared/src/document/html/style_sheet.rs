//! The little of CSS that changes what a person reads: what is not displayed, and what stands side by side.

use super::tokens::Tag;

/// Rules beyond this number are not read.
const MAX_RULES: usize = 400;

/// What the declarations of an element say; `None` where they say nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Declared {
    pub hidden: Option<bool>,
    /// Its children stand side by side.
    pub row: Option<bool>,
    /// It stands apart from its neighbours on the line: a box, or a float.
    pub apart: Option<bool>,
}

impl Declared {
    /// Reads declarations, as in a `style` attribute.
    pub(super) fn of(css: &str) -> Self {
        let css: String = css.to_ascii_lowercase().split_whitespace().collect();
        let mut declared = Self::default();
        for declaration in css.split(';') {
            let Some((property, value)) = declaration.split_once(':') else { continue };
            let value = value.trim_end_matches("!important");
            match property {
                "display" => {
                    declared.hidden = Some(value == "none");
                    if value.ends_with("flex") || value.ends_with("grid") {
                        declared.row = declared.row.or(Some(true));
                    }
                    declared.apart = Some(value.starts_with("inline-"));
                }
                "flex-direction" => declared.row = Some(!value.starts_with("column")),
                "visibility" if value == "hidden" => declared.hidden = Some(true),
                "font-size" if matches!(value, "0" | "0px" | "1px" | "0pt" | "1pt") => {
                    declared.hidden = Some(true);
                }
                "float" if value != "none" => declared.apart = Some(true),
                _ => {}
            }
        }
        declared
    }

    fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Takes over what declarations of more weight say.
    pub(super) fn overrule(&mut self, later: Self) {
        self.hidden = later.hidden.or(self.hidden);
        self.row = later.row.or(self.row);
        self.apart = later.apart.or(self.apart);
    }
}

/// What selectors ask of an element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Identity {
    pub name: String,
    pub classes: Vec<String>,
    pub id: Option<String>,
}

impl Identity {
    pub(super) fn of(tag: &Tag<'_>) -> Self {
        let classes = tag.attribute("class").unwrap_or_default();
        Self {
            name: tag.name.clone(),
            classes: classes.split_whitespace().map(str::to_owned).collect(),
            id: tag.attribute("id"),
        }
    }

    /// Whether it is what the compound (`li.item`, an identity with an empty name for any) asks for.
    fn fits(&self, compound: &Self) -> bool {
        (compound.name.is_empty() || compound.name == self.name)
            && compound.classes.iter().all(|class| self.classes.contains(class))
            && (compound.id.is_none() || compound.id == self.id)
    }
}

struct Rule {
    /// From the outermost ancestor to the element itself.
    compounds: Vec<Identity>,
    declared: Declared,
}

/// The rules of all style sheets of a page.
#[derive(Default)]
pub(super) struct StyleSheet {
    rules: Vec<Rule>,
}

impl StyleSheet {
    /// Adds the rules of a sheet. What holds for some media alone (`@media print`) is left out.
    pub(super) fn add(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        while let Some(open) = rest.find('{') {
            if self.rules.len() >= MAX_RULES {
                return;
            }
            let selectors = rest[..open].rsplit(';').next().unwrap_or("").trim();
            let end = block_end(&rest[open..]).map_or(rest.len(), |end| open + end);
            if !selectors.starts_with('@') {
                let declared = Declared::of(rest[open + 1..].get(..end - open - 1).unwrap_or(""));
                if !declared.is_empty() {
                    let compounds = selectors.split(',').filter_map(compounds);
                    self.rules.extend(compounds.map(|compounds| Rule { compounds, declared }));
                }
            }
            rest = rest.get(end + 1..).unwrap_or("");
        }
    }

    /// What the sheets say of an element inside `ancestors`.
    pub(super) fn declared<'i>(
        &self,
        element: &Identity,
        ancestors: impl DoubleEndedIterator<Item = &'i Identity> + Clone,
    ) -> Declared {
        let mut declared = Declared::default();
        for rule in &self.rules {
            let Some((own, outer)) = rule.compounds.split_last() else { continue };
            if !element.fits(own) {
                continue;
            }
            let mut around = ancestors.clone().rev();
            if outer.iter().rev().all(|compound| around.any(|ancestor| ancestor.fits(compound))) {
                declared.overrule(rule.declared);
            }
        }
        declared
    }
}

fn without_comments(css: &str) -> String {
    let mut plain = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        plain.push_str(&rest[..start]);
        rest = rest[start + 2..].find("*/").map_or("", |end| &rest[start + 2 + end + 2..]);
    }
    plain.push_str(rest);
    plain
}

/// Where the block that opens `rest` closes.
fn block_end(rest: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The compounds of a selector; `None` for one that depends on state, attributes or siblings.
fn compounds(selector: &str) -> Option<Vec<Identity>> {
    if selector.contains([':', '[', '+', '~', '@']) {
        return None;
    }
    let parts = selector.split(|c: char| c.is_whitespace() || c == '>').filter(|part| !part.is_empty());
    let compounds: Vec<Identity> = parts.map(compound).collect();
    (!compounds.is_empty()).then_some(compounds)
}

fn compound(part: &str) -> Identity {
    let mut identity = Identity::default();
    let mut starts: Vec<usize> = part.match_indices(['.', '#']).map(|(at, _)| at).collect();
    starts.push(part.len());
    identity.name = part[..starts[0]].trim_matches('*').to_ascii_lowercase();
    for pair in starts.windows(2) {
        let name = part[pair[0] + 1..pair[1]].to_owned();
        if part[pair[0]..].starts_with('.') {
            identity.classes.push(name);
        } else {
            identity.id = Some(name);
        }
    }
    identity
}
