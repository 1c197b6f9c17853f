//! The command line as a script sees it: exit status 0 for done, 1 for failed with one line that says
//! why, 2 for wrong usage; and settings that come by flag, by environment or by file.

use std::path::Path;
use std::process::{Command, Output, Stdio};

const LEADLINE: &str = env!("CARGO_BIN_EXE_leadline-under-test");

fn leadline(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(LEADLINE);
    command.current_dir(folder).args(arguments).envs(variables.iter().copied());
    command.stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Asserts that a command failed, and gives its one line.
#[track_caller]
fn failed(output: &Output) -> String {
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
    said
}

/// Asserts that a command was used wrongly, and gives its one line.
#[track_caller]
fn misused(output: &Output) -> String {
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), said.lines().count()), (Some(2), 1), "{said}");
    said
}

#[test]
fn a_command_that_fails_says_why_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("list.csv"), "first_name,last_name\n").unwrap();
    let owner = ["admin", "create-owner", "--organizer", "Salon", "--email"];
    assert!(leadline(at, &[&owner[..], &["ann@salon.example"]].concat(), &[]).status.success());
    assert!(leadline(at, &["backup", "copy.db"], &[]).status.success());
    for (arguments, why) in [
        (
            &["serve", "--listen", "127.0.0.1:0", "--database-url", "mysql://x"][..],
            "must begin with sqlite:// or postgres://",
        ),
        (&["serve", "--listen", "127.0.0.1:0", "--data-dir", "/proc/nowhere"], "/proc/nowhere"),
        (&["serve", "--listen", "127.0.0.1:0", "--tls", "a.pem,b.pem"], "a.pem cannot be read"),
        (&[&owner[..], &["nobody"]].concat(), "--email must be an e-mail address"),
        (&["import", "registrations", "list.csv", "--event", "none"], "there is no event none"),
        (&["export", "leads", "--event", "e", "--exhibitor", "x", "--format", "csv", "-o", "no/x.csv"], "no folder no"),
        (&["export", "leads", "--event", "e", "--exhibitor", "x", "--format", "csv", "-o", "."], ". is no file"),
        (&["backup", "copy.db"], "copy.db exists"),
        (&["backup", "no/copy.db"], "there is no folder no"),
        (&["restore", "copy.db"], "leadline.db exists"),
        (&["decode", "--json", "absent.png"], "1 picture could not be read"),
        (
            &["scan", "--server", "http://127.0.0.1:1", "--token", "t", "--wait", "0", "absent.png"],
            "1 picture gave no code",
        ),
    ] {
        let said = failed(&leadline(at, arguments, &[]));
        assert!(said.starts_with("leadline: ") && said.contains(why), "{arguments:?}: {said}");
    }
    for arguments in [
        &["nonsense"][..],
        &["scan"],
        &["decode"],
        &["serve", "--listen", "here"],
        &["export", "leads", "--event", "e", "--exhibitor", "x", "--format", "csv", "-o", "x", "--tab", "y"],
    ] {
        assert!(misused(&leadline(at, arguments, &[])).starts_with("leadline: "), "{arguments:?}");
    }
}

#[test]
fn a_wrong_setting_is_named_with_where_it_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let serve =
        |more: &[&str], variables: &[(&str, &str)]| misused(&leadline(at, &[&["serve"][..], more].concat(), variables));
    let given = serve(&["--listen", "here"], &[("LEADLINE_LISTEN", "there")]);
    assert!(given.contains("'here' for '--listen <LISTEN>': ") && !given.contains("LEADLINE_LISTEN"), "{given}");
    let set = serve(&[], &[("LEADLINE_LISTEN", "there")]);
    assert!(set.contains("'there' for LEADLINE_LISTEN in the environment: ") && !set.contains("--listen"), "{set}");
    std::fs::write(at.join("leadline.toml"), "log-format = 'runes'\n").unwrap();
    let written = serve(&[], &[]);
    assert!(written.contains("'runes' for log-format in leadline.toml [possible values: "), "{written}");
    assert!(serve(&["--log-format=x"], &[]).contains("'x' for '--log-format <LOG_FORMAT>'"));
    std::fs::write(at.join("other.toml"), "lissten = 'x'\n").unwrap();
    assert!(serve(&[], &[("LEADLINE_CONFIG", "other.toml")]).contains("other.toml: lissten is not a setting"));
}

