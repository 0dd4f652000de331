//! Compares a signed call of `vault-api` with the same call by reqwest and hmac, as one writes it by hand.
//!
//! ```sh
//! cargo xtask bench calls
//! ```
//!
//! The server is another process of this program: it gives each request the same response, and its CPU time does not
//! count. The two clients take turns in one process, a round each, because a shared machine changes its speed by more than
//! the differences that count here.
#![allow(unsafe_code, reason = "the allocator counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;
use vault_api::reqwest::{self, header::HeaderValue};
use vault_api::types::ResendCodeRequest;
use vault_api_sign::{Signer, SigningMiddleware};

type Fault = Box<dyn Error + Send + Sync>;

const SECRET: &str = "correct horse battery staple";
const SEED_STRING: &str = "abcdefghijklmn";
const SEED_LENGTH: usize = 4;
const FINGERPRINT: &str = "a-fingerprint-of-thirty-six-characte";
const PHONE: &str = "+447871234567";
const MERCHANT_ID: &str = "bece038f-2e46-49f4-b25e-89cd38d6dc16";
const PATH: &str = "/v2/mobile/phone/verify/resend";
const RESPONSE: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{\"result\":\"ok\"}";

const ROUNDS: usize = 21;
const CALLS_A_ROUND: usize = 9_600;
const SERVE: &str = "--serve";

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

struct Counting;

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if std::env::args().any(|argument| argument == SERVE) {
        return runtime.block_on(serve());
    }
    let server = Server::start()?;
    // For tasks, which outlive what they borrow; both clients live as long as the program.
    let ours: &_ = Box::leak(Box::new(client(&server.base_url)?));
    let by_hand: &_ = Box::leak(Box::new(ByHand::new(&server.base_url)?));
    println!(
        "| a signed call on loopback | `vault-api` | by hand | ratio |\n| --- | ---: | ---: | ---: |"
    );
    for at_a_time in [32, 1] {
        let mut rounds = [Vec::new(), Vec::new()];
        for _ in 0..=ROUNDS {
            rounds[0].push(runtime.block_on(Round::run(at_a_time, || resend(ours)))?);
            rounds[1].push(runtime.block_on(Round::run(at_a_time, || by_hand.resend()))?);
        }
        for (name, figure) in FIGURES {
            // The first round makes the connections.
            let [ours, by_hand] = rounds.each_ref().map(|rounds| {
                let mut figures: Vec<f64> = rounds[1..].iter().map(figure).collect();
                figures.sort_by(f64::total_cmp);
                figures[ROUNDS / 2]
            });
            let ratio = ours / by_hand;
            println!("| {name}, {at_a_time} at a time | {ours:.0} | {by_hand:.0} | {ratio:.3} |");
        }
    }
    Ok(())
}

/// What many calls cost, a call.
struct Round {
    wall: Duration,
    cpu: Duration,
    allocations: u64,
}

/// A name, and how the figure comes from a round.
type Figure = (&'static str, fn(&Round) -> f64);

const FIGURES: [Figure; 3] = [
    ("calls per second", |round| CALLS_A_ROUND as f64 / round.wall.as_secs_f64()),
    ("CPU, ns", |round| round.cpu.as_nanos() as f64 / CALLS_A_ROUND as f64),
    ("allocations", |round| round.allocations as f64 / CALLS_A_ROUND as f64),
];

impl Round {
    async fn run<F>(
        at_a_time: usize,
        call: impl Fn() -> F + Copy + Send + 'static,
    ) -> Result<Self, Fault>
    where
        F: Future<Output = Result<(), Fault>> + Send,
    {
        let (start, cpu) = (Instant::now(), cpu_time()?);
        let allocations = ALLOCATIONS.load(Ordering::Relaxed);
        let mut callers = JoinSet::new();
        for _ in 0..at_a_time {
            callers.spawn(async move {
                for _ in 0..CALLS_A_ROUND / at_a_time {
                    call().await?;
                }
                Ok::<_, Fault>(())
            });
        }
        while let Some(caller) = callers.join_next().await {
            caller??;
        }
        Ok(Self {
            wall: start.elapsed(),
            cpu: cpu_time()? - cpu,
            allocations: ALLOCATIONS.load(Ordering::Relaxed) - allocations,
        })
    }
}

/// How long this thread, which makes the calls, has been running. Linux tells it in nanoseconds.
fn cpu_time() -> Result<Duration, Fault> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let running = times.split_whitespace().next().ok_or("no time in schedstat")?;
    Ok(Duration::from_nanos(running.parse()?))
}

