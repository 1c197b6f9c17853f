//! HTTPS: with a certificate of one's own, or a self-signed one for a hall's network, since phone
//! cameras need a secure page.

use crate::cli::Failure;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsChoice {
    /// Made at start-up for this machine's names.
    SelfSigned,
    /// Two PEM files.
    Files {
        /// The certificate, its chain after it.
        certificate: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
}

impl FromStr for TlsChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "self-signed" {
            return Ok(Self::SelfSigned);
        }
        match text.split_once(',') {
            Some((certificate, key)) if !certificate.is_empty() && !key.is_empty() => {
                Ok(Self::Files { certificate: certificate.into(), key: key.into() })
            }
            _ => Err("must be self-signed or CERT.pem,KEY.pem".to_owned()),
        }
    }
}

impl TlsChoice {
    /// Whether there is a certificate to serve with.
    pub fn check(&self, address: SocketAddr) -> Result<(), Failure> {
        self.config(address).map(drop)
    }

    fn config(&self, address: SocketAddr) -> Result<ServerConfig, Failure> {
        let (chain, key) = match self {
            Self::SelfSigned => self_signed(address)?,
            Self::Files { certificate, key } => {
                let unreadable = |file: &PathBuf| {
                    let file = file.display().to_string();
                    move |error| Failure::new(format!("{file} cannot be read as PEM: {error}"))
                };
                let chain = CertificateDer::pem_file_iter(certificate)
                    .and_then(Iterator::collect)
                    .map_err(unreadable(certificate))?;
                (chain, PrivateKeyDer::from_pem_file(key).map_err(unreadable(key))?)
            }
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        // HTTP/2 is not offered: browsers would open their live streams within it by another method, of
        // which proxies and the routes of sockets know nothing.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

type Pair = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn self_signed(address: SocketAddr) -> Result<Pair, Failure> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    if !address.ip().is_unspecified() {
        names.push(address.ip().to_string());
    }
    names.dedup();
    let made = rcgen::generate_simple_self_signed(names)?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).map_err(Failure::new)?;
    Ok((vec![made.cert.der().clone()], key))
}

/// Connections whose TLS handshake is done. Handshakes run beside one another, so that a slow
/// phone does not hold up the door.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

impl Listener {
    /// Begins to accept connections.
    pub fn new(listener: TcpListener, choice: &TlsChoice) -> Result<Self, Failure> {
        let address = listener.local_addr()?;
        let acceptor = TlsAcceptor::from(Arc::new(choice.config(address)?));
        let (done, ready) = mpsc::channel(64);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = done.closed() => return,
                    accepted = listener.accept() => match accepted {
                        Ok((stream, peer)) => {
                            let (acceptor, done) = (acceptor.clone(), done.clone());
                            tokio::spawn(async move {
                                let _ = stream.set_nodelay(true);
                                if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_LIMIT, acceptor.accept(stream)).await {
                                    let _ = done.send((stream, peer)).await;
                                }
                            });
                        }
                        // Out of file descriptors, mostly: wait for some to come back.
                        Err(error) => {
                            tracing::warn!(%error, "a connection could not be accepted");
                            tokio::time::sleep(Duration::from_millis(100)).await;
                        }
                    }
                }
            }
        });
        Ok(Self { address, ready })
    }
}

impl axum::serve::Listener for Listener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // The accepting task only ends after this is dropped.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}
