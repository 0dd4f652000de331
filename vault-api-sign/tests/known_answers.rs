//! Answers that were known before: the vendor's worked example, RFC 4231, other tools.

use vault_api_sign::{
    Encoding, Keyring, Parts, PhoneError, Secret, Signer, SignerError, SigningKey, Verifier,
    seed_offset,
};

/// The vendor's example gives no secret, so this one is the tests' own.
const SHARED_SECRET: &str = "correct horse battery staple";

fn signer(encoding: Encoding) -> Signer {
    Signer::builder()
        .shared_secret(SHARED_SECRET)
        .seed_string("abcdefghijklmn")
        .seed_length(4)
        .encoding(encoding)
        .build()
        .expect("the values are right")
}

fn worked_example() -> Parts<'static> {
    Parts::new("myOwnFingerprint", "700000031").password("12345")
}

#[test]
fn worked_example_at_every_stage() {
    let signer = signer(Encoding::Hex);
    let parts = worked_example();
    assert_eq!(seed_offset("700000031"), Ok(1));
    assert_eq!(signer.expose_seed("700000031"), Ok(&b"bcde"[..]));
    let message = signer.expose_canonical_message(&parts).expect("the phone is right");
    assert_eq!(message, b"bcdemyOwnFingerprint70000003112345");
}

/// The digests are OpenSSL's:
///
/// ```sh
/// printf %s bcdemyOwnFingerprint70000003112345 | openssl dgst -sha256 -hmac "correct horse battery staple"
/// printf %s bcdemyOwnFingerprint70000003112345 | openssl dgst -sha256 -hmac "correct horse battery staple" -binary | base64
/// printf %s bcdemyOwnFingerprint700000031 | openssl dgst -sha256 -hmac "correct horse battery staple"
/// ```
#[test]
fn worked_example_has_openssls_digest() {
    let hex = signer(Encoding::Hex).sign(&worked_example());
    let expected = "3a2e958417af973156c596d2b152acb7fe5399ebc84e5f5c63b230bfcd2a7706";
    assert_eq!(hex.as_deref(), Ok(expected));

    let base64 = signer(Encoding::Base64).sign(&worked_example());
    assert_eq!(base64.as_deref(), Ok("Oi6VhBevlzFWxZbSsVKst/5TmevITl9cY7Iwv80qdwY="));

    let without_password = Parts::new("myOwnFingerprint", "700000031");
    let hex = signer(Encoding::Hex).sign(&without_password);
    let expected = "2883351438b2350a1fceb1566b23436f6a4b10218f0f0b78e843e71618e51c86";
    assert_eq!(hex.as_deref(), Ok(expected));
}

