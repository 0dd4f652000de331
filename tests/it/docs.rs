//! The draft of an operation that the shipped document does not have: pasted into it, it agrees with its page and can be
//! generated.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_yaml::Value as Yaml;
use xtask::codegen::generate;
use xtask::docs::{Args, run};
use xtask::finding::{Format, Severity};
use xtask::openapi::Parsed;
use xtask::{Outcome, check, workspace_root};

use crate::spec::TEXT;

fn docs(page: &Path, spec: &Path) -> (Outcome, Value) {
    let args =
        Args { pages: vec![page.to_owned()], spec: Some(spec.to_owned()), format: Format::Json };
    let mut out = Vec::new();
    let outcome = run(&args, &mut out).expect("the files are there");
    let report = serde_json::from_slice(&out).expect("JSON");
    (outcome, report)
}

/// Puts one map into another. What both have must be the same.
fn paste(into: &mut Yaml, from: &Yaml, path: &str) {
    let (Some(into), Some(from)) = (into.as_mapping_mut(), from.as_mapping()) else {
        panic!("{path} is in both and differs");
    };
    for (key, value) in from {
        match into.get_mut(key) {
            None => _ = into.insert(key.clone(), value.clone()),
            Some(known) if known == value => {}
            Some(known) => paste(known, value, &format!("{path}/{key:?}")),
        }
    }
}

#[test]
fn pasted_drafts_agree_and_can_be_generated_from() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("docs");
    fs::create_dir_all(&folder).expect("a folder");
    let spec = folder.join("spec.yaml");
    for name in ["new.md", "page.md"] {
        let page = workspace_root().join("xtask/tests/docs").join(name);
        fs::write(&spec, TEXT).expect("a spec");
        let (outcome, report) = docs(&page, &spec);
        assert_eq!(outcome, Outcome::Fail);
        let draft = report["pages"][0]["draft"].as_str().expect("a draft");
        let draft: Yaml = serde_yaml::from_str(draft).expect("YAML");

        let mut whole: Yaml = serde_yaml::from_str(TEXT).expect("YAML");
        for key in ["paths", "components"] {
            paste(&mut whole[key], &draft[key], key);
        }
        whole["servers"] = draft["servers"].clone();
        let whole = serde_yaml::to_string(&whole).expect("YAML");
        fs::write(&spec, &whole).expect("a spec");

        let findings = check::findings(&Parsed::from_text("spec.yaml", &whole));
        let errors = findings.iter().filter(|finding| finding.rule.severity == Severity::Error);
        let findings: Vec<_> = errors.map(|finding| &finding.message).collect();
        assert_eq!(findings, [""; 0], "{name}");
        let (outcome, report) = docs(&page, &spec);
        assert_eq!(outcome, Outcome::Pass, "{name}: {report:#}");
        let client = generate(&whole).expect("the generator takes it");
        let operation = draft["paths"].as_mapping().and_then(|paths| paths.values().next());
        let operation = operation.and_then(|item| item.as_mapping()?.values().next());
        let id = operation
            .and_then(|operation| operation["operationId"].as_str())
            .expect("an operationId");
        assert!(client.contains(&format!("pub fn {id}(")), "{name}");
    }
}
