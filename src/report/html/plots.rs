//! Latencies as plots: how they are distributed, and how they went over time, with the timer drawn in.
//!
//! The colours are names: the page's style gives each a colour in light and in dark.

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::prelude::*;
use std::ops::Range;
use std::time::Duration;

/// Of a plot, in pixels of the page.
const SIZE: (u32, u32) = (460, 220);
const BARS: usize = 24;

/// Colours that `style.css` replaces: text, lines, points, bound.
const TEXT: RGBColor = RGBColor(1, 1, 1);
const GRID: RGBColor = RGBColor(2, 2, 2);
const DATA: RGBColor = RGBColor(3, 3, 3);
const BOUND: RGBColor = RGBColor(4, 4, 4);

/// How often which latency, in milliseconds; `None` where there is nothing to see.
pub(super) fn distribution(latencies: &[f64], timer: Option<Duration>) -> Option<String> {
    if latencies.len() < 2 || latencies.iter().any(|latency| !latency.is_finite()) {
        return None;
    }
    let most = highest(latencies, timer);
    let width = most / BARS as f64;
    let mut counts = [0u32; BARS];
    for latency in latencies {
        // Saturates, and the last bar holds its upper end.
        let bar = ((latency / width) as usize).min(BARS - 1);
        if let Some(count) = counts.get_mut(bar) {
            *count += 1;
        }
    }
    let tallest = f64::from(counts.iter().copied().max().unwrap_or(1)) * 1.1;
    let axes = Axes { x: (0.0, most), y: (0.0, tallest), names: ("milliseconds", "answers"), whole: true };
    let bars = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(bar, count)| {
        let left = bar as f64 * width;
        Rectangle::new([(left, 0.0), (left + width * 0.9, f64::from(*count))], DATA.filled())
    });
    let bound = within(timer, most).map(|timer| vec![(timer, 0.0), (timer, tallest)]);
    axes.draw(bars.collect(), Vec::new(), bound)
}

/// Latencies in milliseconds over seconds; `None` where there is nothing to see.
pub(super) fn over_time(points: &[(f64, f64)], timer: Option<Duration>) -> Option<String> {
    if points.len() < 2 || points.iter().any(|(time, latency)| !time.is_finite() || !latency.is_finite()) {
        return None;
    }
    let latencies: Vec<f64> = points.iter().map(|(_, latency)| *latency).collect();
    let most = highest(&latencies, timer);
    let first = points.iter().map(|(time, _)| *time).fold(f64::INFINITY, f64::min);
    let last = points.iter().map(|(time, _)| *time).fold(f64::NEG_INFINITY, f64::max);
    let last = last.max(first + 0.001);
    let axes = Axes { x: (first, last), y: (0.0, most), names: ("seconds", "milliseconds"), whole: false };
    let dots = points.iter().map(|point| Circle::new(*point, 2, DATA.filled()));
    let bound = within(timer, most).map(|timer| vec![(first, timer), (last, timer)]);
    axes.draw(Vec::new(), dots.collect(), bound)
}

type Point = (f64, f64);

struct Axes {
    x: (f64, f64),
    y: (f64, f64),
    names: (&'static str, &'static str),
    /// Whether what is counted upwards are whole things.
    whole: bool,
}

impl Axes {
    fn draw(
        &self,
        bars: Vec<Rectangle<Point>>,
        dots: Vec<Circle<Point, i32>>,
        bound: Option<Vec<Point>>,
    ) -> Option<String> {
        let mut svg = String::new();
        self.drawn(&mut svg, bars, dots, bound).ok()?;
        // It stands beside text: without a declaration, and in a page SVG needs no namespace.
        svg.find("<svg").and_then(|start| svg.get(start..)).map(|svg| svg.replacen(NAMESPACE, "", 1))
    }

    fn drawn(
        &self,
        svg: &mut String,
        bars: Vec<Rectangle<Point>>,
        dots: Vec<Circle<Point, i32>>,
        bound: Option<Vec<Point>>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        let (across, up) = (ticks(self.x, 6, false), ticks(self.y, 4, self.whole));
        let mut chart = ChartBuilder::on(&area)
            .margin(8)
            .x_label_area_size(34)
            .y_label_area_size(48)
            .build_cartesian_2d(Axis::new(self.x, &across), Axis::new(self.y, &up))?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .axis_style(GRID)
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .label_style(("sans-serif", 11).into_font().color(&TEXT))
            .x_desc(self.names.0)
            .y_desc(self.names.1)
            .x_label_formatter(&|value| short(*value, &across))
            .y_label_formatter(&|value| short(*value, &up))
            .draw()?;
        chart.draw_series(bars)?;
        chart.draw_series(dots)?;
        if let Some(bound) = bound {
            chart.draw_series([PathElement::new(bound, BOUND.stroke_width(2))])?;
        }
        area.present()?;
        Ok(())
    }
}