/// RFC 4231, section 4: key, data, HMAC-SHA-256. Case 5 gives the first 128 bits only.
#[test]
fn rfc_4231() {
    let long = "This is a test using a larger than block-size key and a larger than block-size data. The \
                key needs to be hashed before being used by the HMAC algorithm.";
    let counting: Vec<u8> = (1..=25).collect();
    let cases: [(&[u8], &[u8], &str); 7] = [
        (
            &[0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            &[0xaa; 20],
            &[0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
        (
            &counting,
            &[0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
        (
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            &[0xaa; 131],
            long.as_bytes(),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    for (key, data, expected) in cases {
        let key = SigningKey::new(key).expect("no key is empty");
        let (start, end) = data.split_at(data.len() / 2);
        let tag = key.tag(&[start, end]).encode(Encoding::Hex);
        assert!(tag.starts_with(expected), "{tag}");
    }
}

#[test]
fn offset_is_the_last_digit_of_the_digit_sum() {
    for (phone, offset) in
        [("0", 0), ("9", 9), ("91", 0), ("+447871234567", 8), ("+(99)", 8), ("!~/:0a-z", 0)]
    {
        assert_eq!(seed_offset(phone), Ok(offset), "{phone}");
    }
    assert_eq!(seed_offset(&"9".repeat(1_000_000)), Ok(0));
}

#[test]
fn phones_that_cannot_be_signed() {
    for (phone, error) in [
        ("", PhoneError::NoDigit),
        ("+", PhoneError::NoDigit),
        ("44 7871", PhoneError::WhiteSpace),
        ("447871\n", PhoneError::WhiteSpace),
        ("44\u{a0}7871", PhoneError::WhiteSpace),
        ("44\u{0}7871", PhoneError::WhiteSpace),
        ("４４７８７１", PhoneError::ForeignDigit),
        ("44٧", PhoneError::ForeignDigit),
        ("+44787é", PhoneError::NotAscii),
        // Invisible: a left-to-right mark, and a byte order mark.
        ("\u{200e}+447871234567", PhoneError::NotAscii),
        ("+447871234567\u{feff}", PhoneError::NotAscii),
    ] {
        assert_eq!(seed_offset(phone), Err(error), "{phone:?}");
        let parts = Parts::new("fingerprint", phone);
        assert_eq!(signer(Encoding::Hex).sign(&parts), Err(error));
        assert!(Verifier::new(signer(Encoding::Hex)).verify(&parts, b"").is_err());
    }
}

#[test]
fn settings_that_make_no_signer() {
    let build = |secret: &str, seed_string: &str, seed_length| {
        let builder = Signer::builder().shared_secret(secret).seed_string(seed_string);
        builder.seed_length(seed_length).build().err()
    };
    assert_eq!(build("", "abcdefghijklmn", 4), Some(SignerError::NoSharedSecret));
    let builder = Signer::builder;
    assert_eq!(builder().build().err(), Some(SignerError::NoSharedSecret));
    assert_eq!(builder().shared_secret("secret").build().err(), Some(SignerError::NoSeedString));
    let builder = builder().shared_secret("secret").seed_string("abcdefghijklmn");
    assert_eq!(builder.build().err(), Some(SignerError::NoSeedLength));
    assert_eq!(build("secret", "abcdéfghijklmn", 4), Some(SignerError::SeedStringNotAscii));
    assert_eq!(build("secret", "abcdefghijklmn", 0), Some(SignerError::NoSeedLength));
    assert_eq!(build("secret", "abcdefghijklm", 4), None);
    assert_eq!(build("secret", "abcdefghijkl", 4), Some(SignerError::SeedStringTooShort));
    assert_eq!(build("secret", "", 1), Some(SignerError::NoSeedString));
    assert_eq!(build("secret", "abc", usize::MAX), Some(SignerError::SeedStringTooShort));
}

/// A file or an environment variable often ends in a line break, and every signature would then be wrong.
#[test]
fn text_with_white_space_at_its_ends_is_no_secret() {
    const SEED: &str = "abcdefghijklmn";
    let build = |secret: Secret, seed_string: Secret| {
        let builder = Signer::builder().shared_secret(secret).seed_string(seed_string);
        builder.seed_length(4).build().err()
    };
    for space in ["\n", "\r\n", " ", "\t", "\u{a0}", "\u{2028}"] {
        for text in [format!("secret{space}"), format!("{space}secret")] {
            let secret = Some(SignerError::SharedSecretHasSpace);
            assert_eq!(build(text.as_str().into(), SEED.into()), secret, "{text:?}");
            assert_eq!(build((&text).into(), SEED.into()), secret, "{text:?}");
            assert_eq!(build(text.clone().into(), SEED.into()), secret, "{text:?}");
            // Bytes may be any.
            assert_eq!(build(text.as_bytes().into(), SEED.into()), None, "{text:?}");
            assert_eq!(build(text.into_bytes().into(), SEED.into()), None);
        }
        for text in [format!("{SEED}{space}"), format!("{space}{SEED}")] {
            let seed_string = Some(SignerError::SeedStringHasSpace);
            assert_eq!(build("secret".into(), text.into()), seed_string, "{space:?}");
        }
    }
    assert_eq!(build("two words".into(), "abcdefg hijklmn".into()), None);
    assert_eq!(build(b"\nsecret ".into(), b" abcdefghijklm\n".into()), None);
    assert_eq!(build("\n".into(), SEED.into()), Some(SignerError::SharedSecretHasSpace));
}

#[test]
fn verifier_takes_the_signature_and_nothing_else() {
    let parts = worked_example();
    let hex = signer(Encoding::Hex).sign(&parts).expect("the phone is right");
    let base64 = signer(Encoding::Base64).sign(&parts).expect("the phone is right");
    let strict = Verifier::new(signer(Encoding::Hex));
    let lenient = strict.clone().accept_base64();
    let is_good =
        |verifier: &Verifier, text: &str| verifier.verify(&parts, text.as_bytes()).is_ok();

    for verifier in [&strict, &lenient] {
        assert!(is_good(verifier, &hex));
        assert!(is_good(verifier, &hex.to_uppercase()));
    }
    assert!(!is_good(&strict, &base64));
    assert!(is_good(&lenient, &base64));

    let others = [
        String::new(),
        hex[..62].to_owned(),
        format!("{hex}00"),
        format!("{hex} "),
        format!(" {hex}"),
        "0".repeat(64),
        "x".repeat(64),
        base64.to_lowercase(),
        base64.trim_end_matches('=').to_owned(),
        base64.replace('/', "_"),
        format!("{base64}="),
        "é".repeat(32),
        "0".repeat(100_000),
    ];
    for other in &others {
        assert!(!is_good(&strict, other) && !is_good(&lenient, other), "{other}");
    }
    let other_phone = Parts::new("myOwnFingerprint", "700000032").password("12345");
    assert!(strict.verify(&other_phone, hex.as_bytes()).is_err());
}

#[test]
fn older_signers_of_a_keyring_verify_and_do_not_sign() {
    let with = |secret: &str| {
        let builder = Signer::builder().shared_secret(secret).seed_string("abcdefghijklmn");
        builder.seed_length(4).build().expect("the values are right")
    };
    let parts = worked_example();
    let keyring = Keyring::new(with("new")).with_older(with("old")).with_older(with("oldest"));
    assert_eq!(keyring.sign(&parts), with("new").sign(&parts));
    assert_ne!(keyring.sign(&parts), with("old").sign(&parts));
    let verifier = Verifier::new(keyring);
    for (secret, is_good) in [("new", true), ("old", true), ("oldest", true), ("other", false)] {
        let signature = with(secret).sign(&parts).expect("the phone is right");
        assert_eq!(verifier.verify(&parts, signature.as_bytes()).is_ok(), is_good, "{secret}");
    }
}

#[test]
fn secret_is_the_bytes_that_it_is_made_from() {
    for secret in [
        Secret::from("secret"),
        Secret::from(&"secret".to_owned()),
        Secret::from("secret".to_owned()),
        Secret::from(b"secret"),
        Secret::from(&b"secret"[..]),
        Secret::from(b"secret".to_vec()),
    ] {
        assert_eq!(secret.expose(), b"secret");
    }
}

/// The scheme concatenates without separators. Whoever changes this changes the documentation, too.
#[test]
fn different_parts_can_have_one_signature() {
    let signer = signer(Encoding::Hex);
    // 7 + 3 = 10 and 3 + 7 = 10: the digits that move from one part to the other add up to ten.
    let one = Parts::new("device", "7373");
    let other = Parts::new("device73", "73");
    for parts in [&one, &other] {
        let message = signer.expose_canonical_message(parts).expect("the phone is right");
        assert_eq!(message, b"abcddevice7373");
    }
    assert_eq!(signer.sign(&one), signer.sign(&other));
}
