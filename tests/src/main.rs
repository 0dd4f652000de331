//! The sandbox as a program, which `cargo xtask sandbox` runs.

use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use vault_api_sandbox::Sandbox;
use vault_api_sign::{Signer, SignerError};

/// A sandbox server of the Vault API
///
/// It prints its URL, where a browser shows a page to try the API in, and a call by cURL for each operation. Then it
/// prints a line for each request, without phone numbers and credentials. A request chooses its answer with the header
/// `Prefer: example=rate_limited` or `Prefer: code=400`. Ctrl-C or SIGTERM ends it.
///
/// It signs for every program on this machine, so give it secrets for tests only. It does not read the variables of a
/// service, such as VAULT_API_SHARED_SECRET.
#[derive(Parser)]
#[command(name = "cargo xtask sandbox", bin_name = "cargo xtask sandbox", version)]
struct Args {
    /// The IP address and the port to listen on. With port 0, the system chooses one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The secret that clients share with the server. It goes with --seed-string and --seed-length; without the three of
    /// them, the sandbox has values for tests. It says which it uses.
    #[arg(
        long,
        env = "VAULT_SANDBOX_SHARED_SECRET",
        hide_env_values = true,
        allow_hyphen_values = true,
        value_name = "SECRET"
    )]
    shared_secret: Option<String>,
    /// The random string that clients share with the server.
    #[arg(
        long,
        env = "VAULT_SANDBOX_SEED_STRING",
        hide_env_values = true,
        allow_hyphen_values = true,
        value_name = "TEXT"
    )]
    seed_string: Option<String>,
    /// How many characters of the seed string a signature uses.
    #[arg(
        long,
        env = "VAULT_SANDBOX_SEED_LENGTH",
        hide_env_values = true,
        allow_hyphen_values = true,
        value_name = "NUMBER"
    )]
    seed_length: Option<usize>,
    /// Refuse requests without a signature. A wrong signature is always refused.
    #[arg(long)]
    require_signature: bool,
    /// A registered phone number; repeat it for more. Unless one is given, every phone is registered.
    #[arg(long, value_name = "PHONE")]
    phone: Vec<String>,
    /// For how long after a code the same phone gets `rate_limited`: 50ms, 2s or 10m.
    #[arg(long, default_value = "10m", value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    resend_window: Duration,
    /// How much later each answer is sent: 50ms, 2s or 10m.
    #[arg(long, default_value = "0ms", value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    latency: Duration,
    /// The share of valid requests that fail, from 0 to 1: in turn with status 503 and a closed connection.
    #[arg(long, default_value_t = 0.0, value_name = "SHARE", value_parser = share, allow_hyphen_values = true)]
    fail_rate: f64,
}

/// Reads `50ms`, `2s` or `10m`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| "write it like 50ms, 2s or 10m")?;
    match &text[digits.len()..] {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(number.saturating_mul(60))),
        _ => Err("write it like 50ms, 2s or 10m".to_owned()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    let share: Option<f64> = text.parse().ok();
    share.filter(|share| (0.0..=1.0).contains(share)).ok_or("write a number from 0 to 1".to_owned())
}

#[tokio::main]
async fn main() -> ExitCode {
    let matches = Args::command().try_get_matches();
    let args = matches.and_then(|matches| Ok((Args::from_arg_matches(&matches)?, matches)));
    let (args, matches) = match args {
        Ok(args) => args,
        Err(error) if !error.use_stderr() => error.exit(),
        Err(error) => {
            eprintln!("error: {}; see --help", usage(&error));
            return ExitCode::from(2);
        }
    };
    match run(args, key(&matches)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut line = format!("error: {error}");
            let mut source = error.source();
            while let Some(error) = source {
                line.push_str(&format!(": {error}"));
                source = error.source();
            }
            eprintln!("{line}");
            ExitCode::from(2)
        }
    }
}

