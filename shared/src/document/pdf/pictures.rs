//! A page as a picture of its pictures and filled shapes (letters that are drawn as outlines), for text recognition. Text and
//! lines are not drawn: a page that has text needs no recognition.

use hayro_interpret::color::Color;
use hayro_interpret::font::GlyphRun;
use hayro_interpret::kurbo::{Affine, BezPath, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, FillRule, Image, ImageData, ImageDrawProps,
    InterpreterCache, InterpreterSettings, LumaData, Paint, SoftMask, interpret_page,
};

use super::canvas::{self, Canvas, Grey, Layer};
use crate::document::limits::{self, Watch};
use crate::document::task::Picture;
use crate::document::{DocumentError, Limits};

/// Pixels to a point that recognition needs at least (150 a inch), and at which more is no gain (300 an inch).
const SCALE: (f64, f64) = (150.0 / 72.0, 300.0 / 72.0);
/// Filled shapes from which they are letters that are drawn as outlines.
const MIN_SHAPES: usize = 300;
/// Pixels of a page: an A3 sheet at 300 an inch has 17 million.
const MAX_PIXELS: f64 = 18e6;
/// Pixels of one picture in a page.
const MAX_SOURCE_PIXELS: u64 = 60_000_000;

/// Draws the pictures of a page (0 is the first); none where it has none.
pub(in crate::document) fn picture(
    bytes: Vec<u8>,
    page: u32,
    limits: &Limits,
    watch: &Watch,
) -> Result<Option<Picture>, DocumentError> {
    let pdf = super::open(bytes, limits, watch)?;
    let Some(page) = pdf.pages().get(page as usize) else { return Ok(None) };
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    if !(bounds.area() > 0.0 && bounds.area().is_finite()) {
        return Ok(None);
    }
    let cache = InterpreterCache::new();
    let initial = Affine::new(page.initial_transform(true).as_coeffs());
    let draw = |painter: &mut Painter| {
        let mut context = Context::new(initial, bounds, &cache, pdf.xref(), InterpreterSettings::default());
        interpret_page(page, &mut context, painter);
    };
    let mut painter =
        Painter { canvas: Canvas::default(), scale: 1.0, finest: 0.0, shapes: 0, bounds, watch: *watch };
    draw(&mut painter);
    if painter.shapes > MIN_SHAPES {
        painter.finest = SCALE.1;
    }
    if painter.finest <= 0.0 {
        return Ok(None);
    }
    let scale = painter.finest.clamp(SCALE.0, SCALE.1).min((MAX_PIXELS / bounds.area()).sqrt());
    painter.scale = scale;
    painter.canvas = Canvas::white((bounds.width() * scale) as usize, (bounds.height() * scale) as usize);
    if painter.canvas.grey.is_empty() {
        return Ok(None);
    }
    draw(&mut painter);
    let Canvas { width, height, grey } = painter.canvas;
    Ok(Some(Picture { width: width as u32, height: height as u32, grey }))
}

struct Painter {
    canvas: Canvas,
    /// Pixels to a point.
    scale: f64,
    /// The scale of the finest picture that is no ornament.
    finest: f64,
    /// Filled shapes.
    shapes: usize,
    bounds: Rect,
    watch: Watch,
}

/// Grey and opacity of a colour.
fn ink(colour: &Color) -> (u8, u8) {
    let [red, green, blue, alpha] = colour.to_rgba().to_rgba8();
    (canvas::grey(red, green, blue), alpha)
}

impl<'a> Device<'a> for Painter {
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        if self.watch.expired() {
            limits::leave(DocumentError::TimedOut);
        }
        let (width, height) = (image.width(), image.height());
        if u64::from(width) * u64::from(height) > MAX_SOURCE_PIXELS {
            limits::leave(DocumentError::TooMuchMemory);
        }
        if self.canvas.grey.is_empty() {
            let pixels = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
            let area = props.transform.transform_rect_bbox(pixels).intersect(self.bounds).area().max(0.0);
            let scale = 1.0 / props.transform.determinant().abs().sqrt();
            if scale.is_finite() && area > 0.02 * self.bounds.area() {
                self.finest = self.finest.max(scale);
            }
            return;
        }
        let transform = |factors: (f32, f32)| {
            Affine::scale(self.scale)
                * props.transform
                * Affine::scale_non_uniform(f64::from(factors.0), f64::from(factors.1))
        };
        match image {
            Image::Raster(raster) => raster.with_rgba(
                |data, alpha| {
                    let (width, height) = (data.width() as usize, data.height() as usize);
                    let grey = match &data {
                        ImageData::Luma(luma) => Grey::Luma(&luma.data),
                        ImageData::Rgb(rgb) => Grey::Rgb(&rgb.data),
                    };
                    let opacity = alpha
                        .as_ref()
                        .filter(|alpha| (alpha.width as usize, alpha.height as usize) == (width, height));
                    let opacity = opacity.map(|alpha| alpha.data.as_slice());
                    let layer = Layer { width, height, grey, opacity };
                    self.canvas.lay(&layer, transform(data.scale_factors()), self.watch);
                },
                None,
            ),
            Image::Stencil(stencil) => stencil.with_stencil(
                |mask: LumaData, paint| {
                    let ink = match paint {
                        Paint::Color(colour) => ink(colour).0,
                        Paint::Pattern(_) => 0,
                    };
                    let layer = Layer {
                        width: mask.width as usize,
                        height: mask.height as usize,
                        grey: Grey::One(ink),
                        opacity: Some(&mask.data),
                    };
                    self.canvas.lay(&layer, transform(mask.scale_factors), self.watch);
                },
                None,
            ),
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.look_at_clock();
        let (DrawMode::Fill(rule) | DrawMode::FillAndStroke(rule, _)) = mode else { return };
        if self.canvas.grey.is_empty() {
            self.shapes += 1;
            return;
        }
        let Paint::Color(colour) = &props.paint else { return };
        let even_odd = matches!(rule, FillRule::EvenOdd);
        self.canvas.fill(
            path,
            Affine::scale(self.scale) * props.transform,
            even_odd,
            ink(colour),
            self.watch,
        );
    }

    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {
        self.look_at_clock();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.look_at_clock();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.look_at_clock();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

impl Painter {
    /// These are the only places from which an endless page can be left.
    fn look_at_clock(&self) {
        if self.watch.expired() {
            limits::leave(DocumentError::TimedOut);
        }
    }
}
