//! A grey bitmap on which pictures are laid and shapes are filled: just good enough for text recognition.

use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, flatten};

use crate::document::DocumentError;
use crate::document::limits::{self, Watch};

/// How far in pixels a straight piece may be from its curve.
const TOLERANCE: f64 = 0.3;

#[derive(Default)]
pub(super) struct Canvas {
    pub width: usize,
    pub height: usize,
    /// Rows from the top, 0 is black. Empty as long as there is no canvas.
    pub grey: Vec<u8>,
}

/// How light a colour looks.
pub(super) fn grey(red: u8, green: u8, blue: u8) -> u8 {
    ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue)) >> 8) as u8
}

impl Canvas {
    pub(super) fn white(width: usize, height: usize) -> Self {
        Self { width, height, grey: vec![255; width * height] }
    }

    fn bounds(&self) -> Rect {
        Rect::new(0.0, 0.0, self.width as f64, self.height as f64)
    }

    fn blend(&mut self, index: usize, grey: u32, opacity: u32) {
        let pixel = &mut self.grey[index];
        *pixel = ((u32::from(*pixel) * (255 - opacity) + grey * opacity) / 255) as u8;
    }

    /// Lays a picture onto the canvas; `to_canvas` leads from its pixels to those of the canvas.
    pub(super) fn lay(&mut self, source: &Layer<'_>, to_canvas: Affine, watch: Watch) {
        if to_canvas.determinant().abs() < 1e-9 || !to_canvas.is_finite() {
            return;
        }
        let source_area = Rect::new(0.0, 0.0, source.width as f64, source.height as f64);
        let area = to_canvas.transform_rect_bbox(source_area).intersect(self.bounds());
        if area.width() <= 0.0 || area.height() <= 0.0 {
            return;
        }
        let from_canvas = to_canvas.inverse();
        // Where the picture is finer than the canvas, the mean of as many of its pixels makes one.
        let span = (1.0 / to_canvas.determinant().abs().sqrt()).round().clamp(1.0, 16.0) as usize;
        for y in area.y0 as usize..(area.y1.ceil() as usize).min(self.height) {
            look_at_clock(watch);
            for x in area.x0 as usize..(area.x1.ceil() as usize).min(self.width) {
                let at = from_canvas * Point::new(x as f64 + 0.5, y as f64 + 0.5);
                if source_area.contains(at) {
                    let (grey, opacity) = source.mean(at.x as usize, at.y as usize, span);
                    self.blend(y * self.width + x, grey, opacity);
                }
            }
        }
    }

    /// Fills a shape; `to_canvas` leads from its coordinates to pixels.
    pub(super) fn fill(
        &mut self,
        path: &BezPath,
        to_canvas: Affine,
        even_odd: bool,
        (grey, opacity): (u8, u8),
        watch: Watch,
    ) {
        let area = to_canvas.transform_rect_bbox(path.control_box()).intersect(self.bounds());
        if !(area.width() > 0.0 && area.height() > 0.0) {
            return;
        }
        let top_row = area.y0 as usize;
        // Where the middle of each row of pixels crosses the outline, and in which direction.
        let mut crossings: Vec<Vec<(f64, i32)>> = vec![Vec::new(); area.y1.ceil() as usize - top_row];
        let mut cross = |from: Point, to: Point| {
            if !(from.is_finite() && to.is_finite()) || from.y == to.y {
                return;
            }
            let (top, bottom, direction) = if from.y < to.y { (from, to, 1) } else { (to, from, -1) };
            let row_at = |y: f64| ((y - 0.5).ceil() - top_row as f64).clamp(0.0, area.y1) as usize;
            let (first, end) = (row_at(top.y), row_at(bottom.y));
            let slope = (bottom.x - top.x) / (bottom.y - top.y);
            for (row, crossings) in crossings.iter_mut().enumerate().take(end).skip(first) {
                crossings.push((top.x + ((top_row + row) as f64 + 0.5 - top.y) * slope, direction));
            }
        };
        let (mut start, mut at, mut pieces) = (Point::ZERO, Point::ZERO, 0_u32);
        flatten(path.iter().map(|element| to_canvas * element), TOLERANCE, |element| {
            pieces += 1;
            if pieces.is_multiple_of(256) {
                look_at_clock(watch);
            }
            match element {
                PathEl::MoveTo(point) => {
                    cross(at, start);
                    (start, at) = (point, point);
                }
                PathEl::LineTo(point) => {
                    cross(at, point);
                    at = point;
                }
                PathEl::ClosePath => {
                    cross(at, start);
                    at = start;
                }
                // There are no curves in what is flat.
                PathEl::QuadTo(..) | PathEl::CurveTo(..) => {}
            }
        });
        cross(at, start);
        for (row, crossings) in crossings.iter_mut().enumerate().filter(|(_, row)| !row.is_empty()) {
            crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut winding = 0;
            for pair in crossings.windows(2) {
                winding += pair[0].1;
                let inside = if even_odd { winding % 2 != 0 } else { winding != 0 };
                if inside {
                    let pixel = |x: f64| (x - 0.5).ceil().clamp(0.0, self.width as f64) as usize;
                    for column in pixel(pair[0].0)..pixel(pair[1].0) {
                        self.blend(
                            (top_row + row) * self.width + column,
                            u32::from(grey),
                            u32::from(opacity),
                        );
                    }
                }
            }
        }
    }
}

