//! `leadline scan --server URL [--token T] [--queue DIR] [FILE …]`: a phone on the command line.
//!
//! Decodes pictures, keeps each scan on disk before anything is sent, uploads, and prints one JSON
//! line a result. With no FILE it drains the queue. What cannot be sent stays in the queue for the
//! next run; the same sync machine as the phones' decides what goes when. With `--rescue FILE` nothing
//! is sent: what the queue holds goes into a rescue file that the organiser imports.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use super::picture;
use mobile_core::badge::BadgeText;
use mobile_core::capture::Entry;
use mobile_core::client::{self, Client, Delivery, Trust};
use mobile_core::decode::{Budget, Decoder, Frame, Luma};
use mobile_core::ids::{CaptureId, ExhibitorId, QueueId};
use mobile_core::queue::file::FileStorage;
use mobile_core::queue::sync::{Connection, Settled, Sync};
use mobile_core::queue::{Draft, Queue, Queued, Settlement};
use mobile_core::rescue::{self, RescueKey, Saver};
use mobile_core::wire::Paired;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What to scan, and where to send it.
#[derive(Debug, clap::Args)]
pub struct ScanArgs {
    /// The server's address, such as `https://leads.example`.
    #[arg(long, env = "LEADLINE_SERVER", value_name = "URL", value_parser = address)]
    pub server: String,
    /// The token of a paired device, or of a sign-in.
    #[arg(
        long,
        env = "LEADLINE_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN",
        required_unless_present = "paired"
    )]
    pub token: Option<String>,
    /// A file with what the server answered to the pairing: it holds the token, and the key for --rescue.
    #[arg(long, env = "LEADLINE_PAIRED", value_name = "JSON")]
    pub paired: Option<PathBuf>,
    /// Send nothing, and save what is not yet sent in a rescue file, sealed to the event's key.
    #[arg(long, env = "LEADLINE_RESCUE", value_name = "FILE", requires = "paired")]
    pub rescue: Option<PathBuf>,
    /// The folder that keeps the scans until they are sent [default: queue, in the data dir].
    #[arg(long, env = "LEADLINE_QUEUE", value_name = "DIR")]
    pub queue: Option<PathBuf>,
    /// The exhibitor to scan for, where the token stands for several.
    #[arg(long, env = "LEADLINE_EXHIBITOR", value_name = "ID")]
    pub exhibitor: Option<ExhibitorId>,
    /// A PEM file with the certificates to trust instead of the system's, for a self-signed server.
    #[arg(long, env = "LEADLINE_TRUST_CERTIFICATE", value_name = "PEM")]
    pub trust_certificate: Option<PathBuf>,
    /// How long to go on trying; what is not sent by then stays in the queue.
    #[arg(long, env = "LEADLINE_WAIT", value_name = "SECONDS", default_value_t = 60)]
    pub wait: u64,
    /// Pictures of badges: JPEG, PNG, WebP or GIF.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

