//! The client against small servers on real sockets that speak the contract, or misbehave.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::*;
use crate::badge::BadgeText;
use crate::capture::Entry;
use crate::ids::{CaptureId, ExhibitorId, QueueId};
use crate::queue::file::FileStorage;
use crate::queue::sync::{Settled, Sync};
use crate::queue::{Draft, Queue};
use crate::wire::Frame;

/// What the little server does with the next request.
enum Turn {
    /// Answers with a status, a media type and a body.
    Say(u16, &'static str, String),
    /// Takes the captures.
    Take,
    /// Takes them, and hangs up before the answer.
    TakeAndHangUp,
}

/// Serves one request a turn and returns the bodies it got.
async fn http_server(turns: Vec<Turn>) -> (String, tokio::task::JoinHandle<Vec<(String, Value)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut turns = VecDeque::from(turns);
        let mut got = Vec::new();
        while let Some(turn) = turns.pop_front() {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (head, body) = request(&mut stream).await;
            let body: Value = serde_json::from_slice(&body).unwrap();
            let answer = match &turn {
                Turn::Say(status, media_type, body) => (*status, *media_type, body.clone()),
                Turn::Take | Turn::TakeAndHangUp => (200, "application/json", receipts(&body)),
            };
            got.push((head, body));
            if !matches!(turn, Turn::TakeAndHangUp) {
                let (status, media_type, body) = answer;
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 {status} X\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\nLocation: http://127.0.0.1:1/\r\n\r\n"
                );
                stream.write_all((head + &body).as_bytes()).await.unwrap();
            }
        }
        got
    });
    (address, server)
}

async fn request(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let read = stream.read(&mut chunk).await.unwrap();
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(end) = text.find("\r\n\r\n") {
            let head = text[..end].to_ascii_lowercase();
            let length: usize = head
                .split("content-length: ")
                .nth(1)
                .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
            if bytes.len() >= end + 4 + length {
                return (head, bytes.split_off(end + 4));
            }
        }
        assert!(read > 0, "the request ends early");
    }
}

fn receipts(batch: &Value) -> String {
    let captures = batch["captures"].as_array().unwrap();
    let results: Vec<Value> = captures.iter().map(|one| json!({"id": one["id"], "outcome": "accepted"})).collect();
    json!({"server_time": "2026-11-22T09:30:00Z", "contiguous_seq": batch["last_device_seq"], "results": results})
        .to_string()
}

fn queue(scans: usize) -> (tempfile::TempDir, Queue<FileStorage>) {
    let folder = tempfile::tempdir().unwrap();
    let (mut queue, _) = Queue::open(FileStorage::open(folder.path()).unwrap(), QueueId(new_id())).unwrap();
    for scan in 0..scans {
        let code = BadgeText::new(&format!("CODE-{scan}")).unwrap();
        queue.push(Draft::scan(CaptureId(new_id()), now().wall, &code, Entry::Photo), now().monotonic_us).unwrap();
    }
    (folder, queue)
}

fn client(address: &str) -> Client {
    let mut client = Client::new(address, &Trust::System).unwrap();
    client.use_token("t0ken").unwrap();
    client
}

#[tokio::test]
async fn a_queue_reaches_the_server_through_portals_and_lost_answers() {
    let portal = "<html>Sign in to Hall Wi-Fi".to_owned();
    let (address, server) =
        http_server(vec![Turn::Say(302, "text/html", portal), Turn::TakeAndHangUp, Turn::Take]).await;
    let (_folder, mut queue) = queue(3);
    let mut told = Vec::new();
    let heard = |_: &Queue<FileStorage>, settled: &Settled| told.push(settled.id);
    let end = deliver(&client(&address), &mut Sync::new(None), &mut queue, Duration::from_secs(30), heard).await;
    assert!(matches!(end, Delivery::Done), "{end:?}");
    assert_eq!((told.len(), queue.unsent_count()), (3, 0));
    let got = server.await.unwrap();
    assert!(got[0].0.starts_with("post /api/v1/captures ") && got[0].0.contains("authorization: bearer t0ken"));
    assert_eq!(got[1].1["captures"][0]["id"], got[2].1["captures"][0]["id"]);
}

#[tokio::test]
async fn without_a_server_the_scans_stay() {
    let (_folder, mut queue) = queue(2);
    let client = client("http://127.0.0.1:1");
    let end = deliver(&client, &mut Sync::new(None), &mut queue, Duration::from_millis(200), |_, _| ()).await;
    assert!(matches!(end, Delivery::TimeUp { .. }), "{end:?}");
    assert_eq!(queue.unsent_count(), 2);
}

#[tokio::test]
async fn an_empty_queue_gives_a_sign_of_life_and_tells_that_nothing_is_held() {
    let (address, server) = http_server(vec![Turn::Take]).await;
    let (_folder, mut queue) = queue(0);
    let mut sync = Sync::new(None);
    for _ in 0..3 {
        let end = deliver(&client(&address), &mut sync, &mut queue, Duration::from_secs(5), |_, _| ()).await;
        assert!(matches!(end, Delivery::Done), "{end:?}");
    }
    let got = server.await.unwrap();
    assert_eq!((&got[0].1["captures"], &got[0].1["last_device_seq"]), (&json!([]), &0.into()));
}

