//! `leadline decode`: pictures in, the texts of their QR codes out.
//!
//! Each picture is answered before the next is read, so that a program can talk to it through
//! pipes.

use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use mobile_core::decode::{Budget, Decoder, Frame, Luma};
use serde::Serialize;

use super::picture;

/// Decode the QR codes in pictures (JPEG, PNG, WebP, GIF).
#[derive(Debug, clap::Args)]
pub struct DecodeArgs {
    /// Answer each picture with one line of JSON.
    #[arg(long)]
    pub json: bool,
    /// Pictures; `-`, or none at all, reads their paths from standard input, one a line.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Answers every picture on standard output. Status 1 when one could not be read, 2 when none was named.
pub fn run(args: &DecodeArgs) -> ExitCode {
    if args.files.is_empty() && io::stdin().is_terminal() {
        return unnamed();
    }
    let (input, output) = (io::stdin().lock(), io::stdout().lock());
    match answer_all(args, BufReader::new(input), output, io::stderr()) {
        Ok(Answered { pictures: 0, .. }) if args.files.is_empty() => unnamed(),
        Ok(Answered { unread: 0, .. }) => ExitCode::SUCCESS,
        Ok(Answered { unread, .. }) => {
            // Without `--json` each has said so itself.
            if args.json {
                let what = if unread == 1 { "picture" } else { "pictures" };
                eprintln!("leadline: {unread} {what} could not be read; see the lines with an error");
            }
            ExitCode::FAILURE
        }
        // Who reads has gone away: nothing is left to tell.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("leadline: {error}");
            ExitCode::FAILURE
        }
    }
}

fn unnamed() -> ExitCode {
    eprintln!("leadline: name the pictures to decode, or write their paths to standard input, one a line");
    ExitCode::from(2)
}

/// The contract's line for a picture that was read.
#[derive(Serialize)]
struct Answer<'a> {
    file: &'a str,
    texts: Vec<&'a str>,
    ms: f64,
}

/// The contract's line for one that was not.
#[derive(Serialize)]
struct Failure<'a> {
    file: &'a str,
    error: &'a str,
}

/// Pictures that were named, and those of them that could not be read.
#[derive(Debug, Default, PartialEq)]
struct Answered {
    pictures: usize,
    unread: usize,
}

/// Answers each picture. Fails only when reading paths or writing answers does.
fn answer_all(
    args: &DecodeArgs,
    input: impl BufRead,
    mut out: impl Write,
    mut err: impl Write,
) -> io::Result<Answered> {
    let mut decoder = Decoder::new();
    let mut input = Some(input);
    let mut answered = Answered::default();
    let mut answer = |path: &Path, out: &mut dyn Write| -> io::Result<()> {
        answered.pictures += 1;
        answered.unread += usize::from(!answer_one(&mut decoder, path, args.json, out, &mut err)?);
        out.flush()
    };
    let from_input = [PathBuf::from("-")];
    let files = if args.files.is_empty() { &from_input[..] } else { &args.files };
    for file in files {
        if file.as_os_str() != "-" {
            answer(file, &mut out)?;
            continue;
        }
        // A second `-` finds standard input at its end.
        let Some(mut lines) = input.take() else { continue };
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            let path = path_of(line.strip_suffix(b"\n").unwrap_or(&line));
            if !path.as_os_str().is_empty() {
                answer(&path, &mut out)?;
            }
            line.clear();
        }
    }
    Ok(answered)
}

/// A path as it stands on a line; names need not be UTF-8.
fn path_of(line: &[u8]) -> PathBuf {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        PathBuf::from(std::ffi::OsStr::from_bytes(line))
    }
    #[cfg(not(unix))]
    PathBuf::from(String::from_utf8_lossy(line).into_owned())
}

