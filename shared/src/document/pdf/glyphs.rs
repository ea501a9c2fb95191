//! The glyphs of a page with their boxes, as the interpreter draws them, and which of them nobody can see.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun, OutlineFontData};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Dict, String as PdfString};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, Paint, SoftMask, interpret_page,
};

use skrifa::{FontRef, MetadataProvider};

use crate::document::cleaning;
use crate::document::limits::{self, Watch};
use crate::document::{DocumentError, Limits};

/// Stands for the text of a glyph without one, until [`super::ligatures`] has looked at it.
const UNKNOWN: &str = "\u{FFFD}";
/// Text below this size in points is not there to be read.
const TINY_POINTS: f64 = 1.8;
/// Distance of colours (0–1 a channel, summed) below which text cannot be told from its ground.
const MIN_CONTRAST: f32 = 0.12;
/// Share of the page that a picture covers when the page is one.
const PICTURE_SHARE: f64 = 0.4;
/// Filled shapes that are remembered as ground, the newest first.
const MAX_GROUNDS: usize = 4000;
/// Characters of a font that are looked at.
const MAX_MAPPINGS: usize = 70_000;
/// Slope from which text is a watermark and no line of text (tangent of 10°).
const MAX_SLOPE: f64 = 0.18;

/// A piece of text with its box; coordinates in points from the page's top left, turned so that text runs to the right.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// Usually one character; ligatures and replacement texts have more.
    pub text: String,
    pub x0: f32,
    pub x1: f32,
    /// Baseline.
    pub y: f32,
    pub size: f32,
    pub bold: bool,
    pub italic: bool,
    /// Mean width of the strokes in thousandths of the size, where the font does not say its weight.
    pub stem: Option<f32>,
    /// Quarter turns of the direction of writing, clockwise.
    pub turn: u8,
    /// Tells fonts apart; 0 where a font has no identity.
    pub font: u64,
    /// Colour as red, green, blue.
    pub ink: [u8; 3],
    visibility: Visibility,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visibility {
    Shown,
    Hidden,
    /// Drawn in invisible mode or fully transparent: the text layer of a scan, text over its outlines, or a trick.
    Invisible,
}

impl Glyph {
    pub(super) fn is_space(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }

    pub(super) fn letters(&self) -> usize {
        self.text.chars().filter(|c| c.is_alphanumeric()).count()
    }

    /// Whether the file does not say what it stands for.
    pub(super) fn is_unknown(&self) -> bool {
        self.text == UNKNOWN
    }

    /// Whether `next` follows without a gap.
    pub(super) fn touches(&self, next: &Self) -> bool {
        (self.y - next.y).abs() < 0.3 * self.size
            && (next.x0 - self.x1).abs() < 0.12 * self.size
            && self.turn == next.turn
            && self.font == next.font
    }

    /// Whether `other` follows on the same line.
    fn near(&self, other: &Self) -> bool {
        (self.y - other.y).abs() < 0.3 * self.size
            && (other.x0 - self.x1).abs() < self.size
            && self.turn == other.turn
    }

    /// The middle of its box on the page, not turned.
    fn centre(&self, (width, height): (f64, f64)) -> Point {
        let (x, y) = (f64::from(self.x0 + self.x1) / 2.0, f64::from(self.y - 0.3 * self.size));
        match self.turn {
            0 => Point::new(x, y),
            1 => Point::new(width - y, x),
            2 => Point::new(width - x, height - y),
            _ => Point::new(y, height - x),
        }
    }

    /// The character of a glyph that is one.
    pub(super) fn character(&self) -> Option<char> {
        let mut characters = self.text.chars();
        characters.next().filter(|_| characters.next().is_none())
    }
}

/// What all pages together may cost.
pub(super) struct Budget {
    characters_left: usize,
    max_text_chars: usize,
    watch: Watch,
    calls: u32,
}

impl Budget {
    pub(super) fn new(limits: &Limits, watch: Watch) -> Self {
        Self {
            characters_left: limits.max_text_chars,
            max_text_chars: limits.max_text_chars,
            watch,
            calls: 0,
        }
    }

    fn spend(&mut self, characters: usize) {
        match self.characters_left.checked_sub(characters) {
            Some(left) => self.characters_left = left,
            None => limits::leave(DocumentError::TooMuchText { max_text_chars: self.max_text_chars }),
        }
    }

    /// Called from every callback of the interpreter: the only places from which an endless page can be left.
    fn tick(&mut self) {
        self.calls = self.calls.wrapping_add(1);
        if self.calls.is_multiple_of(64) && self.watch.expired() {
            limits::leave(DocumentError::TimedOut);
        }
    }
}