fn address(text: &str) -> Result<String, String> {
    Client::check_address(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

/// Scans, keeps, sends, and prints what became of each.
///
/// # Errors
/// One line that says why nothing could be done, or why scans are left in the queue.
pub async fn run(args: ScanArgs, data_dir: &Path) -> Result<ExitCode, String> {
    let paired = args.paired.as_deref().map(read_pairing).transpose()?;
    let token = args.token.clone().or_else(|| paired.as_ref().map(|paired| paired.device_token.clone()));
    let token = token.ok_or("give --token, or --paired with the answer to the pairing")?;
    let client = client_of(&args, &token)?;
    let folder = args.queue.clone().unwrap_or_else(|| data_dir.join("queue"));
    let storage = FileStorage::open(&folder).map_err(|error| error.to_string())?;
    let (mut queue, recovery) = Queue::open(storage, QueueId(client::new_id())).map_err(|error| error.to_string())?;
    if recovery.damaged_bytes > 0 {
        tracing::warn!(bytes = recovery.damaged_bytes, folder = %folder.display(), "queue.damaged holds what could not be read");
    }

    let destination = match paired.as_ref().and_then(|paired| paired.exhibitor.as_ref()) {
        Some(exhibitor) => exhibitor.id.to_string(),
        None => {
            // A device's token says nothing of its exhibitor, so another token counts as another one.
            let exhibitor = args.exhibitor.map(|id| id.to_string()).unwrap_or_default();
            let destination = Sha256::digest(format!("{}\n{token}\n{exhibitor}", args.server));
            destination.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
        }
    };
    queue.deliver_to(&destination, QueueId(client::new_id())).map_err(|error| error.to_string())?;
    // Pairing again gives the same phone another token; what it holds must not wait for the old one.
    queue.adopt_stranded().map_err(|error| error.to_string())?;

    let mut unread = 0_usize;
    let mut refused = 0_usize;
    let mut files: HashMap<CaptureId, PathBuf> = HashMap::new();
    let mut decoder = Decoder::new();
    for file in &args.files {
        let read;
        (decoder, read) = on_a_blocking_thread(decoder, file.clone()).await?;
        match read {
            Ok(texts) => {
                for text in texts {
                    let draft = Draft::scan(CaptureId(client::new_id()), client::now().wall, &text, Entry::Photo);
                    files.insert(draft.id, file.clone());
                    queue.push(draft, client::now().monotonic_us).map_err(|error| error.to_string())?;
                }
            }
            Err(why) => {
                unread += 1;
                say(&json!({"file": file, "error": why}))?;
            }
        }
    }

    if let (Some(file), Some(paired)) = (&args.rescue, &paired) {
        let saved = save_rescue_file(&queue, paired, &token, file)?;
        say(&json!({"file": file, "rescued": saved, "event": paired.event.slug}))?;
        return incomplete(unread, refused);
    }

    let mut sync = Sync::new(args.exhibitor);
    let mut unsaid = None;
    let delivery = client::deliver(&client, &mut sync, &mut queue, Duration::from_secs(args.wait), |queue, settled| {
        refused += usize::from(!matches!(settled.settlement, Settlement::Sent { .. }));
        let line = queue.find(settled.id).map(|queued| result(queued, Some(settled), files.get(&settled.id)));
        unsaid = unsaid.take().or(line.and_then(|line| say(&line).err()));
    })
    .await;
    for queued in queue.unsent() {
        say(&result(queued, None, files.get(&queued.id)))?;
    }
    if let Some(why) = unsaid {
        return Err(why);
    }
    why_not(delivery, queue.unsent_count())?;
    incomplete(unread, refused)
}

/// The end of a run in which everything was sent that could be: what could not is told beside its lines.
fn incomplete(unread: usize, refused: usize) -> Result<ExitCode, String> {
    let counted = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let unread = counted(unread, "picture gave no code", "pictures gave no code");
    let refused = counted(refused, "scan was not accepted", "scans were not accepted");
    let told: Vec<String> = [unread, refused].into_iter().flatten().collect();
    if told.is_empty() { Ok(ExitCode::SUCCESS) } else { Err(format!("{}; see their lines", told.join(" and "))) }
}

fn read_pairing(file: &Path) -> Result<Paired, String> {
    let text = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_slice(&text).map_err(|error| format!("{} is not the answer to a pairing: {error}", file.display()))
}

/// Seals what is not yet sent into a file, and says how many captures that is.
fn save_rescue_file(queue: &Queue<FileStorage>, paired: &Paired, token: &str, file: &Path) -> Result<usize, String> {
    let key = paired.rescue_key.as_deref().ok_or("the pairing holds no rescue key: the server is older; pair again")?;
    let key = RescueKey::from_hex(key).map_err(|error| error.to_string())?;
    let saver = Saver {
        event_id: paired.event.id,
        device_id: Some(paired.device_id),
        exhibitor_id: paired.exhibitor.as_ref().map(|exhibitor| exhibitor.id),
        device_token: Some(token),
        // Known only while something is being sent.
        clock_offset_us: None,
        now: client::now().wall,
    };
    let rescued = rescue::contents(queue, saver);
    let mut random = [0; 32];
    random[..16].copy_from_slice(&client::random().to_le_bytes());
    random[16..].copy_from_slice(&client::random().to_le_bytes());
    let sealed = rescue::seal(&rescued, key, random).map_err(|error| error.to_string())?;
    std::fs::write(file, sealed).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(rescued.count())
}

fn client_of(args: &ScanArgs, token: &str) -> Result<Client, String> {
    let trust = match &args.trust_certificate {
        None => Trust::System,
        Some(file) => Trust::Pem(std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?),
    };
    let mut client = Client::new(&args.server, &trust).map_err(|error| error.to_string())?;
    client.use_token(token).map_err(|error| error.to_string())?;
    Ok(client)
}

async fn on_a_blocking_thread(
    mut decoder: Decoder,
    file: PathBuf,
) -> Result<(Decoder, Result<Vec<BadgeText>, String>), String> {
    let decoded = tokio::task::spawn_blocking(move || {
        let texts = texts_in(&mut decoder, &file);
        (decoder, texts)
    });
    decoded.await.map_err(|error| format!("decoding stopped: {error}"))
}

/// The texts of the codes in a picture; an error when there is none.
fn texts_in(decoder: &mut Decoder, file: &Path) -> Result<Vec<BadgeText>, String> {
    let picture = picture::open(file)?;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let luma = Luma::new(&picture, width, height, width).map_err(|error| error.to_string())?;
    let codes = decoder.decode(&Frame::luma(luma), &Budget::thorough());
    if codes.is_empty() {
        return Err("no code was found in this picture; take it closer and without glare".into());
    }
    codes.iter().map(|code| BadgeText::new(&code.text).map_err(|error| error.to_string())).collect()
}

/// The line for one scan; without a receipt it is not yet sent.
fn result(queued: &Queued, settled: Option<&Settled>, file: Option<&PathBuf>) -> Value {
    let body: Value = serde_json::from_str(queued.body.get()).unwrap_or_default();
    let mut line = json!({
        "file": file,
        "text": body["code"],
        "id": queued.id,
        "queue_id": queued.queue_id,
        "device_seq": queued.seq,
        "captured_at": body["captured_at"],
        "outcome": "not_yet_sent",
    });
    let Some(settled) = settled else { return line };
    line["outcome"] = json!(settled.outcome);
    line["reason"] = json!(settled.reason);
    match &settled.settlement {
        Settlement::Sent { corrected_at, lead_id } => {
            line["corrected_at"] = json!(corrected_at);
            line["lead_id"] = json!(lead_id);
            line["lead"] = json!(settled.lead);
        }
        Settlement::NotAccepted { errors, .. } => line["errors"] = json!(errors),
    }
    line
}

/// Prints a line; a reader that went away ends the program.
fn say(line: &Value) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|error| format!("the result cannot be printed: {error}"))
}