/// What is wrong with the options. clap's own message repeats the value, which may be a secret or a phone number.
fn usage(error: &clap::Error) -> String {
    let option = match error.get(ContextKind::InvalidArg) {
        // What is not an option may be a value. The value of an option may stand behind a `=`.
        Some(ContextValue::String(text)) if text.starts_with("--") => {
            text.split('=').next().unwrap_or_default()
        }
        _ => "",
    };
    match (error.kind(), error.source()) {
        (ErrorKind::ValueValidation, Some(problem)) => format!("{option}: {problem}"),
        (ErrorKind::InvalidValue, _) => format!("{option} needs a value"),
        (ErrorKind::ArgumentConflict, _) => format!("{option} is there twice"),
        (ErrorKind::UnknownArgument, _) if !option.is_empty() => {
            format!("there is no option `{option}`")
        }
        (ErrorKind::UnknownArgument, _) => "a value does not belong to an option".to_owned(),
        (ErrorKind::InvalidUtf8, _) => {
            "an option or a VAULT_SANDBOX_ variable is not UTF-8".to_owned()
        }
        (kind, _) => kind.to_string(),
    }
}

/// Where the key comes from that the sandbox signs and verifies with.
fn key(matches: &ArgMatches) -> &'static str {
    let sources =
        ["shared_secret", "seed_string", "seed_length"].map(|id| matches.value_source(id));
    let has = |source| sources.contains(&Some(source));
    match (has(ValueSource::CommandLine), has(ValueSource::EnvVariable)) {
        (false, false) => "built in, for tests",
        (true, false) => "from the options",
        (false, true) => "from the VAULT_SANDBOX_ variables",
        (true, true) => "from the options and the VAULT_SANDBOX_ variables",
    }
}

async fn run(args: Args, key: &str) -> Result<(), Box<dyn Error>> {
    let ended = ended()?;
    let signer = signer(&args)?;
    let mut builder = Sandbox::builder(signer.clone())
        .listen(args.listen)
        .resend_window(args.resend_window)
        .latency(args.latency)
        .fail_rate(args.fail_rate)
        .page(signer)
        .log(printer());
    if !args.require_signature {
        builder = builder.optional_signature();
    }
    for phone in args.phone {
        builder = builder.phone(phone);
    }
    let sandbox = builder.start().await?;
    // Not among the lines that a program may read.
    eprintln!("the key is {key}");
    print(&sandbox.base_url());
    let calls = sandbox.curl();
    for line in &calls {
        print(line);
    }
    if calls.is_empty() {
        print("no call to show: the document lacks an example, or the phone cannot be signed");
    }
    ended.await;
    Ok(())
}

fn print(line: &str) {
    // A reader that has gone away does not end the server.
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints lines on a thread of its own: a reader that does not read holds up neither a request nor the end. Lines that
/// do not fit into the queue are lost.
fn printer() -> impl Fn(&str) {
    let (lines, printed) = std::sync::mpsc::sync_channel::<String>(1_000);
    std::thread::spawn(move || printed.iter().for_each(|line| print(&line)));
    move |line| drop(lines.try_send(line.to_owned()))
}

fn signer(args: &Args) -> Result<Signer, Box<dyn Error>> {
    let (secret, seed_string, seed_length) =
        match (&args.shared_secret, &args.seed_string, args.seed_length) {
            // Those of the example `resend`.
            (None, None, None) => ("sandbox-secret", "abcdefghijklmn", 4),
            (Some(secret), Some(seed_string), Some(length)) => {
                (secret.as_str(), seed_string.as_str(), length)
            }
            (secret, seed_string, length) => {
                let missing = [
                    ("--shared-secret", secret.is_none()),
                    ("--seed-string", seed_string.is_none()),
                    ("--seed-length", length.is_none()),
                ];
                let missing = missing.iter().filter(|(_, is_missing)| *is_missing);
                let missing: Vec<_> = missing.map(|(option, _)| *option).collect();
                let missing = missing.join(", ");
                let rule =
                    "give all three options or VAULT_SANDBOX_ variables of the signature, or none";
                return Err(format!("{rule}; missing: {missing}").into());
            }
        };
    let builder = Signer::builder().shared_secret(secret).seed_string(seed_string);
    builder.seed_length(seed_length).build().map_err(|error: SignerError| error.into())
}

/// Listens for Ctrl-C and for the request to end, from now on; the future ends with the first of them.
#[cfg(unix)]
fn ended() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn ended() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without the signal, the sandbox runs until its process is ended.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
