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

/// The most points of a plot.
pub(super) const POINTS: usize = 2_000;

/// How often which latency, in milliseconds; `None` where there is nothing to see.
pub(super) fn distribution(latencies: &[f64], timer: Option<Duration>) -> Option<String> {
    if latencies.len() < 2 || latencies.iter().any(|latency| !latency.is_finite()) {
        return None;
    }
    let across = Scale::of(latencies, timer);
    let mut counts = [0u32; BARS];
    for latency in latencies {
        // Saturates, and the last bar holds its upper end.
        let bar = ((across.part(*latency) * BARS as f64) as usize).min(BARS - 1);
        if let Some(count) = counts.get_mut(bar) {
            *count += 1;
        }
    }
    let tallest = f64::from(counts.iter().copied().max().unwrap_or(1)) * 1.1;
    let bars = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(bar, count)| {
        let edge = |at: f64| across.at((bar as f64 + at) / BARS as f64);
        Rectangle::new([(edge(0.05), 0.0), (edge(0.95), f64::from(*count))], DATA.filled())
    });
    let bars = bars.collect();
    let bound = milliseconds(timer).map(|timer| vec![(timer, 0.0), (timer, tallest)]);
    let up = Scale { low: 0.0, high: tallest, log: false };
    Axes { x: across, y: up, names: ("milliseconds", "answers"), whole: true }.draw(bars, Vec::new(), bound)
}

/// Latencies in milliseconds over seconds; `None` where there is nothing to see.
pub(super) fn over_time(points: &[Point], timer: Option<Duration>) -> Option<String> {
    if points.len() < 2 || points.iter().any(|(time, latency)| !time.is_finite() || !latency.is_finite()) {
        return None;
    }
    let latencies: Vec<f64> = points.iter().map(|(_, latency)| *latency).collect();
    let up = Scale::of(&latencies, timer);
    let first = points.iter().map(|(time, _)| *time).fold(f64::INFINITY, f64::min);
    let last = points.iter().map(|(time, _)| *time).fold(f64::NEG_INFINITY, f64::max).max(first + 0.001);
    let dots = thinned(points).into_iter().map(|(time, latency)| {
        // On a logarithmic scale there is no place for what took no time at all.
        Circle::new((time, latency.max(up.low)), 2, DATA.filled())
    });
    let bound = milliseconds(timer).map(|timer| vec![(first, timer), (last, timer)]);
    let across = Scale { low: first, high: last, log: false };
    Axes { x: across, y: up, names: ("seconds", "milliseconds"), whole: false }.draw(Vec::new(), dots.collect(), bound)
}

/// All points, or as many as can be told apart: the slowest, and of the others every so many.
fn thinned(points: &[Point]) -> Vec<Point> {
    if points.len() <= POINTS {
        return points.to_vec();
    }
    let mut sorted = points.to_vec();
    sorted.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.total_cmp(&other.0)));
    let mut rest = sorted.split_off(POINTS / 4);
    rest.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    let wanted = POINTS - POINTS / 4;
    sorted.extend((0..wanted).filter_map(|at| rest.get(at * rest.len() / wanted)));
    sorted
}

fn milliseconds(timer: Option<Duration>) -> Option<f64> {
    timer.map(|timer| timer.as_secs_f64() * 1e3)
}

/// What an axis shows, and how.
#[derive(Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
    log: bool,
}

impl Scale {
    /// Of latencies with their timer: in decades where they are far apart, else from nothing.
    fn of(latencies: &[f64], timer: Option<Duration>) -> Scale {
        let timer = milliseconds(timer);
        let most = latencies.iter().copied().chain(timer).fold(0.001, f64::max);
        let least = latencies.iter().copied().chain(timer).filter(|value| *value > 0.0).fold(most, f64::min).max(0.001);
        if most > least * 30.0 {
            Scale { low: 10f64.powf((least * 0.9).log10().floor()), high: most * 1.3, log: true }
        } else {
            Scale { low: 0.0, high: most * 1.05, log: false }
        }
    }

    /// How far up the axis a value stands, from 0 to 1.
    fn part(&self, value: f64) -> f64 {
        let part = if self.log {
            (value.max(self.low) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        part.clamp(0.0, 1.0)
    }

    /// The value at a part of the axis.
    fn at(&self, part: f64) -> f64 {
        if self.log { self.low * (self.high / self.low).powf(part) } else { self.low + part * (self.high - self.low) }
    }

    /// About so many round numbers.
    fn ticks(&self, wanted: u32, whole: bool) -> Vec<f64> {
        if !self.log {
            return ticks((self.low, self.high), wanted, whole);
        }
        let decades = (0..18).map(|decade| self.low * 10f64.powi(decade)).take_while(|tick| *tick <= self.high);
        decades.map(|tick| 10f64.powf(tick.log10().round())).collect()
    }
}

type Point = (f64, f64);

struct Axes {
    x: Scale,
    y: Scale,
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
        let (across, up) = (self.x.ticks(6, false), self.y.ticks(4, self.whole));
        let mut chart = ChartBuilder::on(&area)
            .margin(8)
            .x_label_area_size(34)
            .y_label_area_size(48)
            .build_cartesian_2d(Axis { scale: self.x, ticks: &across }, Axis { scale: self.y, ticks: &up })?;
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

/// An axis with ticks of our own: for some ranges, such as a microsecond, the library's search for round numbers does
/// not end.
struct Axis<'t> {
    scale: Scale,
    ticks: &'t [f64],
}

impl Ranged for Axis<'_> {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let part = self.scale.part(*value);
        // Saturates; a pixel is what is asked for.
        (f64::from(from) + part * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.to_vec() }
    }

    fn range(&self) -> Range<f64> {
        self.scale.low..self.scale.high
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

/// With as many decimals as tell the ticks apart.
fn short(value: f64, ticks: &[f64]) -> String {
    // In decades each tick has as many as it needs.
    let step = match ticks {
        [first, second, third, ..] if third - second > (second - first) * 2.0 => value,
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
        assert!(svg.contains("#040404"), "a timer far away is drawn too");
        assert!(svg.contains(">1000<") || svg.contains("100"), "in decades");
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
    fn what_is_far_apart_stands_in_decades() {
        let scale = Scale::of(&[7.0, 9.0], Some(Duration::from_millis(500)));
        assert!(scale.log);
        assert_eq!(scale.ticks(6, false), [1.0, 10.0, 100.0]);
        assert_eq!((scale.part(0.0), scale.part(1e9)), (0.0, 1.0));
        assert!((scale.at(scale.part(42.0)) - 42.0).abs() < 1e-9);
        assert!(!Scale::of(&[100.0, 400.0], Some(Duration::from_millis(500))).log);
        assert_eq!(short(0.1, &[0.1, 1.0, 10.0]), "0.1");
    }

    #[test]
    fn the_slowest_stay_where_there_are_too_many() {
        let points: Vec<Point> = (0..10_000).map(|at| (f64::from(at), if at == 5_001 { 900.0 } else { 1.0 })).collect();
        let thinned = thinned(&points);
        assert_eq!(thinned.len(), POINTS);
        assert!(thinned.contains(&(5_001.0, 900.0)));
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
