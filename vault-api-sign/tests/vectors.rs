//! Every stage against answers computed elsewhere: our own vectors, which Python's `hmac` made, and
//! Wycheproof's.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use vault_api_sign::{Encoding, Parts, Signer, SigningKey, Tag, Verifier, seed_offset};
use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

/// See `vectors/generate.py`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    shared_secret: String,
    seed_string: String,
    seed_length: usize,
    encoding: String,
    fingerprint: String,
    phone: String,
    password: Option<String>,
    seed_offset: usize,
    seed: String,
    canonical_message: String,
    tag: String,
    header: String,
}

#[test]
fn every_stage_of_our_own_vectors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("the folder of vectors") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a vector");
        let vector: Vector = serde_json::from_str(&text).expect("a vector");
        check(&vector, &path.display().to_string());
        seen += 1;
    }
    assert_eq!(seen, 39);
}

fn check(vector: &Vector, name: &str) {
    let encoding = match vector.encoding.as_str() {
        "hex" => Encoding::Hex,
        _ => Encoding::Base64,
    };
    let signer = Signer::builder()
        .shared_secret(&vector.shared_secret)
        .seed_string(&vector.seed_string)
        .seed_length(vector.seed_length)
        .encoding(encoding)
        .build()
        .expect("the values are right");
    let parts = Parts::new(&vector.fingerprint, &vector.phone)
        .password(vector.password.as_deref().unwrap_or_default());

    assert_eq!(seed_offset(&vector.phone), Ok(vector.seed_offset), "{name}");
    assert_eq!(signer.expose_seed(&vector.phone), Ok(vector.seed.as_bytes()), "{name}");
    let message = signer.expose_canonical_message(&parts);
    assert_eq!(message.as_deref(), Ok(vector.canonical_message.as_bytes()), "{name}");
    let tag = signer.tag(&parts).expect("the phone is right");
    assert_eq!(tag.encode(Encoding::Hex), vector.tag, "{name}");
    assert_eq!(tag.encode(encoding), vector.header, "{name}");
    assert_eq!(signer.sign(&parts).as_ref(), Ok(&vector.header), "{name}");
    let verifier = Verifier::new(signer).accept_base64();
    assert!(verifier.verify(&parts, vector.header.as_bytes()).is_ok(), "{name}");
}

#[test]
fn wycheproofs_vectors() {
    let set = TestSet::load(TestName::HmacSha256).expect("the vectors");
    let mut seen = 0;
    for group in set.test_groups {
        for test in group.tests {
            let key = SigningKey::new(&test.key).expect("no key is empty");
            let tag = key.tag(&[&test.msg]);
            let is_valid = test.result == TestResult::Valid;
            match <[u8; 32]>::try_from(test.tag.as_slice()) {
                Ok(whole) => {
                    assert_eq!(
                        key.has_tag(&[&test.msg], &Tag::from(whole)),
                        is_valid,
                        "{}",
                        test.tc_id
                    );
                    assert_eq!(*tag.as_bytes() == whole, is_valid, "{}", test.tc_id);
                }
                // Of a shortened tag only the start can be compared; we never accept one.
                Err(_) => {
                    let start = &tag.as_bytes()[..group.tag_size / 8];
                    assert_eq!(start == test.tag.as_slice(), is_valid, "{}", test.tc_id);
                }
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 174);
}
