//! What HTTP and OAuth do not tell apart in credentials.

use xtask::openapi::Parsed;
use xtask::review::{Class, compare};

use crate::{BASE, edited};

use Class::{Breaking as B, Compatible as C, Documentation as D};

#[test]
fn case_and_order_of_credentials() {
    let classes = |base: &str, head: &str| -> Vec<Class> {
        let read = |text: &str| Parsed::from_text("spec.yaml", text);
        let (base, head) = (read(base), read(head));
        let (Some(old), Some(new)) = (&base.root, &head.root) else {
            panic!("the documents are YAML");
        };
        let changes = compare((&base.source, old), (&head.source, new));
        changes.iter().map(|change| change.class).collect()
    };
    let name = edited("name: X-Key", "name: x-key");
    assert_eq!(classes(BASE, &name), [D]);
    let http = edited("{type: apiKey, in: header, name: X-Key,", "{type: http, scheme: bearer,");
    assert_eq!(classes(&http, &http.replace("bearer", "Bearer")), [D]);
    assert_eq!(classes(&http, &http.replace("bearer", "basic")), [B]);
    let scopes = BASE.replace("Key: []", "Key: [a, b]");
    assert_ne!(scopes, BASE);
    assert_eq!(classes(&scopes, &scopes.replace("[a, b]", "[b, a]")), []);
    assert_eq!(classes(&scopes, &scopes.replace("[a, b]", "[a]")), [B, C]);
}