/// What the interpreter drew on a page.
pub(super) struct Collected {
    pub glyphs: Vec<Glyph>,
    /// Small filled shapes, which may be bullets: left, right, middle (from the top).
    pub dots: Vec<Dot>,
    page_area: f64,
    page_size: (f64, f64),
    picture_area: f64,
    shapes: usize,
    outlines: Vec<(Rect, [u8; 3])>,
}

impl Collected {
    /// Whether the page is covered by a picture, or drawn in outlines.
    pub(super) fn is_picture(&self) -> bool {
        self.picture_area > PICTURE_SHARE * self.page_area || self.shapes > 300
    }

    /// The glyphs that are seen, and the text of those that are not. The text layer of a scanned page counts as seen.
    pub(super) fn part_hidden(self) -> (Vec<Glyph>, String) {
        let invisible = self.glyphs.iter().filter(|glyph| glyph.visibility == Visibility::Invisible).count();
        let shown = self.glyphs.iter().filter(|glyph| glyph.visibility == Visibility::Shown).count();
        let text_layer = self.picture_area > PICTURE_SHARE * self.page_area && invisible > shown;
        // Chromium draws artificial bold as outlines and lays invisible text over them, to be selected and copied.
        let outlined = |glyph: &Glyph| {
            let at = glyph.centre(self.page_size);
            let fits = |area: &Rect| area.contains(at) && area.height() < 3.0 * f64::from(glyph.size);
            self.outlines.iter().find(|(area, _)| fits(area)).map(|(_, ink)| *ink)
        };
        let mut hidden = String::new();
        let mut last: Option<(f32, f32)> = None;
        let mut seen = Vec::with_capacity(self.glyphs.len());
        for mut glyph in self.glyphs {
            let is_seen = match glyph.visibility {
                Visibility::Shown => true,
                Visibility::Hidden => false,
                Visibility::Invisible if text_layer => true,
                Visibility::Invisible => {
                    let ink = outlined(&glyph);
                    if let Some(ink) = ink {
                        glyph.bold = true;
                        glyph.ink = ink;
                    }
                    ink.is_some()
                        || (glyph.is_space() && seen.last().is_some_and(|last: &Glyph| last.near(&glyph)))
                }
            };
            if is_seen {
                seen.push(glyph);
                continue;
            }
            if let Some((x, y)) = last
                && ((glyph.y - y).abs() > 0.5 * glyph.size
                    || glyph.x0 - x > 0.15 * glyph.size
                    || glyph.x0 < x - glyph.size)
                && !hidden.ends_with(' ')
            {
                hidden.push(' ');
            }
            last = Some((glyph.x1, glyph.y));
            hidden.push_str(&glyph.text);
        }
        (seen, hidden.trim().to_owned())
    }
}

/// A small filled shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dot {
    pub x0: f32,
    pub x1: f32,
    /// Its middle, from the top of the page.
    pub y: f32,
}

/// Runs the content of a page and collects its glyphs.
pub(super) fn collect<'p>(
    page: &Page<'p>,
    pdf: &'p Pdf,
    cache: &InterpreterCache<'p>,
    settings: &InterpreterSettings,
    budget: &mut Budget,
) -> Collected {
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let initial = Affine::new(page.initial_transform(true).as_coeffs());
    let mut context = Context::new(initial, bounds, cache, pdf.xref(), settings.clone());
    let mut collector = Collector {
        bounds,
        glyphs: Vec::new(),
        picture_area: 0.0,
        shapes: 0,
        outlines: Vec::new(),
        dots: Vec::new(),
        grounds: Vec::new(),
        clips: Vec::new(),
        opacities: Vec::new(),
        marked: Vec::new(),
        stems: HashMap::new(),
        fonts: Vec::new(),
        characters: HashMap::new(),
        budget,
    };
    interpret_page(page, &mut context, &mut collector);
    collector.close_marked_content();
    Collected {
        glyphs: collector.glyphs,
        dots: collector.dots,
        page_area: bounds.area(),
        page_size: (bounds.width(), bounds.height()),
        picture_area: collector.picture_area,
        shapes: collector.shapes,
        outlines: collector.outlines,
    }
}

/// A marked-content sequence; `Some` if it says what its glyphs mean.
type Marked = Option<(String, usize)>;