fn client(base_url: &str) -> Result<vault_api::Client, Fault> {
    let signer = Signer::builder()
        .shared_secret(SECRET)
        .seed_string(SEED_STRING)
        .seed_length(SEED_LENGTH)
        .build()?;
    let client = vault_api::Client::builder(base_url)
        .merchant_id(MERCHANT_ID)
        .middleware(SigningMiddleware::new(signer));
    Ok(client.build()?)
}

async fn resend(client: &vault_api::Client) -> Result<(), Fault> {
    let response = client.resend_code(FINGERPRINT, ResendCodeRequest::new(PHONE)).send().await?;
    accept(response.result.as_deref())
}

fn accept(result: Option<&str>) -> Result<(), Fault> {
    (result == Some("ok")).then_some(()).ok_or_else(|| "another response".into())
}

/// The reference: what a careful person writes for this one operation.
struct ByHand {
    http: reqwest::Client,
    url: String,
    merchant_id: HeaderValue,
    key: Hmac<Sha256>,
}

#[derive(Serialize)]
struct Body<'a> {
    phone: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    result: Option<String>,
}

impl ByHand {
    fn new(base_url: &str) -> Result<Self, Fault> {
        let http = reqwest::Client::builder()
            .timeout(vault_api::DEFAULT_TIMEOUT)
            .connect_timeout(vault_api::DEFAULT_CONNECT_TIMEOUT)
            .pool_idle_timeout(vault_api::DEFAULT_IDLE_TIMEOUT)
            .user_agent("vault-api/0.1.0")
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()?;
        let mut merchant_id = HeaderValue::from_static(MERCHANT_ID);
        merchant_id.set_sensitive(true);
        let key = Hmac::new_from_slice(SECRET.as_bytes())?;
        Ok(Self { http, url: format!("{base_url}{PATH}"), merchant_id, key })
    }

    async fn resend(&self) -> Result<(), Fault> {
        let offset = PHONE.bytes().find(u8::is_ascii_digit).ok_or("no digit")? - b'0';
        let seed = &SEED_STRING[offset.into()..][..SEED_LENGTH];
        let mut mac = self.key.clone();
        for part in [seed, FINGERPRINT, PHONE] {
            mac.update(part.as_bytes());
        }
        let signature = const_hex::encode(mac.finalize().into_bytes());
        let mut signature = HeaderValue::try_from(signature)?;
        signature.set_sensitive(true);
        let request = self
            .http
            .post(&self.url)
            .header("Accept", "application/json")
            .header("X-Merchant-ID", self.merchant_id.clone())
            .header("X-Fingerprint", FINGERPRINT)
            .header("X-Signature", signature)
            .json(&Body { phone: PHONE });
        let answer: Answer = request.send().await?.error_for_status()?.json().await?;
        accept(answer.result.as_deref())
    }
}

/// The process that responds; it ends with this value.
struct Server {
    process: Child,
    base_url: String,
}

impl Server {
    fn start() -> Result<Self, Fault> {
        let mut process =
            Command::new(std::env::current_exe()?).arg(SERVE).stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        let output = process.stdout.take().ok_or("the server has no output")?;
        BufReader::new(output).read_line(&mut address)?;
        Ok(Self { process, base_url: format!("http://{}", address.trim()) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn serve() -> Result<(), Fault> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (mut stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::task::spawn(async move {
            let mut request = [0; 4096];
            loop {
                let length = stream.read(&mut request).await?;
                match request[..length].last() {
                    // The body is an object, so this is the end of a request.
                    Some(b'}') => stream.write_all(RESPONSE).await?,
                    Some(_) => {}
                    None => return std::io::Result::Ok(()),
                }
            }
        });
    }
}
