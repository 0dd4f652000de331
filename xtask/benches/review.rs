//! What comparing two documents costs, by their number of operations. Run it with:
//!
//! ```sh
//! cargo bench --package xtask
//! ```
//!
//! Half of the operations differ. The ratio is the time for one operation, against that in the smallest document.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use xtask::openapi::{Document, Parsed};
use xtask::review::compare;

fn document(operations: usize, is_changed: bool) -> String {
    let mut text = "openapi: 3.0.3\ninfo: {title: Many, version: 1.0.0}\npaths:\n".to_owned();
    for number in 0..operations {
        let summary = match is_changed && number % 2 == 0 {
            true => "Another.",
            false => "One of many.",
        };
        let _ = write!(
            text,
            r##"  /things/{number}/{{id}}:
    put:
      operationId: put_thing_{number}
      summary: {summary}
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
        - {{name: X-Trace, in: header, schema: {{type: string, maxLength: {}}}}}
      requestBody: {{content: {{application/json: {{schema: {{$ref: "#/components/schemas/Thing{number}"}}}}}}}}
      responses:
        "200": {{description: Done., content: {{application/json: {{schema: {{$ref: "#/components/schemas/Thing{number}"}}}}}}}}
        "400": {{description: Refused., content: {{application/json: {{schema: {{$ref: "#/components/schemas/Refusal"}}}}}}}}
"##,
            10 + usize::from(is_changed)
        );
    }
    text.push_str("components:\n  schemas:\n    Refusal: {description: No., type: object, properties: {why: {type: string}}}\n");
    for number in 0..operations {
        let _ = writeln!(
            text,
            "    Thing{number}: {{description: A thing., type: object, properties: {{name: {{type: string}}, parts: {{type: array, items: {{$ref: \"#/components/schemas/Thing{number}\"}}}}}}}}"
        );
    }
    text
}

/// The least time of several turns, reading included.
fn measure(operations: usize) -> (Duration, usize) {
    let (base, head) = (document(operations, false), document(operations, true));
    let mut least = Duration::MAX;
    let mut changes = 0;
    for _ in 0..5 {
        let start = Instant::now();
        let (base, head) = (Parsed::from_text("base", &base), Parsed::from_text("head", &head));
        if let (Some(base_root), Some(head_root)) = (&base.root, &head.root) {
            let base = Document::new(&base.source, base_root);
            let head = Document::new(&head.source, head_root);
            changes = black_box(compare(&base, &head)).len();
        }
        least = least.min(start.elapsed());
    }
    (least, changes)
}

fn main() {
    println!(
        "| operations | changes | read and compared in | an operation | ratio |\n| ---: | ---: | ---: | ---: | ---: |"
    );
    let mut first = None;
    for operations in [10_u32, 100, 1000] {
        let (time, changes) = measure(operations as usize);
        let each = time / operations;
        let reference = *first.get_or_insert(each);
        let ratio = each.as_secs_f64() / reference.as_secs_f64();
        println!("| {operations} | {changes} | {time:.1?} | {each:.1?} | {ratio:.2} |");
    }
}
