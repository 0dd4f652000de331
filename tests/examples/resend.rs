//! Sends one signed *resend code* request and prints the result as JSON.
//!
//! Without `--base-url` it starts the sandbox server in this process and talks to that.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use vault_api::Client;
use vault_api::types::ResendCodeRequest;
use vault_api_sandbox::Sandbox;
use vault_api_sign::{Signer, SigningMiddleware};

/// Send one signed *resend code* request and print the result as JSON.
///
/// The defaults are good for the sandbox server in this process, which is used unless `--base-url` names
/// another.
#[derive(Parser)]
#[command(name = "resend")]
struct Args {
    /// The server to talk to.
    #[arg(long, env = "VAULT_API_BASE_URL", hide_env_values = true)]
    base_url: Option<String>,
    /// The phone number to send a new code to.
    #[arg(
        long,
        env = "VAULT_API_PHONE",
        default_value = "+447871234567",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    phone: String,
    /// The fingerprint of the customer's device.
    #[arg(
        long,
        env = "VAULT_API_FINGERPRINT",
        default_value = "1234444",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    fingerprint: String,
    /// The id by which the API knows the partner that calls.
    #[arg(
        long,
        env = "VAULT_API_MERCHANT_ID",
        default_value = "bece038f-2e46-49f4-b25e-89cd38d6dc16",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    merchant_id: String,
    /// The secret shared with the vendor.
    #[arg(
        long,
        env = "VAULT_API_SHARED_SECRET",
        default_value = "sandbox-secret",
        hide_env_values = true,
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    shared_secret: String,
    /// The random string shared with the vendor.
    #[arg(
        long,
        env = "VAULT_API_SEED_STRING",
        default_value = "abcdefghijklmn",
        hide_env_values = true,
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    seed_string: String,
    /// How many characters of the seed string a signature uses.
    #[arg(long, env = "VAULT_API_SEED_LENGTH", default_value_t = 4, hide_env_values = true)]
    seed_length: usize,
    /// How the signature is written into its header.
    #[arg(long, env = "VAULT_API_ENCODING", default_value = "hex")]
    encoding: Encoding,
}

#[derive(Clone, Copy, ValueEnum)]
enum Encoding {
    Hex,
    Base64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) if !error.use_stderr() => error.exit(),
        Err(error) => {
            // clap's own message repeats the argument, which may be a phone number.
            eprintln!("error: {}: see --help", error.kind());
            return ExitCode::from(2);
        }
    };
    match run(args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", line(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let signer = Signer::builder()
        .shared_secret(&args.shared_secret)
        .seed_string(&args.seed_string)
        .seed_length(args.seed_length)
        .encoding(match args.encoding {
            Encoding::Hex => vault_api_sign::Encoding::Hex,
            Encoding::Base64 => vault_api_sign::Encoding::Base64,
        })
        .build()?;
    // The sandbox lives as long as this variable.
    let (base_url, _sandbox) = match args.base_url {
        Some(base_url) => (base_url, None),
        None => {
            let sandbox = Sandbox::builder(signer.clone()).start().await?;
            (sandbox.base_url(), Some(sandbox))
        }
    };
    let client = Client::builder(base_url)
        .merchant_id(args.merchant_id)
        .middleware(SigningMiddleware::new(signer))
        .build()?;
    let response =
        client.resend_code(args.fingerprint, ResendCodeRequest::new(args.phone)).send().await?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&*response)?)?;
    Ok(())
}

/// The error and what it came from, in one line.
fn line(error: &(dyn Error + 'static)) -> String {
    let mut line = format!("error: {error}");
    let mut source = error.source();
    while let Some(error) = source {
        line.push_str(&format!(": {error}"));
        source = error.source();
    }
    line
}
