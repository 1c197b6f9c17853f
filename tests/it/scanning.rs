//! The native client against the real server: the live stream with resume, TLS with a certificate of
//! its own, and `leadline scan` with its rescue file.

use harness::{Fair, Phone, eventually, on_every_engine};
use mobile_core::badge::{BadgeText, code_hash};
use mobile_core::capture::Entry;
use mobile_core::client::{Client, ClientError, Delivery, LiveStream, Stream, Trust, deliver};
use mobile_core::ids::QueueId;
use mobile_core::queue::file::FileStorage;
use mobile_core::queue::sync::Sync;
use mobile_core::queue::{Draft, Queue};
use mobile_core::seen::{KeepNames, Seen};
use mobile_core::wire::Frame;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use server::tls::TlsChoice;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

const LEADLINE: &str = env!("CARGO_BIN_EXE_leadline-under-test");

fn client(base: &str, phone: &Phone, trust: &Trust) -> Client {
    let mut client = Client::new(base, trust).unwrap();
    client.use_token(phone.api.token().unwrap()).unwrap();
    client
}

/// The codes of the next scans that a stream tells of.
async fn scans(stream: &mut LiveStream, count: usize) -> Vec<String> {
    let mut codes = Vec::new();
    while codes.len() < count {
        let frame = tokio::time::timeout(Duration::from_secs(60), stream.next()).await;
        if let Frame::LeadCaptured { capture, .. } = frame.expect("the stream goes on").unwrap() {
            codes.push(capture["code"].as_str().unwrap().to_owned());
        }
    }
    codes
}

on_every_engine! {
    async fn a_colleagues_scans_appear_on_this_phone_over_every_break(fair) {
        let [ines, omar] = fair.exhibitor("Acme").phones(["Ines", "Omar"]).await;
        let stream = Stream::Exhibitor(ines.exhibitor);
        let mut live = client(&fair.node().base(), &ines, &Trust::System).follow(stream, Some(0));
        omar.scan("B-1").upload().await.all_accepted();
        assert_eq!(scans(&mut live, 1).await, ["B-1"]);
        // The line breaks; meanwhile the colleague goes on.
        let since = live.since();
        drop(live);
        omar.scan("B-2").upload().await.all_accepted();
        omar.scan("B-3").upload().await.all_accepted();
        let mut live = client(&fair.node().base(), &ines, &Trust::System).follow(stream, since);
        assert_eq!(scans(&mut live, 2).await, ["B-2", "B-3"]);
        fair.site.revoke(&ines).await;
        let end = loop {
            if let Err(end) = live.next().await {
                break end;
            }
        };
        assert!(matches!(end.0, mobile_core::live::End::Forbidden | mobile_core::live::End::SignedOut), "{end:?}");
    }

    async fn a_stream_outlives_a_restart_of_the_server(fair) {
        let [ines, omar] = fair.exhibitor("Acme").phones(["Ines", "Omar"]).await;
        let gate = Gate::open(fair).await;
        let mut live = client(&gate.base(), &ines, &Trust::System).follow(Stream::Exhibitor(ines.exhibitor), Some(0));
        omar.scan("B-1").upload().await.all_accepted();
        assert_eq!(scans(&mut live, 1).await, ["B-1"]);
        for round in 2..5 {
            gate.cut();
            let code = format!("B-{round}");
            omar.scan(code.as_str()).upload().await.all_accepted();
            assert_eq!(scans(&mut live, 1).await, [code], "each once, in order");
        }
    }

    async fn a_phone_says_who_scanned_a_badge_before_without_asking_the_server(fair) {
        let [ines, omar] = fair.exhibitor("Acme").phones(["Ines", "Omar"]).await;
        let badge = fair.registration("Ana Lima").badge().await;
        omar.scan(&badge).rate("hot").upload().await.all_accepted();
        let mut live = client(&fair.node().base(), &ines, &Trust::System).follow(Stream::Exhibitor(ines.exhibitor), Some(0));
        let mut seen = Seen::new(KeepNames::default());
        for _ in 0..2 {
            while !matches!(live.next().await.inspect(|frame| seen.live(frame, fair.now())).unwrap(), Frame::LeadCaptured { .. }) {}
        }
        let earlier = seen.earlier(&code_hash(&badge.code), fair.now()).unwrap();
        assert_eq!((earlier.who.as_deref(), earlier.whom.as_deref()), (Some("Omar"), Some("Ana Lima")));
        assert_eq!(earlier.rating, Some(mobile_core::capture::Rating::Hot));
    }
}

/// A way to the server whose lines can be cut.
struct Gate {
    address: std::net::SocketAddr,
    cut: tokio::sync::broadcast::Sender<()>,
}

impl Gate {
    async fn open(fair: &Fair) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, _) = tokio::sync::broadcast::channel(8);
        let (server, cuts) = (fair.node().address, cut.clone());
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut end = cuts.subscribe();
                tokio::spawn(async move {
                    let Ok(mut far) = tokio::net::TcpStream::connect(server).await else { return };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        _ = end.recv() => {}
                    }
                });
            }
        });
        Self { address, cut }
    }

    fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    fn cut(&self) {
        let _ = self.cut.send(());
    }
}

/// A certificate for this machine, as an exhibition's own server has one.
fn certificate(folder: &std::path::Path) -> (TlsChoice, Trust) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    (TlsChoice::Files { certificate, key }, Trust::Pem(made.cert.pem().into_bytes()))
}