fn answer_one(
    decoder: &mut Decoder,
    path: &Path,
    json: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<bool> {
    let file = path.to_string_lossy();
    let picture = picture::open(path);
    let luma = picture.as_ref().map_err(Clone::clone).and_then(|picture| {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        Luma::new(picture.as_raw(), width, height, width).map_err(|error| error.to_string())
    });
    let luma = match luma {
        Ok(luma) => luma,
        Err(error) => {
            if json {
                serde_json::to_writer(&mut *out, &Failure { file: &file, error: &error })?;
                writeln!(out)?;
            } else {
                writeln!(err, "{file}: {error}")?;
            }
            return Ok(false);
        }
    };
    let start = Instant::now();
    let codes = decoder.decode(&Frame::luma(luma), &Budget::thorough());
    let ms = (start.elapsed().as_secs_f64() * 1e6).round() / 1e3;
    if json {
        let texts = codes.iter().map(|code| code.text.as_str()).collect();
        serde_json::to_writer(&mut *out, &Answer { file: &file, texts, ms })?;
        writeln!(out)?;
    } else if codes.is_empty() {
        writeln!(out, "{file}: no code")?;
    } else {
        for code in &codes {
            writeln!(out, "{file}: {}", code.text)?;
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::picture::photograph;

    fn lines(json: bool, files: &[&str], input: &str) -> (bool, Vec<serde_json::Value>, String) {
        let args = DecodeArgs { json, files: files.iter().map(PathBuf::from).collect() };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let all_read = answer_all(&args, input.as_bytes(), &mut out, &mut err).unwrap().unread == 0;
        let text = String::from_utf8(out).unwrap();
        let values = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        (all_read, values, text + &String::from_utf8(err).unwrap())
    }

    #[test]
    fn each_picture_gets_its_line_and_an_unreadable_one_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let good = folder.path().join("good.png");
        photograph("10000000000000000001", 7).save(&good).unwrap();
        let bad = folder.path().join("bad.jpg");
        std::fs::write(&bad, b"\xff\xd8\xff no picture").unwrap();
        let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
        let (all_read, values, _) = lines(true, &[good, bad, "-"], &format!("{good}\r\n\nmissing.png"));
        assert!(!all_read);
        assert_eq!(values.len(), 4);
        assert_eq!(values[0]["file"], good);
        assert_eq!(values[0]["texts"], serde_json::json!(["10000000000000000001"]));
        assert!(values[0]["ms"].as_f64().unwrap() > 0.0);
        assert!(values[1]["error"].as_str().unwrap().starts_with("broken picture"));
        assert_eq!(values[2]["texts"], values[0]["texts"]);
        assert_eq!(values[3]["file"], "missing.png");
        assert!(values[3]["error"].is_string() && values[3]["texts"].is_null());
    }

    #[test]
    fn without_a_file_paths_come_from_standard_input() {
        let (all_read, values, _) = lines(true, &[], "missing.png\n");
        assert!(!all_read);
        assert_eq!(values[0]["file"], "missing.png");
        let args = DecodeArgs { json: true, files: Vec::new() };
        let answered = answer_all(&args, &b""[..], Vec::new(), Vec::new()).unwrap();
        assert_eq!(answered, Answered::default());
    }

    #[test]
    fn people_read_plain_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("badge.png");
        photograph("10000000000000000001", 7).save(&path).unwrap();
        let path = path.to_str().unwrap();
        let (all_read, _, text) = lines(false, &[path], "");
        assert!(all_read);
        assert_eq!(text, format!("{path}: 10000000000000000001\n"));
    }

    #[test]
    fn a_decompression_bomb_is_refused_before_it_is_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bomb.png");
        // The header of a PNG that claims 100,000 x 100,000 pixels.
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\x86\xa0\0\x01\x86\xa0\x08\0\0\0\0".to_vec();
        png.extend_from_slice(&[0x8d, 0x39, 0x54, 0x14]);
        png.extend_from_slice(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
        std::fs::write(&path, png).unwrap();
        let (all_read, values, _) = lines(true, &[path.to_str().unwrap()], "");
        assert!(!all_read);
        let error = values[0]["error"].as_str().unwrap();
        assert!(error.starts_with("too large"), "{error}");
    }

    #[test]
    fn transparent_pictures_read_as_on_white_paper() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clear.png");
        let code = qrcode::QrCode::new("clear").unwrap();
        let side = code.width() as u32;
        let picture = image::GrayAlphaImage::from_fn((side + 8) * 5, (side + 8) * 5, |x, y| {
            let (u, v) = ((x / 5).wrapping_sub(4), (y / 5).wrapping_sub(4));
            let dark = u < side && v < side && code[(u as usize, v as usize)] == qrcode::Color::Dark;
            image::LumaA([0, if dark { 255 } else { 0 }])
        });
        picture.save(&path).unwrap();
        let (_, values, _) = lines(true, &[path.to_str().unwrap()], "");
        assert_eq!(values[0]["texts"], serde_json::json!(["clear"]));
    }
}
