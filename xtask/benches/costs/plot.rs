//! A plot with logarithmic axes, as SVG.

use std::fmt::Write;

use super::{Fault, workspace};

const COLOURS: [&str; 2] = ["#1f6feb", "#b35900"];
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;
const DECADE: f64 = 100.0;

/// A curve: its name, and its points by the number of operations.
pub struct Curve(pub &'static str, pub Vec<(usize, f64)>);

/// Writes `vault-api/docs/NAME.svg`: seconds by the number of operations, a decade from each line to the next.
pub fn write(name: &str, title: &str, curves: &[Curve]) -> Result<(), Fault> {
    let points = || curves.iter().flat_map(|curve| &curve.1);
    let seconds = || points().map(|point| point.1.log10());
    let least = seconds().fold(f64::INFINITY, f64::min).floor();
    let most = seconds().fold(f64::NEG_INFINITY, f64::max).ceil();
    let decades = points().map(|point| (point.0 as f64).log10()).fold(0.0, f64::max).ceil();
    let x = |operations: f64| LEFT + 1.5 * DECADE * operations.log10();
    let y = |seconds: f64| TOP + DECADE * (most - seconds.log10());
    let (right, bottom) = (x(10_f64.powf(decades)), y(10_f64.powf(least)));

    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.0} {:.0}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"20\" font-size=\"14\">{title}</text>\n",
        right + 190.0,
        bottom + 45.0
    );
    for decade in 0..=decades as i32 {
        let (operations, at) = (10_f64.powi(decade), x(10_f64.powi(decade)));
        writeln!(svg, "<path d=\"M{at:.0} {TOP}V{bottom:.0}\" stroke=\"#ddd\"/>")?;
        let below = bottom + 18.0;
        writeln!(
            svg,
            "<text x=\"{at:.0}\" y=\"{below:.0}\" text-anchor=\"middle\">{operations}</text>"
        )?;
    }
    for decade in least as i32..=most as i32 {
        let (seconds, at) = (10_f64.powi(decade), y(10_f64.powi(decade)));
        writeln!(svg, "<path d=\"M{LEFT} {at:.0}H{right:.0}\" stroke=\"#ddd\"/>")?;
        writeln!(
            svg,
            "<text x=\"62\" y=\"{:.0}\" text-anchor=\"end\">{seconds} s</text>",
            at + 4.0
        )?;
    }
    let (middle, below) = (x(10_f64.powf(decades / 2.0)), bottom + 36.0);
    writeln!(
        svg,
        "<text x=\"{middle:.0}\" y=\"{below:.0}\" text-anchor=\"middle\">operations</text>"
    )?;
    for (index, (Curve(name, points), colour)) in curves.iter().zip(COLOURS).enumerate() {
        let at = |point: &(usize, f64)| format!("{:.1},{:.1}", x(point.0 as f64), y(point.1));
        let line: Vec<_> = points.iter().map(at).collect();
        let line = line.join(" ");
        writeln!(
            svg,
            "<polyline points=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        )?;
        if let Some(last) = points.last() {
            // The ends of curves may lie close together.
            let below = 4.0 + 14.0 * index as f64;
            let (right, level) = (x(last.0 as f64) + 8.0, y(last.1) + below);
            writeln!(
                svg,
                "<text x=\"{right:.0}\" y=\"{level:.0}\" fill=\"{colour}\">{name}</text>"
            )?;
        }
    }
    svg.push_str("</svg>\n");
    Ok(std::fs::write(workspace().join(format!("vault-api/docs/{name}.svg")), svg)?)
}