struct Collector<'c> {
    bounds: Rect,
    glyphs: Vec<Glyph>,
    picture_area: f64,
    shapes: usize,
    /// Filled shapes that are no rectangles: letters, perhaps.
    outlines: Vec<(Rect, [u8; 3])>,
    dots: Vec<Dot>,
    /// Filled areas in the order of drawing; no colour where it is a picture or a pattern.
    grounds: Vec<(Rect, Option<[f32; 3]>)>,
    clips: Vec<Rect>,
    opacities: Vec<f32>,
    marked: Vec<Marked>,
    stems: HashMap<u128, f32>,
    fonts: Vec<(u64, Option<String>, FontTraits)>,
    /// Characters of glyphs by what the fonts say, for the fonts of which that was asked.
    characters: HashMap<u128, HashMap<u32, char>>,
    budget: &'c mut Budget,
}

/// What a font says of itself.
#[derive(Default, Clone, Copy)]
struct FontTraits {
    bold: bool,
    italic: bool,
    /// Symbols and pictures; bullets among them.
    icons: bool,
    /// Pictures only, whose code points are also those of bullets in other fonts.
    pictograms: bool,
    known: bool,
    font: u64,
}

impl Collector<'_> {
    fn ground_at(&self, point: Point) -> Option<[f32; 3]> {
        self.grounds
            .iter()
            .rev()
            .find(|(area, _)| area.contains(point))
            .map_or(Some([1.0, 1.0, 1.0]), |(_, colour)| *colour)
    }

    fn add_ground(&mut self, area: Rect, colour: Option<[f32; 3]>) {
        if area.width() > 3.0 && area.height() > 3.0 {
            if self.grounds.len() >= MAX_GROUNDS {
                self.grounds.drain(..MAX_GROUNDS / 2);
            }
            self.grounds.push((area, colour));
        }
    }

    fn fill(&mut self, area: Rect, props: &DrawProps<'_>, mode: &DrawMode) {
        self.budget.tick();
        self.shapes += 1;
        let (width, height) = (area.width(), area.height());
        if (1.0..7.0).contains(&width) && (1.0..7.0).contains(&height) && self.dots.len() < MAX_GROUNDS {
            self.dots.push(Dot { x0: area.x0 as f32, x1: area.x1 as f32, y: area.center().y as f32 });
        }
        if !matches!(mode, DrawMode::Fill(_) | DrawMode::FillAndStroke(..)) {
            return;
        }
        match &props.paint {
            Paint::Color(colour) => {
                let [red, green, blue, alpha] = colour.to_rgba().components();
                if alpha > 0.6 {
                    self.add_ground(area, Some([red, green, blue]));
                } else if alpha > 0.05 {
                    self.add_ground(area, None);
                }
            }
            Paint::Pattern(_) => self.add_ground(area, None),
        }
    }

    fn visibility(&self, at: Point, size: f64, props: &DrawProps<'_>, mode: &DrawMode) -> Visibility {
        if matches!(mode, DrawMode::Invisible) {
            return Visibility::Invisible;
        }
        let page = self.bounds.inflate(2.0, 2.0);
        let clipped = self.clips.last().is_some_and(|clip| !clip.inflate(size, size).contains(at));
        if size < TINY_POINTS
            || !page.contains(at)
            || clipped
            || self.opacities.iter().any(|opacity| *opacity < 0.05)
        {
            return Visibility::Hidden;
        }
        if let Paint::Color(colour) = &props.paint {
            let [red, green, blue, alpha] = colour.to_rgba().components();
            if alpha < 0.05 {
                return Visibility::Invisible;
            }
            if let Some(ground) = self.ground_at(at) {
                let contrast = (red - ground[0]).abs() + (green - ground[1]).abs() + (blue - ground[2]).abs();
                if contrast < MIN_CONTRAST {
                    return Visibility::Hidden;
                }
            }
        }
        Visibility::Shown
    }

    fn stem(&mut self, glyph: &FontGlyph<'_>) -> Option<f32> {
        let FontGlyph::Outline(outline) = glyph else { return None };

        let stem = *self.stems.entry(outline.identifier().cache_key()).or_insert_with(|| {
            let path = outline.outline();
            let perimeter = path.perimeter(1.0);
            if perimeter > 0.0 { (2.0 * path.area().abs() / perimeter) as f32 } else { 0.0 }
        });
        (stem > 0.0).then_some(stem)
    }

    /// The character that the font itself has for a glyph: for files that do not say it.
    fn by_font(&mut self, glyph: &FontGlyph<'_>) -> Option<char> {
        let FontGlyph::Outline(outline) = glyph else {
            return super::ligatures::tex_character(glyph.char_code());
        };
        let data = outline.font_data()?;
        let characters = self.characters.entry(data.cache_key).or_insert_with(|| {
            let Ok(font) = FontRef::from_index((*data.data).as_ref(), 0) else { return HashMap::new() };
            let mut characters = HashMap::new();
            for (code, glyph) in font.charmap().mappings().take(MAX_MAPPINGS) {
                // Symbolic fonts keep Latin text at U+F000.
                let code = if (0xF020..=0xF0FF).contains(&code) { code - 0xF000 } else { code };
                if let Some(character) = char::from_u32(code) {
                    characters.entry(glyph.to_u32()).or_insert(character);
                }
            }
            characters
        });
        characters.get(&outline.glyph_id().to_u32()).copied()
    }

    /// Many writers draw each glyph on its own, so the traits of a font are kept.
    fn traits_of(&mut self, glyph: &FontGlyph<'_>) -> FontTraits {
        let FontGlyph::Outline(outline) = glyph else { return FontTraits::default() };
        let Some(data) = outline.font_data() else { return FontTraits::default() };
        let key = data.cache_key as u64;
        match self.fonts.iter().find(|(known, name, _)| *known == key && *name == data.postscript_name) {
            Some((_, _, traits)) => *traits,
            None => {
                let traits = traits_of(&data);
                self.fonts.push((key, data.postscript_name, traits));
                traits
            }
        }
    }

    fn close_marked_content(&mut self) {
        while !self.marked.is_empty() {
            self.end_marked();
        }
    }

    /// Replaces the glyphs of a sequence that says what they mean, if they stand on one line.
    fn end_marked(&mut self) {
        let Some(Some((text, start))) = self.marked.pop() else { return };
        let glyphs = &self.glyphs[start.min(self.glyphs.len())..];
        let (Some(first), Some(last)) = (glyphs.first(), glyphs.last()) else { return };
        let one_line = glyphs.iter().all(|glyph| {
            (glyph.y - first.y).abs() < 0.5 * first.size.max(glyph.size) && glyph.turn == first.turn
        });
        let drawn: usize = glyphs.iter().map(|glyph| glyph.text.chars().count()).sum();
        if !one_line || text.chars().count() > 4 * drawn + 16 {
            return;
        }
        let x0 = glyphs.iter().map(|glyph| glyph.x0).fold(f32::MAX, f32::min);
        let x1 = glyphs.iter().map(|glyph| glyph.x1).fold(f32::MIN, f32::max);
        let replacement = Glyph { text, x0, x1, y: last.y.max(first.y), ..first.clone() };
        self.budget.spend(replacement.text.chars().count());
        self.glyphs.truncate(start);
        self.glyphs.push(replacement);
    }
}

