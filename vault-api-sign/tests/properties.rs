//! What holds for every input.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use vault_api_sign::{Encoding, Parts, Signer, SignerError, SigningKey, Verifier, seed_offset};

/// The inputs of one signature.
#[derive(Clone, Debug)]
struct Case {
    secret: Vec<u8>,
    seed_string: String,
    seed_length: usize,
    base64: bool,
    fingerprint: Vec<u8>,
    phone: String,
    password: String,
}

impl Case {
    fn build(&self) -> Result<Signer, SignerError> {
        let encoding = match self.base64 {
            true => Encoding::Base64,
            false => Encoding::Hex,
        };
        Signer::builder()
            .shared_secret(self.secret.as_slice())
            .seed_string(self.seed_string.as_bytes())
            .seed_length(self.seed_length)
            .encoding(encoding)
            .build()
    }

    fn signer(&self) -> Signer {
        self.build().expect("the strategy makes valid values")
    }

    fn parts(&self) -> Parts<'_> {
        Parts::new(&self.fingerprint, &self.phone).password(&self.password)
    }

    fn sign(&self) -> String {
        self.signer().sign(&self.parts()).expect("the strategy makes right phones")
    }

    fn accepts(&self, signature: &[u8]) -> bool {
        let verifier = Verifier::new(self.signer()).accept_base64();
        verifier.verify(&self.parts(), signature).is_ok()
    }
}

fn case() -> impl Strategy<Value = Case> {
    let seed = (1..20_usize).prop_flat_map(|length| {
        (
            proptest::string::string_regex(&format!("[ -~]{{{},60}}", 9 + length))
                .expect("a pattern"),
            Just(length),
        )
    });
    let bytes = || prop::collection::vec(any::<u8>(), 1..200);
    (bytes(), seed, any::<bool>(), bytes(), "\\+?[0-9]{1,20}", ".{0,40}").prop_map(
        |(secret, (seed_string, seed_length), base64, fingerprint, phone, password)| Case {
            secret,
            seed_string,
            seed_length,
            base64,
            fingerprint,
            phone,
            password,
        },
    )
}

proptest! {
    #[test]
    fn every_signature_verifies(case in case()) {
        prop_assert!(case.accepts(case.sign().as_bytes()));
    }

    #[test]
    fn signature_is_the_composition_of_the_stages(case in case()) {
        let offset = seed_offset(&case.phone).expect("the strategy makes right phones");
        let seed = &case.seed_string.as_bytes()[offset..offset + case.seed_length];
        let message = [seed, &case.fingerprint, case.phone.as_bytes(), case.password.as_bytes()].concat();
        let encoding = if case.base64 { Encoding::Base64 } else { Encoding::Hex };
        let key = SigningKey::new(&case.secret).expect("the strategy makes right secrets");
        prop_assert_eq!(case.sign(), key.tag(&[&message]).encode(encoding));
    }

    /// `which` picks an input, `index` a byte of it; the byte becomes another that is right there.
    #[test]
    fn one_byte_of_any_input_changes_the_signature(case in case(), which in 0..5, index in any::<prop::sample::Index>()) {
        let signature = case.sign();
        let mut other = case.clone();
        let next = |text: &str, index: usize, range: &[u8]| -> String {
            let mut bytes = text.as_bytes().to_vec();
            let place = range.iter().position(|byte| *byte == bytes[index]);
            bytes[index] = range[place.map_or(0, |place| (place + 1) % range.len())];
            String::from_utf8(bytes).expect("ascii for ascii")
        };
        match which {
            0 => { let i = index.index(other.secret.len()); other.secret[i] ^= 1; }
            1 => { let i = index.index(other.fingerprint.len()); other.fingerprint[i] ^= 1; }
            2 => {
                let i = index.index(other.phone.len());
                // The plus in front has no other character to become.
                prop_assume!(other.phone.as_bytes()[i] != b'+');
                other.phone = next(&other.phone, i, b"0123456789");
            }
            3 => {
                // Only the part that is the seed counts.
                let offset = seed_offset(&other.phone).expect("a right phone");
                let i = offset + index.index(other.seed_length);
                let printable: Vec<u8> = (b' '..=b'~').collect();
                other.seed_string = next(&other.seed_string, i, &printable);
            }
            _ => {
                let mut letters: Vec<char> = other.password.chars().collect();
                prop_assume!(!letters.is_empty());
                let i = index.index(letters.len());
                letters[i] = if letters[i] == 'x' { 'y' } else { 'x' };
                other.password = letters.into_iter().collect();
            }
        }
        // HMAC pads a short key with zeros, and hashes a long one: these are one key by its definition.
        let pad = |key: &[u8]| { let mut key = key.to_vec(); key.resize(64.max(key.len()), 0); key };
        prop_assume!(which != 0 || pad(&case.secret) != pad(&other.secret));
        prop_assert!(!other.accepts(signature.as_bytes()));
    }

    #[test]
    fn changed_shortened_or_extended_signature_is_refused(case in case(), index in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let signature = case.sign().into_bytes();
        let i = index.index(signature.len());
        prop_assert!(!case.accepts(&signature[..i]));
        let mut longer = signature.clone();
        longer.insert(i, byte);
        prop_assert!(!case.accepts(&longer));
        let mut other = signature.clone();
        other[i] = byte;
        let same = match case.base64 {
            true => byte == signature[i],
            false => byte.eq_ignore_ascii_case(&signature[i]),
        };
        prop_assert_eq!(case.accepts(&other), same);
    }
}

/// Inputs of which most, but not all, make a signer.
fn any_case() -> impl Strategy<Value = (Case, Vec<u8>)> {
    let seed = prop_oneof![
        6 => "[ -~]{29,60}",
        1 => "[ -~]{0,29}",
        1 => any::<String>(),
    ];
    let length = prop_oneof![6 => 1..=20_usize, 1 => any::<usize>()];
    let phone = prop_oneof!["\\+?[0-9]{1,20}", "[ -~]{0,20}", any::<String>()];
    let text = prop_oneof![
        "[0-9a-fA-F]{64}".prop_map(String::into_bytes),
        "[0-9a-zA-Z+/]{43}=".prop_map(String::into_bytes),
        any::<Vec<u8>>(),
    ];
    let settings = (any::<Vec<u8>>(), seed, length, any::<bool>());
    let parts = (any::<Vec<u8>>(), phone, any::<String>());
    (settings, parts, text).prop_map(|(settings, parts, text)| {
        let (secret, seed_string, seed_length, base64) = settings;
        let (fingerprint, phone, password) = parts;
        let case = Case { secret, seed_string, seed_length, base64, fingerprint, phone, password };
        (case, text)
    })
}

#[test]
fn no_input_panics() {
    const CASES: u32 = 1000;
    let (built, signed) = (Cell::new(0), Cell::new(0));
    let config =
        ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&any_case(), |(case, text)| {
            let Ok(signer) = case.build() else {
                return Ok(());
            };
            built.set(built.get() + 1);
            let result = signer.sign(&case.parts());
            prop_assert_eq!(result.is_ok(), seed_offset(&case.phone).is_ok());
            signed.set(signed.get() + u32::from(result.is_ok()));
            prop_assert!(!case.accepts(&text));
            Ok(())
        })
        .expect("every case passes");
    assert!(built.get() > CASES / 2, "{}", built.get());
    assert!(signed.get() > CASES / 4, "{}", signed.get());
}
