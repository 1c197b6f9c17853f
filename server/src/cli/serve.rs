//! `leadline serve`: the server, until it is told to stop.

use super::{Ended, Failure, Global};
use crate::app::{App, Clock, Settings};
use crate::mail::{Sender, SmtpUrl};
use crate::tls::{self, TlsChoice};
use axum::Router;
use axum::serve::ListenerExt as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "must be an address with its port, such as 0.0.0.0:8080".to_owned())
}

/// Arguments of `serve`.
#[derive(Debug, Clone, clap::Args)]
pub struct ServeArgs {
    /// Address and port to listen on
    #[arg(long, env = "LEADLINE_LISTEN", default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,
    /// The address people use, such as `https://leads.example.org`
    #[arg(long, env = "LEADLINE_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// HTTPS: `self-signed`, or CERT.pem,KEY.pem
    #[arg(long, env = "LEADLINE_TLS")]
    pub tls: Option<TlsChoice>,
    /// Rows of each event's feed that are kept beyond those of the last 8 days
    #[arg(long, env = "LEADLINE_FEED_KEEP_ROWS")]
    pub feed_keep_rows: Option<u64>,
    /// The mail server: `smtps://USER:PASSWORD@HOST` or `smtp://HOST?tls=required`; without it, mails
    /// are written to the folder mail of the data directory
    #[arg(long, env = "LEADLINE_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<SmtpUrl>,
    /// Who mails come from, such as `Leadline <leads@example.org>`
    #[arg(long, env = "LEADLINE_MAIL_FROM")]
    pub mail_from: Option<Sender>,
    /// A proxy stands in front: addresses are those of its X-Forwarded-For header
    #[arg(long, env = "LEADLINE_BEHIND_PROXY")]
    pub behind_proxy: bool,
}

fn public_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest.map(|rest| rest.trim_end_matches('/')) {
        Some(host) if !host.is_empty() && !host.contains(['/', ' ', '?', '#']) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("must be http:// or https:// with a host and no path".to_owned()),
    }
}

/// How long requests that are under way may take when the server stops.
const GRACE: Duration = Duration::from_secs(20);

/// Runs the command.
pub async fn run(global: Global, arguments: ServeArgs) -> Ended {
    let listener = listen(arguments.listen).await?;
    let scheme = if arguments.tls.is_some() { "https" } else { "http" };
    let settings = Settings {
        public_url: arguments.public_url.clone(),
        data_dir: global.data_dir.clone(),
        feed_keep_rows: arguments.feed_keep_rows,
        is_tls: arguments.tls.is_some(),
        is_self_signed: matches!(arguments.tls, Some(TlsChoice::SelfSigned)),
        local_url: format!("{scheme}://{}", listener.local_addr()?),
        smtp_url: arguments.smtp_url.clone(),
        mail_from: arguments.mail_from.clone(),
        is_behind_proxy: arguments.behind_proxy,
        limits: crate::limits::Sizes::default(),
    };
    // Nothing is logged before everything is there: a command that fails says why in one line.
    if let Some(choice) = &arguments.tls {
        choice.check(listener.local_addr()?)?;
    }
    let is_mailing = settings.smtp_url.is_some();
    let app = App::start(global.open().await?, Clock::default(), settings);
    if !is_mailing {
        tracing::info!("no mail server is set: mails are written to {}", global.data_dir.join("mail").display());
    }
    tracing::info!(engine = app.store.engine(), "listening on {scheme}://{}", listener.local_addr()?);
    let router = crate::router::router(app.clone());
    serve(app, router, listener, arguments.tls, stop_signal()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Binds the address, or says why not.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| Failure::new(format!("cannot listen on {address}: {error}")))
}

/// Serves until `stop`, then finishes what was accepted and tells live streams to reconnect.
pub async fn serve(
    app: App,
    router: Router,
    listener: TcpListener,
    tls: Option<TlsChoice>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    // Only servers deliver: a command on the same database knows of no mail server.
    let mut delivering = tokio::spawn(crate::mail::deliver::run(app.clone()));
    tokio::spawn(crate::phases::mailing::run(app.clone()));
    tokio::spawn(crate::meetings::reminders::run(app.clone()));
    tokio::spawn(crate::daily::run(app.clone()));
    tokio::spawn(crate::attendees::evening::run(app.clone()));
    tokio::spawn(crate::helpdesk::moves::run(app.clone()));
    tokio::spawn(crate::erasure::retention::run(app.clone()));
    tokio::spawn(crate::erasure::files::run(app.clone()));
    tokio::spawn(crate::leads::policy::run(app.clone()));
    let (announce, mut announced) = tokio::sync::watch::channel(false);
    let stopping = {
        let app = app.clone();
        async move {
            stop.await;
            tracing::info!("stopping: finishing what was accepted");
            app.streams_end();
            announce.send_replace(true);
        }
    };
    // The address is for the limits of failures.
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = async {
        match tls {
            None => {
                // Frames are small: waiting to fill a packet would only delay them.
                let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
                axum::serve(listener, router).with_graceful_shutdown(stopping).await
            }
            Some(choice) => {
                let listener = tls::Listener::new(listener, &choice)
                    .map_err(|failure| std::io::Error::other(String::from(failure)))?
                    // Wrapped like the other, so that both tell addresses the same way.
                    .tap_io(|_| ());
                axum::serve(listener, router).with_graceful_shutdown(stopping).await
            }
        }
    };
    let grace = async {
        let _ = announced.wait_for(|stop| *stop).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = served => served?,
        () = grace => tracing::warn!("some requests did not end in time"),
    }
    app.streams_end();
    // A mail that is being handed over is noted first, so that it does not go out twice.
    if tokio::time::timeout(GRACE, &mut delivering).await.is_err() {
        delivering.abort();
    }
    app.stop().await;
    tracing::info!("stopped");
    Ok(())
}

/// Ends when the process is told to: Ctrl-C or SIGTERM.
pub async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