#[test]
fn what_is_no_copy_of_a_database_is_not_left_in_the_place_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("garbage"), "no database".repeat(1000)).unwrap();
    assert!(leadline(at, &["migrate", "--database-url", "sqlite://first.db"], &[]).status.success());
    assert!(leadline(at, &["backup", "copy.db", "--database-url", "sqlite://first.db"], &[]).status.success());
    let said = failed(&leadline(at, &["restore", "garbage"], &[]));
    assert!(said.contains("garbage cannot be restored"), "{said}");
    assert!(!at.join("leadline.db").exists());
    assert!(leadline(at, &["restore", "copy.db"], &[]).status.success());
}

#[test]
fn a_copy_is_not_put_beside_the_log_of_another_database() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert!(leadline(at, &["migrate", "--database-url", "sqlite:first.db"], &[]).status.success());
    assert!(leadline(at, &["backup", "copy.db", "--database-url", "sqlite:first.db"], &[]).status.success());
    // As after a crash, of a database that was moved away without its log.
    for ending in ["-wal", "-shm"] {
        let left = at.join(format!("leadline.db{ending}"));
        std::fs::write(&left, "what was committed last").unwrap();
        let said = failed(&leadline(at, &["restore", "copy.db"], &[]));
        assert!(said.contains(&format!("leadline.db{ending} exists")) && said.contains("-wal"), "{said}");
        assert_eq!(std::fs::read_to_string(&left).unwrap(), "what was committed last");
        assert!(!at.join("leadline.db").exists());
        std::fs::remove_file(left).unwrap();
    }
    // Both ways to write the address.
    for (url, file) in [("sqlite:second.db", "second.db"), ("sqlite://third.db", "third.db")] {
        let restored = leadline(at, &["restore", "copy.db", "--database-url", url], &[]);
        assert!(restored.status.success(), "{}", text(&restored.stderr));
        assert!(at.join(file).is_file() && !at.join(format!("{file}-wal")).exists(), "{file}");
        assert!(leadline(at, &["migrate", "--database-url", url], &[]).status.success());
    }
    let left = std::fs::read_dir(at).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!left.into_iter().any(|name| name.starts_with(".tmp")), "what was being made is cleared away");
}

#[test]
fn every_flag_can_come_from_the_environment_or_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let variables = [("LEADLINE_ORGANIZER", "Salon"), ("LEADLINE_EMAIL", "ann@salon.example")];
    let made = leadline(at, &["admin", "create-owner"], &variables);
    assert!(text(&made.stdout).contains("ann@salon.example is now an owner of Salon"), "{}", text(&made.stderr));
    let decoded = leadline(at, &["decode", "absent.png"], &[("LEADLINE_JSON", "1")]);
    assert!(text(&decoded.stdout).starts_with("{\"file\":\"absent.png\""));
    for unset in ["", "false", "0", "no"] {
        assert!(leadline(at, &["decode", "absent.png"], &[("LEADLINE_JSON", unset)]).stdout.is_empty(), "{unset}");
    }
    assert_eq!(leadline(at, &["decode", "absent.png"], &[("LEADLINE_JSON", "perhaps")]).status.code(), Some(2));
    std::fs::write(at.join("leadline.toml"), "organizer = 'Fair'\nemail = 'bo@fair.example'\njson = true\n").unwrap();
    assert!(
        text(&leadline(at, &["admin", "create-owner"], &[]).stdout).contains("bo@fair.example is now an owner of Fair")
    );
    assert!(!leadline(at, &["decode", "absent.png"], &[]).stdout.is_empty());
}