/// Traits of a font by its name and weight.
fn traits_of(data: &OutlineFontData) -> FontTraits {
    let name = data.postscript_name.as_deref().unwrap_or_default().to_ascii_lowercase();
    // Names of subsets begin with six letters and a plus.
    let name = name.split_once('+').map_or(name.as_str(), |(_, name)| name);
    let bold_name = ["bold", "black", "heavy", "-bd", "semibd"].iter().any(|word| name.contains(word));
    let icons = [
        "awesome",
        "icon",
        "dingbat",
        "academicons",
        "fontello",
        "wingdings",
        "webdings",
        "icomoon",
        "glyphicon",
    ]
    .iter()
    .any(|word| name.contains(word));
    FontTraits {
        bold: bold_name || data.weight.is_some_and(|weight| weight >= 600),
        italic: data.is_italic || name.contains("italic") || name.contains("oblique"),
        icons,
        pictograms: icons && !["dingbat", "wingdings", "webdings"].iter().any(|word| name.contains(word)),
        known: bold_name || data.weight.is_some(),
        font: data.cache_key as u64,
    }
}

impl<'a> Device<'a> for Collector<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let area = props.transform.transform_rect_bbox(path.bounding_box());
        if matches!(mode, DrawMode::Fill(_) | DrawMode::FillAndStroke(..))
            && self.outlines.len() < MAX_GROUNDS
        {
            self.outlines.push((area, ink_of(&props.paint)));
        }
        self.fill(area, &props, mode);
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, mode: &DrawMode) {
        let area = props.transform.transform_rect_bbox(*rect);
        self.fill(area, &props, mode);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.budget.tick();
        let area = clip.path.bounding_box();
        let inner = self.clips.last().map_or(area, |outer| outer.intersect(area));
        self.clips.push(inner);
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.budget.tick();
        let inner = self.clips.last().map_or(*rect, |outer| outer.intersect(*rect));
        self.clips.push(inner);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn push_transparency_group(&mut self, opacity: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.budget.tick();
        self.opacities.push(opacity);
    }

    fn pop_transparency_group(&mut self) {
        self.opacities.pop();
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.budget.tick();
        let pixels = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let area = props.transform.transform_rect_bbox(pixels).intersect(self.bounds);
        self.picture_area += area.area().max(0.0);
        self.add_ground(area, None);
    }

    fn begin_marked_content(&mut self, _tag: &[u8], properties: Option<&Dict<'_>>) {
        self.budget.tick();
        let text = properties
            .and_then(|properties| properties.get::<PdfString<'_>>("ActualText"))
            .map(|text| super::text_string(text.as_bytes()));
        // Inside a sequence that is replaced as a whole nothing is replaced again.
        let inside = self.marked.iter().any(Option::is_some);
        self.marked.push(text.filter(|_| !inside).map(|text| (text, self.glyphs.len())));
    }

    fn end_marked_content(&mut self) {
        self.end_marked();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.budget.tick();
        let Some(first) = run.glyphs().first() else { return };
        let traits = self.traits_of(first);
        let mut visibility = None;
        let ink = ink_of(&props.paint);
        for positioned in run.glyphs() {
            self.budget.tick();
            let text = match positioned.as_unicode() {
                Some(BfString::Char(character)) if character != '\0' => character.to_string(),
                Some(BfString::String(text)) => text,
                _ => self.by_font(positioned).map_or(UNKNOWN.to_owned(), String::from),
            };
            let [a, b, c, d, x, y] = (props.transform * positioned.transform()).as_coeffs();
            let size = c.hypot(d) * 1000.0;
            let advance = match &**positioned {
                FontGlyph::Outline(outline) => outline.advance_width(),
                FontGlyph::Type3(glyph) => glyph.advance_width(),
            };
            let width = f64::from(advance.unwrap_or(500.0)) * a.hypot(b);
            if !(size.is_finite() && width.is_finite() && x.is_finite() && y.is_finite()) || size <= 0.0 {
                continue;
            }
            let unknown = text == UNKNOWN;
            let text: String = text
                .chars()
                .filter(|character| !character.is_ascii_control() && *character != '\u{FFFD}')
                .filter(|character| {
                    !cleaning::is_private_use(*character) || cleaning::is_private_bullet(*character)
                })
                .collect();
            let text = if unknown && traits.font != 0 { UNKNOWN.to_owned() } else { text };
            if text.is_empty()
                || (traits.icons
                    && !text.chars().all(|c| {
                        c.is_whitespace()
                            || (cleaning::is_bullet(c) && !(traits.pictograms && cleaning::is_private_use(c)))
                    }))
            {
                continue;
            }
            self.budget.spend(text.chars().count());
            let (turn, straight) = direction(a, b);
            let centre =
                Point::new(x + width * 0.5 * a.signum() * f64::from(u8::from(turn % 2 == 0)), y - 0.3 * size);
            let seen = *visibility.get_or_insert_with(|| self.visibility(centre, size, &props, mode));
            let seen = if !straight && seen == Visibility::Shown { Visibility::Hidden } else { seen };
            let (page_width, page_height) = (self.bounds.width(), self.bounds.height());
            let (x, y) = match turn {
                0 => (x, y),
                1 => (y, page_width - x),
                2 => (page_width - x, page_height - y),
                _ => (page_height - y, x),
            };
            let is_letter = text.len() == 1 && text.as_bytes()[0].is_ascii_alphabetic();
            let stem = if is_letter && !traits.known { self.stem(positioned) } else { None };
            self.glyphs.push(Glyph {
                text,
                x0: x as f32,
                x1: (x + width) as f32,
                y: y as f32,
                size: size as f32,
                bold: traits.bold,
                italic: traits.italic,
                stem,
                turn,
                font: traits.font,
                ink,
                visibility: seen,
            });
        }
    }
}

fn ink_of(paint: &Paint<'_>) -> [u8; 3] {
    match paint {
        Paint::Color(colour) => {
            let [red, green, blue, _] = colour.to_rgba().to_rgba8();
            [red, green, blue]
        }
        Paint::Pattern(_) => [0; 3],
    }
}

/// Quarter turns of a direction of writing, and whether it is near one.
fn direction(a: f64, b: f64) -> (u8, bool) {
    let horizontal = a.abs() >= b.abs();
    let slope = if horizontal { b.abs() / a.abs().max(1e-12) } else { a.abs() / b.abs().max(1e-12) };
    let turn = match (horizontal, a >= 0.0, b >= 0.0) {
        (true, true, _) => 0,
        (true, false, _) => 2,
        (false, _, true) => 1,
        (false, _, false) => 3,
    };
    (turn, slope < MAX_SLOPE)
}
