//! What the product is made of, held against `deny.toml`: licences, sources, and crates that are refused.
//!
//! `cargo deny` says the same and knows the advisories too, which it has to fetch; this is what can be
//! said on any machine.

use serde_json::Value;
use std::process::Command;

const DENY: &str = include_str!("../../deny.toml");
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Every package that ends up in a build for this kind of machine.
fn packages() -> Vec<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let arguments = ["metadata", "--locked", "--format-version=1", "--all-features", "--filter-platform", &platform];
    let done = Command::new(cargo).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let mut all: Value = serde_json::from_slice(&done.stdout).unwrap();
    serde_json::from_value(all["packages"].take()).unwrap()
}

/// What `deny.toml` lists between two of its marks.
fn listed(from: &str, to: &str) -> Vec<&'static str> {
    let rest = DENY.split_once(from).unwrap().1;
    rest.split_once(to).unwrap().0.split('"').skip(1).step_by(2).collect()
}

/// Whether an SPDX expression is met by these licences. `AND` binds stronger; `/` is how it was once
/// written that either will do.
fn is_met(expression: &str, allowed: &[&str]) -> bool {
    let plain = expression.replace('/', " OR ");
    if let (Some(opens), Some(closes)) = (plain.find('('), plain.find(')')) {
        // Brackets in brackets are rare, and refused here.
        let inner = if is_met(&plain[opens + 1..closes], allowed) { allowed[0] } else { "none" };
        return is_met(&format!("{}{inner}{}", &plain[..opens], &plain[closes + 1..]), allowed);
    }
    plain.split(" OR ").any(|either| either.split(" AND ").all(|each| allowed.contains(&each.trim())))
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed_and_comes_from_the_registry() {
    let allowed = listed("allow = [", "]");
    let refused: Vec<&str> = listed("\ndeny = [", "]").into_iter().step_by(2).collect();
    assert!(allowed.contains(&"MIT") && refused == ["openssl", "native-tls"], "{allowed:?} {refused:?}");
    let packages = packages();
    assert!(packages.len() > 100, "{}", packages.len());
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        let licence = package["license"].as_str().unwrap_or_default();
        assert!(is_met(licence, &allowed), "{name} has the licence `{licence}`");
        assert!(!refused.contains(&name), "{name} is refused");
        let source = package["source"].as_str();
        assert!(source.is_none_or(|source| source == CRATES_IO), "{name} comes from {source:?}");
    }
}

#[test]
fn a_licence_is_met_when_all_that_it_asks_for_is_allowed() {
    let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"];
    for met in
        ["MIT", "GPL-3.0 OR MIT", "(MIT OR GPL-2.0) AND Apache-2.0", "GPL-2.0/MIT", "Apache-2.0 WITH LLVM-exception"]
    {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND GPL-3.0", "MIT WITH GCC-exception-3.1"] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}
