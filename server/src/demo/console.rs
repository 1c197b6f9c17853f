//! What the demo tells the person at the terminal: where to look, how to sign in, and whether
//! everything sent has arrived.
//!
//! On a terminal the figures stand in one line that changes; elsewhere (a file, a pipe, a log of a
//! continuous integration) a line is written every few seconds.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use super::tally::grouped;

/// Where the demo writes. Writing never fails the demo: a closed pipe only ends the telling.
#[derive(Debug)]
pub struct Console {
    bar: Option<ProgressBar>,
    /// The line written last, where each line stays.
    last: Mutex<String>,
}

/// How often the figures are written anew.
const ON_A_TERMINAL: Duration = Duration::from_millis(250);
const ELSEWHERE: Duration = Duration::from_secs(5);

impl Console {
    /// The console of this process.
    pub fn of_process() -> Self {
        let bar = std::io::stdout().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
            bar.set_style(
                ProgressStyle::with_template("{spinner} {wide_msg}").unwrap_or(ProgressStyle::default_spinner()),
            );
            bar
        });
        Self { bar, last: Mutex::default() }
    }

    /// Whether a person sees the line change.
    pub fn is_terminal(&self) -> bool {
        self.bar.is_some()
    }

    /// How often to call [`Console::figures`].
    pub fn interval(&self) -> Duration {
        if self.bar.is_some() { ON_A_TERMINAL } else { ELSEWHERE }
    }

    /// Writes lines that stay.
    pub fn say(&self, text: &str) {
        let write = || {
            let mut out = std::io::stdout().lock();
            // Nobody may be listening any more, which is no reason to end.
            let _ = writeln!(out, "{text}").and_then(|()| out.flush());
        };
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Shows the current figures; elsewhere than on a terminal only when they changed.
    pub fn figures(&self, line: &str) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(line.to_owned());
                bar.tick();
            }
            None => {
                let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
                if *last != line {
                    line.clone_into(&mut last);
                    self.say(line);
                }
            }
        }
    }

    /// Takes the changing line away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What is printed once the demo can be looked at.
#[derive(Debug)]
pub struct Welcome<'a> {
    pub event: &'a str,
    pub day: u32,
    pub days: u32,
    pub venue: &'a str,
    pub exhibitors: usize,
    pub registrations: usize,
    /// Scans of history, and the seconds that loading them took.
    pub scans: usize,
    pub seconds: f64,
    /// Where a browser on this machine goes.
    pub address: &'a str,
    /// Whether phones on the network can reach it.
    pub is_on_lan: bool,
    pub hero: &'a str,
    /// Label and e-mail address of those who can sign in, in the order to try.
    pub accounts: &'a [(String, String)],
    pub password: &'a str,
    /// The phone that holds scans, how many, and when it sends them.
    pub holding: (&'a str, usize, Duration),
    /// The database file.
    pub database: &'a str,
}

impl Welcome<'_> {
    /// The whole text, with the address as a QR where phones can reach it.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{}, {}: day {} of {} is open.\n{} exhibitors, {} registrations, {} scans so far (loaded in {:.1} s).\n\n  Open      {}/demo\n            to sign in as anybody with one click, and to see what happens without network\n  Password  {}   (the same for everyone)\n\n",
            self.event,
            self.venue,
            self.day,
            self.days,
            self.exhibitors,
            grouped(self.registrations as u64),
            grouped(self.scans as u64),
            self.seconds,
            self.address,
            self.password,
        );
        let width = self.accounts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        for (label, email) in self.accounts {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {label:width$}  {email}");
        }
        let (phone, held, wait) = self.holding;
        let _ = write!(
            text,
            "\n{}'s phone \"{phone}\" had no network and holds {held} scans; it sends them in {} minutes, or as soon as it is unpaired on the page.\nDatabase {}. Ctrl-C ends the demo.\n",
            self.hero,
            wait.as_secs() / 60,
            self.database,
        );
        if self.is_on_lan {
            text.push_str("\nOn a phone in the same network (accept the self-signed certificate):\n\n");
            text.push_str(&terminal_qr(self.address));
        }
        text
    }
}

/// The text as a QR for a terminal, two modules a character; dark on light whatever the terminal's colours.
pub fn terminal_qr(text: &str) -> String {
    let Ok(code) = QrCode::new(text.as_bytes()) else {
        // Longer than any QR: the address was printed above.
        return String::new();
    };
    // Terminals are mostly dark: the light modules are drawn, the dark ones left out.
    let drawn = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
    drawn.lines().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "  {line}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use mobile_core::decode::{Budget, Frame, Luma, decode};

    fn welcome(is_on_lan: bool) -> String {
        Welcome {
            event: "Traverse Paris",
            day: 2,
            days: 3,
            venue: "Halles du Canal, Paris",
            exhibitors: 60,
            registrations: 2_500,
            scans: 9_876,
            seconds: 1.94,
            address: "https://192.0.2.7:8080/",
            is_on_lan,
            hero: "Vantelle Robotics",
            accounts: &[
                ("Vantelle Robotics, admin".to_owned(), "ines@vantelle.example".to_owned()),
                ("Organiser".to_owned(), "camille@meridienne.example".to_owned()),
            ],
            password: "secret",
            holding: ("Loan phone 2", 12, Duration::from_mins(10)),
            database: "demo.db",
        }
        .text()
    }

    #[test]
    fn the_welcome_says_what_to_open_and_how_to_sign_in() {
        let text = welcome(false);
        for part in [
            "https://192.0.2.7:8080/",
            "ines@vantelle.example",
            "secret",
            "day 2 of 3",
            "2,500",
            "9,876",
            "12 scans",
            "10 minutes",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(!text.contains('█'));
    }

    #[test]
    fn on_the_network_the_address_is_a_code_that_can_be_read() {
        let text = welcome(true);
        let rows: Vec<Vec<char>> =
            terminal_qr("https://192.0.2.7:8080/").lines().map(|line| line.chars().skip(2).collect()).collect();
        assert!(text.contains('█'));
        // Two modules a character, painted as a phone sees them: drawn is light.
        let light = |x: usize, y: usize| match rows[y / 2].get(x) {
            Some('█') => true,
            Some('▀') => y.is_multiple_of(2),
            Some('▄') => !y.is_multiple_of(2),
            _ => false,
        };
        let (width, height) = (rows[0].len(), rows.len() * 2);
        let scale = 4;
        let picture = image::GrayImage::from_fn((width * scale) as u32, (height * scale) as u32, |x, y| {
            image::Luma([if light(x as usize / scale, y as usize / scale) { 255 } else { 0 }])
        });
        assert_eq!(read(&picture).as_deref(), Some("https://192.0.2.7:8080/"));
    }

    fn read(picture: &image::GrayImage) -> Option<String> {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let luma = Luma::new(picture.as_raw(), width, height, width).ok()?;
        decode(&Frame::luma(luma), &Budget::thorough()).into_iter().next().map(|code| code.text)
    }
}
