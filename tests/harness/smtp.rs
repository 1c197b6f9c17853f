//! A mail server: real SMTP over TCP (RFC 5321), which keeps what it gets and can be told to refuse.

use crate::mail::Mail;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A mail server in the test process.
#[derive(Debug)]
pub struct Smtp {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct State {
    mails: Vec<Mail>,
    /// What the next recipients are answered, instead of being taken.
    refusals: VecDeque<&'static str>,
    refused: usize,
}

impl Smtp {
    /// Starts listening.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let known = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&known);
                tokio::spawn(async move { talk(stream, &state).await });
            }
        });
        Self { address, state, serving }
    }

    /// Its address, for `--smtp-url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers the next recipient like this: `451 4.3.0 Try again later`.
    pub fn refuse_next(&self, answer: &'static str) {
        self.state().refusals.push_back(answer);
    }

    /// How often a recipient was refused.
    pub fn refused(&self) -> usize {
        self.state().refused
    }

    /// What was taken, in the order in which it came.
    pub fn mails(&self) -> Vec<Mail> {
        self.state().mails.clone()
    }

    /// Waits until so many mails were taken.
    pub async fn taken(&self, count: usize) -> Vec<Mail> {
        crate::eventually(async || {
            let mails = self.mails();
            (mails.len() >= count).then_some(mails)
        })
        .await
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One connection, until the client leaves.
async fn talk(stream: TcpStream, state: &Mutex<State>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let state = || state.lock().unwrap_or_else(PoisonError::into_inner);
    say(&mut stream, "220 harness ESMTP").await?;
    let (mut has_sender, mut recipients) = (false, 0);
    loop {
        let line = line(&mut stream).await?;
        let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match command.as_str() {
            "EHLO" => "250-harness\r\n250-8BITMIME\r\n250 SMTPUTF8",
            "HELO" | "NOOP" => "250 OK",
            "MAIL" if has_sender => "503 5.5.1 A mail is under way",
            "MAIL" => {
                has_sender = true;
                "250 2.1.0 OK"
            }
            "RCPT" if !has_sender => "503 5.5.1 Say who sends first",
            "RCPT" => {
                let refusal = state().refusals.pop_front();
                match refusal {
                    Some(refusal) => {
                        state().refused += 1;
                        refusal
                    }
                    None => {
                        recipients += 1;
                        "250 2.1.5 OK"
                    }
                }
            }
            "DATA" if recipients == 0 => "503 5.5.1 Say who gets it first",
            "DATA" => {
                say(&mut stream, "354 Go on").await?;
                let mail = Mail::parse(&data(&mut stream).await?);
                state().mails.push(mail);
                (has_sender, recipients) = (false, 0);
                "250 2.0.0 Taken"
            }
            "RSET" => {
                (has_sender, recipients) = (false, 0);
                "250 OK"
            }
            "QUIT" => {
                say(&mut stream, "221 Bye").await?;
                return None;
            }
            _ => "502 5.5.2 Not known here",
        };
        say(&mut stream, answer).await?;
    }
}

async fn say(stream: &mut BufReader<TcpStream>, answer: &str) -> Option<()> {
    stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()
}

async fn line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    (stream.read_line(&mut line).await.ok()? > 0).then(|| line.trim_end().to_owned())
}

/// The lines up to the lone dot, dots at their beginning unstuffed.
async fn data(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            return Some(mail);
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
