//! The links of the crates' front pages. A README's lead to files, in the repository; in the documentation, rustdoc takes the
//! definitions of `lib.rs`, and warns neither of one that is missing there nor of a link to a file.

use std::collections::BTreeSet;

use xtask::workspace_root;

/// A text outside of its blocks of code.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

/// The links that a text defines, each with where it leads to.
fn definitions(text: &str) -> Vec<(&str, &str)> {
    let definition = |line| str::strip_prefix(line, "[")?.split_once("]: ");
    text.lines().filter_map(definition).collect()
}

/// The names in square brackets that are code, which is how both READMEs write a link.
fn used(text: &str) -> BTreeSet<&str> {
    let starts = text.split("[`").skip(1);
    let names = starts.filter_map(|rest| Some((rest.split_once("`]")?.0, rest)));
    names.filter(|(name, _)| !name.contains('\n')).map(|(name, _)| name).collect()
}

#[test]
fn links_of_the_front_pages_lead_somewhere() {
    for (package, count) in [("vault-api", 5), ("vault-api-sign", 12)] {
        let folder = workspace_root().join(package);
        let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("a file");
        let (readme, lib) = (prose(&read("README.md")), read("src/lib.rs"));
        let in_readme = definitions(&readme);
        assert!(in_readme.len() >= count, "{package}: {in_readme:?}");
        let names: BTreeSet<&str> =
            in_readme.iter().map(|(name, _)| name.trim_matches('`')).collect();
        let undefined: Vec<_> = used(&readme).difference(&names).copied().collect();
        assert!(undefined.is_empty(), "{package}/README.md does not define {undefined:?}");
        for (name, file) in in_readme {
            assert!(folder.join(file).is_file(), "{package}/README.md: {name} leads to no {file}");
            // rustdoc says whether there is such an item.
            let defined = [format!("//! [{name}]: "), format!("doc = \"[{name}]: ")];
            let is_defined = defined.iter().any(|defined| lib.contains(defined));
            assert!(is_defined, "{package}/src/lib.rs does not say what {name} is");
        }
        // A link to a file of the repository leads nowhere in the documentation.
        for target in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(
                target.starts_with("https://") || target.starts_with('#'),
                "{package}: {target}"
            );
        }
    }
}