/// A linear axis with ticks of our own: for some ranges, such as a microsecond, the library's search for round numbers
/// does not end.
struct Axis<'t> {
    low: f64,
    high: f64,
    ticks: &'t [f64],
}

impl<'t> Axis<'t> {
    fn new((low, high): Point, ticks: &'t [f64]) -> Axis<'t> {
        Axis { low, high, ticks }
    }
}

impl Ranged for Axis<'_> {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let part = (value - self.low) / (self.high - self.low);
        // Saturates; a pixel is what is asked for.
        (f64::from(from) + part * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.to_vec() }
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

const NAMESPACE: &str = " xmlns=\"http://www.w3.org/2000/svg\"";

/// About so many round numbers within a range, evenly apart.
fn ticks((low, high): Point, wanted: u32, whole: bool) -> Vec<f64> {
    let rough = ((high - low) / f64::from(wanted)).max(1e-9);
    let decade = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * decade).find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(rough).max(if whole { 1.0 } else { 0.0 });
    let first = (low / step).ceil();
    (0..=2 * wanted).map(|count| (first + f64::from(count)) * step).take_while(|tick| *tick <= high).collect()
}

/// The upper end of an axis: all that was measured, and the timer unless that is far away.
fn highest(latencies: &[f64], timer: Option<Duration>) -> f64 {
    let most = latencies.iter().copied().fold(0.0, f64::max).max(0.001);
    match timer.map(|timer| timer.as_secs_f64() * 1e3) {
        Some(timer) if timer > most && timer < most * 20.0 => timer * 1.05,
        _ => most * 1.05,
    }
}

fn within(timer: Option<Duration>, most: f64) -> Option<f64> {
    timer.map(|timer| timer.as_secs_f64() * 1e3).filter(|timer| *timer <= most)
}

/// With as many decimals as tell the ticks apart.
fn short(value: f64, ticks: &[f64]) -> String {
    let step = match ticks {
        [first, second, ..] => second - first,
        _ => 1.0,
    };
    let decimals = (0..9).find(|decimals| step * 10f64.powi(*decimals) > 0.999).unwrap_or(9);
    format!("{value:.*}", usize::try_from(decimals).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plots_have_every_answer_and_the_timer() {
        let timer = Some(Duration::from_millis(500));
        let svg = over_time(&[(0.0, 40.0), (1.0, 60.0), (2.0, 520.0)], timer).unwrap();
        assert_eq!(svg.matches("<circle").count(), 3);
        assert!(svg.contains("#040404"), "the timer is drawn");
        assert!(!svg.contains("style="), "the page's policy lets no attribute style it");
        let svg = distribution(&[1.0, 1.01, 2.0], timer).unwrap();
        assert_eq!(svg.matches("fill=\"#030303\"").count(), 2);
        assert!(!svg.contains("#040404"), "a timer far away is not");
    }

    #[test]
    fn one_answer_is_no_distribution() {
        assert_eq!(distribution(&[1.0], None), None);
        assert_eq!(over_time(&[], None), None);
        assert_eq!(distribution(&[1.0, f64::NAN], None), None);
    }

    #[test]
    fn no_range_is_too_small_or_too_large_for_an_axis() {
        for points in [[(1.0, 0.0), (1.0, 0.0)], [(0.0, 1e-7), (1e-9, 2e-7)], [(4e9, 3e12), (4e9 + 1e-6, 0.0)]] {
            assert!(over_time(&points, None).is_some(), "{points:?}");
            assert!(distribution(&points.map(|(_, latency)| latency), None).is_some(), "{points:?}");
        }
    }

    #[test]
    fn ticks_are_round_and_within() {
        assert_eq!(ticks((0.0, 525.0), 6, false), [0.0, 100.0, 200.0, 300.0, 400.0, 500.0]);
        assert_eq!(ticks((0.0, 1.1), 4, true), [0.0, 1.0]);
        assert_eq!(ticks((7.2, 9.1), 4, false), [7.5, 8.0, 8.5, 9.0]);
        assert_eq!(short(0.25, &[0.0, 0.05]), "0.25");
        assert_eq!(short(300.0, &[200.0, 300.0]), "300");
    }
}
