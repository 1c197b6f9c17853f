//! Settings: by flag, by environment (`LEADLINE_…`) and by `leadline.toml`, in this order.
//!
//! The file's values become the defaults of the flags, so that one parser checks all three and a
//! wrong one is one clear line.

use clap::builder::{BoolishValueParser, Resettable};
use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The file that is read where the command is run, if it is there.
const FILE: &str = "leadline.toml";

/// Parses the command line with the file's values as defaults.
pub fn parse(command: Command, arguments: impl IntoIterator<Item = OsString>) -> Result<ArgMatches, clap::Error> {
    let command = with_environment(command);
    let file = file();
    let command = match std::fs::read_to_string(&file) {
        Ok(text) => with_file(command, &file, &text)
            .map_err(|message| clap::Error::raw(clap::error::ErrorKind::InvalidValue, format!("{message}\n")))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => command,
        Err(error) => {
            let message = format!("{} cannot be read: {error}\n", file.display());
            return Err(clap::Error::raw(clap::error::ErrorKind::Io, message));
        }
    };
    command.try_get_matches_from(arguments)
}

fn file() -> PathBuf {
    std::env::var_os("LEADLINE_CONFIG").unwrap_or_else(|| FILE.into()).into()
}

/// What was wrong, in one line: which setting, and where its value came from. The parser itself names the flag
/// wherever the value is from, and goes on for some lines.
pub fn told(command: &Command, arguments: &[OsString], error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.strip_prefix("error: ").unwrap_or(&text).lines().map(str::trim);
    let lines = lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    let line = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return line };
    match source(command, arguments, flag) {
        Some(source) => line.replacen(&format!("'{flag}'"), &source, 1),
        None => line,
    }
}

/// The variable or the line of the file that a flag has its value from; none where it was given itself.
fn source(command: &Command, arguments: &[OsString], flag: &str) -> Option<String> {
    let long = flag.strip_prefix("--")?.split([' ', '=', '[']).next()?;
    let argument = find(command, long)?;
    let is_given = |given: &OsString| {
        let given = given.to_string_lossy();
        let name = given.split('=').next().unwrap_or_default();
        let is_short =
            |short| !given.starts_with("--") && given.starts_with('-') && given.chars().nth(1) == Some(short);
        name.strip_prefix("--") == Some(long) || argument.get_short().is_some_and(is_short)
    };
    if arguments.iter().any(is_given) {
        return None;
    }
    let id = argument.get_id().as_str();
    let variable = format!("LEADLINE_{}", id.to_uppercase());
    if std::env::var_os(&variable).is_some_and(|value| !value.is_empty()) {
        return Some(format!("{variable} in the environment"));
    }
    let file = file();
    let table: toml::Table = std::fs::read_to_string(&file).ok()?.parse().ok()?;
    let key = table.keys().find(|key| key.replace('-', "_") == id)?;
    Some(format!("{key} in {}", file.display()))
}

/// A flag of a command or of one of its own.
fn find<'c>(command: &'c Command, long: &str) -> Option<&'c Arg> {
    let own = command.get_arguments().find(|argument| argument.get_long() == Some(long));
    own.or_else(|| command.get_subcommands().find_map(|sub| find(sub, long)))
}

/// Gives every flag of every command its variable, `LEADLINE_` and its name.
fn with_environment(command: Command) -> Command {
    command.mut_args(with_variable).mut_subcommands(with_environment)
}

fn with_variable(argument: Arg) -> Arg {
    let argument = match (argument.get_env(), argument.get_long()) {
        (None, Some(_)) => {
            let name = format!("LEADLINE_{}", argument.get_id().as_str().to_uppercase());
            argument.env(name)
        }
        _ => argument,
    };
    // A variable that is set to nothing, as container files do, is not set.
    let is_empty = argument.get_env().is_some_and(|name| std::env::var_os(name).is_some_and(|value| value.is_empty()));
    let argument = if is_empty { argument.env(Resettable::Reset) } else { argument };
    match argument.get_action() {
        ArgAction::SetTrue => argument.value_parser(BoolishValueParser::new()),
        _ => argument,
    }
}

fn with_file(command: Command, file: &Path, text: &str) -> Result<Command, String> {
    let name = file.display();
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let told = error.to_string();
        let (place, what) = (told.lines().next().unwrap_or_default(), error.message());
        format!("{name} is not readable TOML: {place}: {what}")
    })?;
    let mut command = command;
    for (key, value) in table {
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_) => value.to_string(),
            _ => return Err(format!("{name}: {key} must be a text, a number, true or false")),
        };
        let id = key.replace('-', "_");
        let mut is_known = false;
        command = set_default(command, &id, &value, &mut is_known);
        if !is_known {
            return Err(format!("{name}: {key} is not a setting; see leadline serve --help"));
        }
    }
    Ok(command)
}

/// Sets the default of the flag in the command and in every subcommand that has it.
fn set_default(command: Command, id: &str, value: &str, is_known: &mut bool) -> Command {
    let mut command = command;
    if command.get_arguments().any(|argument| argument.get_id() == id && argument.get_long().is_some()) {
        *is_known = true;
        let value = value.to_owned();
        // What the file says need not be said again.
        command = command.mut_arg(id, |argument| {
            argument.default_value(value).required(false).required_unless_present(Resettable::Reset)
        });
    }
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let mut found = false;
        command = command.mut_subcommand(&name, |sub| set_default(sub, id, value, &mut found));
        *is_known |= found;
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Arg;

    fn command() -> Command {
        Command::new("leadline").subcommand(Command::new("serve").arg(Arg::new("listen").long("listen")))
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let command = with_file(command(), Path::new("leadline.toml"), "listen = '1.2.3.4:5'").unwrap();
        let listen = |arguments: &[&str]| {
            let matches = command.clone().try_get_matches_from(arguments).unwrap();
            let (_, serve) = matches.subcommand().unwrap();
            serve.get_one::<String>("listen").cloned().unwrap()
        };
        assert_eq!(listen(&["leadline", "serve"]), "1.2.3.4:5");
        assert_eq!(listen(&["leadline", "serve", "--listen", "6.7.8.9:0"]), "6.7.8.9:0");
    }

    #[test]
    fn every_flag_has_a_variable_and_what_the_file_says_is_not_asked_for_again() {
        let flag = Arg::new("dry_run").long("dry-run").action(ArgAction::SetTrue);
        let import = Command::new("import").arg(Arg::new("event").long("event").required(true)).arg(flag);
        let command = with_environment(Command::new("leadline").subcommand(import.arg(Arg::new("file"))));
        let variables: Vec<_> = command.find_subcommand("import").unwrap().get_arguments().map(Arg::get_env).collect();
        assert_eq!(variables, [Some("LEADLINE_EVENT".as_ref()), Some("LEADLINE_DRY_RUN".as_ref()), None]);
        assert!(command.clone().try_get_matches_from(["leadline", "import"]).is_err(), "no event is named");
        let command = with_file(command, Path::new("leadline.toml"), "event = 'salon'\ndry_run = 1").unwrap();
        let matches = command.try_get_matches_from(["leadline", "import"]).unwrap();
        let (_, import) = matches.subcommand().unwrap();
        assert_eq!(import.get_one::<String>("event").map(String::as_str), Some("salon"));
        assert!(import.get_flag("dry_run"));
    }

    #[test]
    fn a_setting_that_nobody_knows_is_named() {
        let error = with_file(command(), Path::new("leadline.toml"), "lissten = 'x'").unwrap_err();
        assert!(error.contains("lissten"), "{error}");
    }
}