fn why_not(delivery: Delivery, left: usize) -> Result<(), String> {
    let stay = match left {
        0 => "nothing is left in the queue".to_owned(),
        1 => "1 scan is not yet sent and stays in the queue".to_owned(),
        left => format!("{left} scans are not yet sent and stay in the queue"),
    };
    match delivery {
        Delivery::Done => Ok(()),
        Delivery::TimeUp { connection: Connection::Busy } => Err(format!("the server asks to wait; {stay}")),
        Delivery::TimeUp { .. } => Err(format!("the server did not answer; {stay}")),
        Delivery::PairAgain(trouble) => Err(format!("the token is not taken: {trouble}; {stay}")),
        Delivery::Refused(trouble) => Err(format!("the server refuses: {trouble}; {stay}")),
        Delivery::NotKept(error) => Err(format!("{error}; {stay}")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        scan: ScanArgs,
    }

    fn args(folder: &Path, more: &[&str]) -> ScanArgs {
        let queue = folder.join("queue").display().to_string();
        // Port 1 answers nobody.
        let fixed = ["scan", "--server", "http://127.0.0.1:1", "--token", "t", "--wait", "0", "--queue", &queue];
        Program::parse_from(fixed.iter().chain(more)).scan
    }

    #[tokio::test]
    async fn without_a_server_the_scan_is_kept_and_the_way_out_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("badge.png");
        let code = qrcode::QrCode::new("HALL-4-0017").unwrap();
        let (side, colors) = (code.width() as u32, code.to_colors());
        let drawn = image::GrayImage::from_fn((side + 8) * 6, (side + 8) * 6, |x, y| {
            let (column, row) = ((x / 6).wrapping_sub(4), (y / 6).wrapping_sub(4));
            let is_dark = column < side && row < side && colors[(row * side + column) as usize] == qrcode::Color::Dark;
            image::Luma([if is_dark { 20 } else { 235 }])
        });
        drawn.save(&picture).unwrap();
        let told = run(args(folder.path(), &[&picture.display().to_string()]), folder.path()).await.unwrap_err();
        assert!(told.contains("1 scan is not yet sent"), "{told}");
        let (queue, _) =
            Queue::open(FileStorage::open(folder.path().join("queue")).unwrap(), QueueId(client::new_id())).unwrap();
        let kept: Vec<String> = queue.unsent().map(|queued| queued.body.get().to_owned()).collect();
        assert!(kept.len() == 1 && kept[0].contains("HALL-4-0017") && kept[0].contains("photo"), "{kept:?}");
    }

    #[test]
    fn a_file_that_is_no_picture_and_one_without_a_code_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let (text, blank) = (folder.path().join("text.png"), folder.path().join("blank.png"));
        std::fs::write(&text, "no picture").unwrap();
        image::GrayImage::from_pixel(300, 300, image::Luma([200])).save(&blank).unwrap();
        let mut decoder = Decoder::new();
        assert!(!texts_in(&mut decoder, &text).unwrap_err().contains("no code"));
        assert!(texts_in(&mut decoder, &blank).unwrap_err().contains("no code"));
    }
}