#[tokio::test]
async fn pairing_uses_the_devices_token_from_then_on() {
    let id = uuid::Uuid::nil();
    let paired = json!({"device_id": id, "device_token": "d3vice", "event": {"id": id, "slug": "s", "name": "n", "timezone": "UTC"}});
    let (address, server) = http_server(vec![Turn::Say(200, "application/json", paired.to_string()), Turn::Take]).await;
    let mut client = Client::new(&address, &Trust::System).unwrap();
    client.pair("K7Q2", id, "Hall 4", "test").await.unwrap();
    let (_folder, mut queue) = queue(1);
    deliver(&client, &mut Sync::new(None), &mut queue, Duration::from_secs(5), |_, _| ()).await;
    let got = server.await.unwrap();
    assert_eq!(got[0].1["pairing_code"], "K7Q2");
    assert!(got[1].0.contains("authorization: bearer d3vice"));
}

#[tokio::test]
async fn a_refusal_is_told_by_its_code_and_a_portal_as_one() {
    let problem =
        json!({"type": "about:blank", "title": "No", "status": 401, "detail": "Wrong.", "code": "wrong_credentials"});
    let (address, _server) = http_server(vec![
        Turn::Say(401, "application/problem+json", problem.to_string()),
        Turn::Say(200, "text/html", "<html>".into()),
    ])
    .await;
    let mut client = Client::new(&address, &Trust::System).unwrap();
    let refused = client.sign_in("a@b.example", "x").await.unwrap_err();
    assert!(matches!(&refused, ClientError::Refused(trouble) if trouble.code == "wrong_credentials"), "{refused:?}");
    let portal = client.sign_in("a@b.example", "x").await.unwrap_err();
    assert!(matches!(portal, ClientError::NotLeadline { status: 200 }), "{portal:?}");
}

#[test]
fn an_address_that_is_none_is_refused_with_an_example() {
    for wrong in ["", "leads.example", "ftp://x", "https://x?y", "https://x#y"] {
        let error = Client::new(wrong, &Trust::System).unwrap_err();
        assert!(error.to_string().contains("https://leads.example"), "{error}");
    }
    let trust = Trust::Pem(b"no certificate".to_vec());
    assert!(matches!(Client::new("https://x", &trust), Err(ClientError::Trust(_))));
}

/// Accepts one WebSocket a script: sends its texts, then closes with its code (0: drops the line).
async fn live_server(scripts: Vec<(Vec<String>, u16)>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut asked = Vec::new();
        for (texts, code) in scripts {
            let (stream, _) = listener.accept().await.unwrap();
            let mut seen = String::new();
            #[expect(clippy::result_large_err, reason = "tungstenite's signature")]
            let look = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
                let token = request.headers().get("authorization").map(|value| value.to_str().unwrap().to_owned());
                seen = format!("{} {}", request.uri(), token.unwrap_or_default());
                Ok(response)
            };
            let mut socket = accept_hdr_async(stream, look).await.unwrap();
            asked.push(seen);
            for text in texts {
                socket.send(Message::text(text)).await.unwrap();
            }
            socket.send(Message::Ping(vec![1].into())).await.unwrap();
            loop {
                match socket.next().await {
                    Some(Ok(Message::Pong(_))) => break,
                    Some(Ok(_)) => {}
                    other => panic!("no pong but {other:?}"),
                }
            }
            if code > 0 {
                socket.close(Some(CloseFrame { code: code.into(), reason: "".into() })).await.unwrap();
                while socket.next().await.is_some_and(|message| message.is_ok()) {}
            }
        }
        asked
    });
    (address, server)
}

fn hello(seq: u64) -> String {
    json!({"type": "hello", "seq": seq, "server_time": "2026-11-22T09:30:00Z"}).to_string()
}

fn counted(seq: u64) -> String {
    json!({"type": "scan.counted", "seq": seq, "at": "2026-11-22T09:30:00Z", "exhibitor_id": uuid::Uuid::nil()})
        .to_string()
}

#[tokio::test]
async fn a_live_stream_resumes_after_what_it_saw_until_access_ends() {
    let head = |head: u64| json!({"type": "head", "head": head}).to_string();
    let (address, server) = live_server(vec![
        (vec![hello(3), counted(4), counted(6)], 0),
        (vec![hello(6), counted(6), counted(7), head(9)], 4408),
        (vec![hello(9), counted(10)], 4403),
    ])
    .await;
    let exhibitor = ExhibitorId(uuid::Uuid::nil());
    let mut stream = client(&address).follow(Stream::Exhibitor(exhibitor), Some(3));
    let mut seqs = Vec::new();
    let end = loop {
        match stream.next().await {
            Ok(Frame::ScanCounted { seq, .. }) => seqs.push(seq),
            Ok(_) => {}
            Err(end) => break end,
        }
    };
    assert_eq!((seqs, end), (vec![4, 6, 7, 10], LiveError(crate::live::End::Forbidden)));
    let asked = server.await.unwrap();
    let expected = [3, 6, 9].map(|since| format!("/api/v1/exhibitors/{exhibitor}/live?since={since} Bearer t0ken"));
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn a_dropped_wait_loses_no_frame() {
    let (address, _server) =
        live_server(vec![(vec![hello(0), counted(1), counted(2)], 0), (vec![hello(2)], 4401)]).await;
    let mut stream = client(&address).follow(Stream::Event(crate::ids::EventId(uuid::Uuid::nil())), Some(0));
    let mut seqs = Vec::new();
    loop {
        match tokio::time::timeout(Duration::from_millis(1), stream.next()).await {
            Ok(Ok(Frame::ScanCounted { seq, .. })) => seqs.push(seq),
            Ok(Ok(_)) | Err(_) => {}
            Ok(Err(end)) => {
                assert_eq!(end, LiveError(crate::live::End::SignedOut));
                break;
            }
        }
    }
    assert_eq!(seqs, [1, 2]);
}
