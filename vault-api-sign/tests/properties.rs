//! What holds for every input.

use proptest::prelude::*;
use vault_api_sign::{Encoding, Parts, Signer, SigningKey, Verifier, seed_offset};

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
    fn signer(&self) -> Signer {
        let encoding = match self.base64 {
            true => Encoding::Base64,
            false => Encoding::Hex,
        };
        Signer::builder()
            .shared_secret(self.secret.as_slice())
            .seed_string(&self.seed_string)
            .seed_length(self.seed_length)
            .encoding(encoding)
            .build()
            .expect("the strategy makes right values")
    }

    fn parts(&self) -> Parts<'_> {
        Parts::new(&self.fingerprint, &self.phone).password(&self.password)
    }

    fn sign(&self) -> String {
        self.signer()
            .sign(&self.parts())
            .expect("the strategy makes right phones")
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
    (
        bytes(),
        seed,
        any::<bool>(),
        bytes(),
        "\\+?[0-9]{1,20}",
        ".{0,40}",
    )
        .prop_map(
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

    #[test]
    fn no_input_panics(secret in any::<Vec<u8>>(), seed in any::<Vec<u8>>(), length in any::<usize>(), phone in any::<String>(), fingerprint in any::<Vec<u8>>(), text in any::<Vec<u8>>()) {
        let builder = Signer::builder().shared_secret(secret).seed_string(seed).seed_length(length % 40);
        if let Ok(signer) = builder.build() {
            let parts = Parts::new(&fingerprint, &phone);
            let signed = signer.sign(&parts);
            prop_assert_eq!(signed.is_ok(), seed_offset(&phone).is_ok());
            prop_assert!(Verifier::new(signer).accept_base64().verify(&parts, &text).is_err());
        }
    }
}