fn look_at_clock(watch: Watch) {
    if watch.expired() {
        limits::leave(DocumentError::TimedOut);
    }
}

/// A decoded picture: what is needed to look up a pixel.
pub(super) struct Layer<'p> {
    pub width: usize,
    pub height: usize,
    /// Grey of each pixel; one for all where it is a stencil.
    pub grey: Grey<'p>,
    pub opacity: Option<&'p [u8]>,
}

pub(super) enum Grey<'p> {
    One(u8),
    Luma(&'p [u8]),
    Rgb(&'p [u8]),
}

impl Layer<'_> {
    /// Mean grey and opacity of a square around a pixel.
    fn mean(&self, x: usize, y: usize, span: usize) -> (u32, u32) {
        let range = |at: usize, end: usize| {
            let start = at.saturating_sub(span / 2);
            start..(start + span).min(end)
        };
        let (mut grey, mut opacity, mut count) = (0, 0, 0);
        for row in range(y, self.height) {
            for column in range(x, self.width) {
                let index = row * self.width + column;
                grey += match &self.grey {
                    Grey::One(ink) => u32::from(*ink),
                    Grey::Luma(pixels) => pixels.get(index).map_or(255, |pixel| u32::from(*pixel)),
                    Grey::Rgb(pixels) => match pixels.get(3 * index..3 * index + 3) {
                        Some([red, green, blue]) => u32::from(self::grey(*red, *green, *blue)),
                        _ => 255,
                    },
                };
                opacity += self
                    .opacity
                    .map_or(255, |opacity| opacity.get(index).map_or(255, |pixel| u32::from(*pixel)));
                count += 1;
            }
        }
        let count = count.max(1);
        (grey / count, opacity / count)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::document::Limits;

    fn rows(canvas: &Canvas) -> Vec<String> {
        let sign = |grey: &u8| if *grey < 64 { '#' } else { '.' };
        canvas.grey.chunks(canvas.width).map(|row| row.iter().map(sign).collect()).collect()
    }

    fn watch() -> Watch {
        Watch::start(&Limits { deadline: Duration::from_secs(60), ..Limits::default() })
    }

    fn two_squares(even_odd: bool) -> Vec<String> {
        let path = BezPath::from_svg("M0 0H5V5H0ZM1 1H4V4H1Z").unwrap();
        let mut canvas = Canvas::white(6, 6);
        canvas.fill(&path, Affine::IDENTITY, even_odd, (0, 255), watch());
        rows(&canvas)
    }

    #[test]
    fn a_shape_within_a_shape_is_a_hole_by_the_rule_that_makes_it_one() {
        assert_eq!(two_squares(false), ["#####.", "#####.", "#####.", "#####.", "#####.", "......"]);
        assert_eq!(two_squares(true), ["#####.", "#...#.", "#...#.", "#...#.", "#####.", "......"]);
    }

    #[test]
    fn a_shape_that_reaches_out_of_the_page_is_cut_off() {
        let path = BezPath::from_svg("M-9 -9H2V2H-9Z M3 3H99V99H3Z").unwrap();
        let mut canvas = Canvas::white(4, 4);
        canvas.fill(&path, Affine::IDENTITY, false, (0, 255), watch());
        assert_eq!(rows(&canvas), ["##..", "##..", "....", "...#"]);
    }

    #[test]
    fn a_picture_is_turned_and_made_larger_as_its_place_says() {
        let grey = [0, 255, 255, 255];
        let layer = Layer { width: 2, height: 2, grey: Grey::Luma(&grey), opacity: None };
        let mut canvas = Canvas::white(4, 4);
        // A quarter turn, twice as large.
        canvas.lay(&layer, Affine::new([0.0, 2.0, -2.0, 0.0, 4.0, 0.0]), watch());
        assert_eq!(rows(&canvas), ["..##", "..##", "....", "...."]);
    }

    #[test]
    fn a_picture_that_is_finer_than_the_page_is_averaged() {
        let grey: Vec<u8> = (0..16).map(|index| if index % 2 == 0 { 0 } else { 255 }).collect();
        let layer = Layer { width: 4, height: 4, grey: Grey::Luma(&grey), opacity: None };
        let mut canvas = Canvas::white(2, 2);
        canvas.lay(&layer, Affine::scale(0.5), watch());
        assert!(canvas.grey.iter().all(|pixel| *pixel == 127), "{:?}", canvas.grey);
    }
}
