//! How mails get out: by SMTP where an address is set, else into a folder of `.eml` files, so that a
//! fresh machine works and a developer can read what would be sent.

use super::Calendar;
use super::deliver::Undelivered;
use super::letter::Letter;
use super::store::DueMail;
use crate::app::Settings;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart};
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, UNIX_EPOCH};

/// The folder of the data directory that mails are written to.
const FOLDER: &str = "mail";
/// Who mails come from where nobody said.
const NAME: &str = "Leadline";
/// Longest reason that is kept of a failed attempt, in characters.
const MAX_PROBLEM: usize = 300;

/// A mail server's address: `smtps://user:password@host`, or `smtp://host?tls=required`. It may hold
/// a password, so it is never printed.
#[derive(Clone)]
pub struct SmtpUrl(String);

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmtpUrl(…)")
    }
}

impl FromStr for SmtpUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        builder(text).map_err(|error| format!("is no address of a mail server: {error}"))?;
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
        let is_plain = text.starts_with("smtp://") && !query.contains("tls=required");
        let host = authority.rsplit('@').next().unwrap_or_default();
        let is_here = ["localhost", "127.", "[::1]"].iter().any(|own| host.starts_with(own));
        if is_plain && authority.contains('@') && !is_here {
            return Err("would send its password in the clear: use smtps://, or add ?tls=required".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

fn builder(url: &str) -> Result<AsyncSmtpTransportBuilder, lettre::transport::smtp::Error> {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
}

/// Who mails come from: `Leadline <leads@example.org>`.
#[derive(Debug, Clone)]
pub struct Sender(Mailbox);

impl FromStr for Sender {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| "must be an address such as Leadline <leads@example.org>".to_owned())
    }
}

impl Sender {
    /// What to use where nobody said: an address at the public address's host.
    fn of(settings: &Settings) -> Mailbox {
        if let Some(sender) = &settings.mail_from {
            return sender.0.clone();
        }
        let url = settings.own_url();
        let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let address = format!("leadline@{host}").parse();
        let fallback = || "leadline@localhost".parse().expect("this is an address");
        Mailbox::new(Some(NAME.to_owned()), address.unwrap_or_else(|_| fallback()))
    }
}

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// The way out.
pub struct Carrier {
    way: Way,
    sender: Mailbox,
    domain: String,
}

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The way by SMTP knows a password.
        f.debug_struct("Carrier").field("sender", &self.sender.to_string()).finish_non_exhaustive()
    }
}

impl Carrier {
    /// The way that the settings name.
    pub fn new(settings: &Settings) -> Self {
        let smtp = settings.smtp_url.as_ref().and_then(|url| builder(&url.0).ok());
        let way = match smtp {
            Some(smtp) => Way::Smtp(smtp.timeout(Some(Duration::from_secs(30))).build()),
            None => Way::Folder(settings.data_dir.join(FOLDER)),
        };
        let sender = Sender::of(settings);
        let domain = sender.email.domain().to_owned();
        Self { way, sender, domain }
    }

    /// Hands a mail over.
    pub async fn carry(&self, mail: &DueMail, letter: Letter, calendar: Option<&Calendar>) -> Result<(), Undelivered> {
        let message = self.message(mail, letter, calendar)?;
        match &self.way {
            Way::Smtp(smtp) => match smtp.send(message).await {
                Ok(_) => Ok(()),
                Err(error) => Err(Undelivered { is_final: error.is_permanent(), problem: shortened(&error) }),
            },
            Way::Folder(folder) => {
                let name = format!("{}-{}.eml", mail.created_at.as_micros(), mail.id);
                let (folder, bytes) = (folder.clone(), message.formatted());
                let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes)).await;
                let put_off = |problem: String| Undelivered { is_final: false, problem };
                written.map_err(|error| put_off(error.to_string()))?.map_err(|error| put_off(error.to_string()))
            }
        }
    }

    fn message(
        &self,
        mail: &DueMail,
        letter: Letter,
        calendar: Option<&Calendar>,
    ) -> Result<lettre::Message, Undelivered> {
        let broken = |problem: String| Undelivered { is_final: true, problem };
        let to: Mailbox =
            mail.recipient.parse().map_err(|error| broken(format!("the address cannot be written to: {error}")))?;
        let words = MultiPart::alternative_plain_html(letter.text, letter.html);
        let body = match calendar {
            None => words,
            Some(calendar) => {
                let kind = format!("text/calendar; charset=utf-8; method={}", calendar.method);
                let kind = ContentType::parse(&kind).map_err(|error| broken(error.to_string()))?;
                let file = Attachment::new("meeting.ics".to_owned()).body(calendar.text.clone(), kind);
                MultiPart::mixed().multipart(words).singlepart(file)
            }
        };
        let micros = u64::try_from(mail.created_at.as_micros()).unwrap_or_default();
        lettre::Message::builder()
            .from(self.sender.clone())
            .to(to)
            // The same at every attempt: whoever gets it twice can tell.
            .message_id(Some(format!("<{}@{}>", mail.id, self.domain)))
            .date(UNIX_EPOCH + Duration::from_micros(micros))
            .subject(letter.subject)
            // No answering machine answers to this.
            .header(AutoSubmitted)
            .multipart(body)
            .map_err(|error| broken(error.to_string()))
    }
}

fn shortened(error: &lettre::transport::smtp::Error) -> String {
    error.to_string().chars().filter(|letter| !letter.is_control()).take(MAX_PROBLEM).collect()
}

/// Written whole or not at all, and readable by this user alone: a mail may hold a link that signs
/// somebody in.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(folder.join(name)).map_err(|error| error.error)?;
    Ok(())
}

/// `Auto-Submitted: auto-generated` (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_sent_in_the_clear_and_not_printed() {
        for url in ["smtp://mail.example.org", "smtps://a:b@mail.example.org", "smtp://a:b@localhost:2525"] {
            assert!(url.parse::<SmtpUrl>().is_ok(), "{url}");
        }
        assert!("smtp://a:b@mail.example.org?tls=required".parse::<SmtpUrl>().is_ok());
        for url in ["smtp://a:b@mail.example.org", "smtp://a:b@mail.example.org?tls=opportunistic", "http://x", "x"] {
            assert!(url.parse::<SmtpUrl>().is_err(), "{url}");
        }
        let url: SmtpUrl = "smtps://user:secret@mail.example.org".parse().expect("an address");
        assert!(!format!("{url:?}").contains("secret"));
    }

    #[test]
    fn mails_come_from_the_servers_own_host_unless_somebody_said_otherwise() {
        let settings = |url: &str| Settings { public_url: Some(url.to_owned()), ..Settings::default() };
        for (url, sender) in [
            ("https://leads.example.org", "leadline@leads.example.org"),
            ("https://leads.example.org:8443", "leadline@leads.example.org"),
        ] {
            assert_eq!(Sender::of(&settings(url)).email.to_string(), sender, "{url}");
        }
        let named =
            Settings { mail_from: Some("Fairs <hello@fairs.example>".parse().unwrap()), ..settings("http://x") };
        assert_eq!(Sender::of(&named).to_string(), "Fairs <hello@fairs.example>");
    }
}
