//! Which version the command asks for.

use serde_json::json;
use xtask::finding::Format;
use xtask::generator::generate;

use crate::command::{BREAKING, COMPATIBLE, RENAMED, Repository};
use crate::edited;

/// A repository whose `main` has a breaking change since the last release, and the version for it.
fn broken_on_main() -> Repository {
    let repository = Repository::new();
    repository.spec(BREAKING.0, BREAKING.1, "2.0.0");
    repository.commit();
    repository.git(&["branch", "--force", "main", "HEAD"]);
    repository
}

/// The version is compared with that of the last release, not with that of the base.
#[test]
fn a_second_change_asks_for_no_second_version() {
    let repository = broken_on_main();
    let base = edited(BREAKING.0, BREAKING.1);
    let document = base.replace("1.2.3", "2.0.0").replace(RENAMED.0, RENAMED.1);
    repository.write("spec/vault.yaml", &document);
    repository.write("vault-api/src/generated.rs", &generate(&document).expect("it is valid").text);
    let missing = ["missing-changelog"];
    let judged = repository.judge();
    assert_eq!(judged, json!([1, "documentation", "source-breaking", "major", missing]));
}

#[test]
fn below_one_the_second_number_is_the_major_one() {
    for (released, breaking, compatible) in [
        ("## [0.1.4] - 2026-01-02", "minor", "patch"),
        ("## [0.0.4] - 2026-01-02", "patch", "patch"),
        ("## [1.0.0] - 2026-01-02", "major", "minor"),
        // Nothing is released.
        ("", "none", "none"),
        ("## [1.0.0]", "none", "none"),
    ] {
        let repository = Repository::new();
        repository.write("CHANGELOG.md", &format!("## [Unreleased]\n\n{released}\n"));
        repository.commit();
        repository.git(&["branch", "--force", "main", "HEAD"]);
        for (edit, bump) in [(BREAKING, breaking), (COMPATIBLE, compatible)] {
            repository.spec(edit.0, edit.1, "1.2.3");
            assert_eq!(repository.judge()[3], json!(bump), "{released}");
        }
    }
}

#[test]
fn a_version_is_three_numbers() {
    let repository = Repository::new();
    // The second is a number of YAML.
    for version in ["1.3.x", "1.5"] {
        repository.write("spec/vault.yaml", &edited("1.2.3", version));
        let (code, out) = repository.review(None, Format::Human);
        let message = format!("`{version}` is not a semantic version");
        assert_eq!((code, out.contains(&message)), (1, true), "{out}");
    }
}

/// The version of the base, and a pre-release of the version that is asked for.
#[test]
fn a_version_does_not_go_back() {
    let repository = broken_on_main();
    for (version, missing) in [("1.2.3", true), ("2.0.0-rc.1", false), ("2.0.0", false)] {
        repository.spec(BREAKING.0, BREAKING.1, version);
        let (_, out) = repository.review(None, Format::Human);
        let message = format!("the version is {version}, but with these changes it must be 2.0.0");
        assert_eq!(out.contains(&message), missing, "{out}");
    }
}

/// Otherwise nothing would be asked for.
#[test]
fn a_heading_that_is_no_release_is_reported() {
    let repository = Repository::new();
    for heading in ["## 1.2.3 - 2026-01-02", "## [v1.2.3] - 2026-01-02", "## [1.2.3] – 2026-01-02"]
    {
        repository.write("CHANGELOG.md", &format!("## [Unreleased]\n\n{heading}\n"));
        let (code, out) = repository.review(None, Format::Human);
        let message = format!("`{heading}` is not the heading of a release");
        assert_eq!((code, out.contains(&message)), (1, true), "{out}");
    }
}