/// What a server agrees to speak with a browser, which offers both.
async fn spoken_with_a_browser(address: std::net::SocketAddr, trust: &Trust) -> Vec<u8> {
    let Trust::Pem(pem) = trust else { unreachable!("a certificate of our own") };
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = versions.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    tokio::task::spawn_blocking(move || {
        let mut tls = rustls::ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
        let mut socket = std::net::TcpStream::connect(address).unwrap();
        tls.complete_io(&mut socket).unwrap();
        tls.alpn_protocol().unwrap_or_default().to_vec()
    })
    .await
    .unwrap()
}

#[test]
fn a_self_signed_server_is_believed_by_whoever_holds_its_certificate() {
    harness::run(harness::Engine::Sqlite, "self_signed", async |fair| {
        let [ines, omar] = fair.exhibitor("Acme").phones(["Ines", "Omar"]).await;
        let (choice, trust) = certificate(fair.database.directory());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let base = format!("https://{address}");
        let router = server::router::router(fair.app().clone());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let app = fair.app().clone();
        let serving = tokio::spawn(async move {
            let end = async {
                let _ = stopped.await;
            };
            server::cli::serve::serve(app, router, listener, Some(choice), end).await.unwrap();
        });
        // Captures over HTTPS, through the queue.
        let folder = tempfile::tempdir().unwrap();
        let (mut queue, _) =
            Queue::open(FileStorage::open(folder.path()).unwrap(), fair.app().new_id::<QueueId>()).unwrap();
        let code = BadgeText::new("OVER-TLS").unwrap();
        queue.push(Draft::scan(fair.app().new_id(), fair.now(), &code, Entry::Camera), 0).unwrap();
        let trusting = client(&base, &omar, &trust);
        let limit = Duration::from_secs(60);
        let end = deliver(&trusting, &mut Sync::new(None), &mut queue, limit, |_, _| ()).await;
        assert!(matches!(end, Delivery::Done) && queue.unsent_count() == 0, "{end:?}");
        // The stream too.
        let mut live = client(&base, &ines, &trust).follow(Stream::Exhibitor(ines.exhibitor), Some(0));
        assert_eq!(scans(&mut live, 1).await, ["OVER-TLS"]);
        drop(live);
        // Browsers open sockets as the routes know them.
        assert_eq!(spoken_with_a_browser(address, &trust).await, b"http/1.1");
        // Whoever does not know the certificate sends nothing.
        let doubting = client(&base, &omar, &Trust::System);
        let error = doubting.get::<serde_json::Value>("me").await.unwrap_err();
        assert!(matches!(error, ClientError::Unreachable(_)), "{error}");
        let _ = stop.send(());
        let _ = serving.await;
    });
}

/// A picture of a code, 8 pixels a module.
fn draw(text: &str) -> image::GrayImage {
    let code = qrcode::QrCode::new(text).unwrap();
    let (side, colors) = (code.width() as u32, code.to_colors());
    image::GrayImage::from_fn((side + 8) * 8, (side + 8) * 8, |x, y| {
        let (column, row) = ((x / 8).wrapping_sub(4), (y / 8).wrapping_sub(4));
        let is_dark = column < side && row < side && colors[(row * side + column) as usize] == qrcode::Color::Dark;
        image::Luma([if is_dark { 0 } else { 255 }])
    })
}

#[test]
fn a_scan_on_the_command_line_can_be_rescued_to_a_file() {
    harness::run(harness::Engine::Sqlite, "rescued_on_the_command_line", async |fair| {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let codes = format!("/exhibitors/{}/pairing-codes", ada.exhibitor);
        let code = ada.api.post(&codes, &serde_json::json!({})).await.done(201);
        let wish = serde_json::json!({"pairing_code": code["pairing_code"], "install_id": "cli", "device_name": "CLI",
            "platform": "linux"});
        let paired = fair.site.api.post("/auth/devices", &wish).await.done(201);
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("paired.json"), paired.to_string()).unwrap();
        draw("HALL-4-0017").save(at("badge.png")).unwrap();
        let scan = tokio::process::Command::new(LEADLINE)
            .args(["scan", "--server", "http://127.0.0.1:1", "--queue"])
            .arg(at("queue"))
            .arg("--paired")
            .arg(at("paired.json"))
            .arg("--rescue")
            .arg(at("phone.rescue"))
            .arg(at("badge.png"))
            .output()
            .await
            .unwrap();
        assert!(scan.status.success(), "{}", String::from_utf8_lossy(&scan.stderr));
        assert!(String::from_utf8_lossy(&scan.stdout).contains("\"rescued\":1"));
        let slug = paired["event"]["slug"].as_str().unwrap();
        for expected in ["1 scans and entries taken in", "1 known already"] {
            let import = tokio::process::Command::new(LEADLINE)
                .args(["import", "captures", "--event", slug, "--database-url", fair.database.url()])
                .arg(at("phone.rescue"))
                .output()
                .await
                .unwrap();
            let said = String::from_utf8_lossy(&import.stdout).into_owned();
            assert!(
                import.status.success() && said.contains(expected),
                "{said}{}",
                String::from_utf8_lossy(&import.stderr)
            );
        }
        eventually(async || {
            let leads: serde_json::Value = ada.leads("").await.ok();
            (leads["total"] == 1).then_some(())
        })
        .await;
    });
}
