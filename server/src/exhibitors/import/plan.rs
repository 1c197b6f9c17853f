//! What a list of exhibitors would change: each row set against the exhibitors that are there.
//!
//! An exhibitor is known by its slug where the row gives one, else by its folded name. Empty cells leave
//! what is known, and who is not in the list stays.

use super::sheet::{Admin, BadRow, Line};
use crate::exhibitors::Exhibitor;
use crate::exhibitors::booth::Booth;
use crate::packages::store::PackageRow;
use crate::registrations::folding::fold;
use mobile_core::ids::ExhibitorId;
use std::collections::{BTreeSet, HashSet};
use uuid::Uuid;

/// What the rows of one exhibitor say together.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its first row, by which it is reported.
    pub row: u32,
    /// Who it is; none: it is new.
    pub id: Option<ExhibitorId>,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Where it stands; empty: as before.
    pub booths: Vec<Booth>,
    /// Its package.
    pub package: Option<Uuid>,
    /// Its admins, each with the row that names them.
    pub admins: Vec<(u32, Admin)>,
    /// Whether what is known of it changes.
    pub is_changed: bool,
}

/// Sets rows against what is there; what cannot be goes to `bad`.
pub fn plan(lines: Vec<Line>, there: &[Exhibitor], packages: &[PackageRow], bad: &mut Vec<BadRow>) -> Vec<Planned> {
    let mut slugs: HashSet<String> = there.iter().map(|one| one.row.slug.clone()).collect();
    let mut planned: Vec<Planned> = Vec::new();
    for line in lines {
        let package = match line.package.as_deref().map(fold) {
            None => None,
            Some(name) => match packages.iter().find(|package| fold(&package.name) == name) {
                Some(package) => Some(package.id),
                None => {
                    let detail = "the event has no package of this name; make it first, or correct the cell".into();
                    bad.push(BadRow { row: line.row, column: "package", detail });
                    continue;
                }
            },
        };
        let at = place(&mut planned, &line, there, &mut slugs);
        let one = &mut planned[at];
        one.name = line.name;
        if !line.booths.is_empty() {
            one.booths = line.booths;
        }
        one.package = package.or(one.package);
        if let Some(admin) = line.admin
            && !one.admins.iter().any(|(_, known)| known.email == admin.email)
        {
            one.admins.push((line.row, admin));
        }
    }
    for one in &mut planned {
        let known = there.iter().find(|known| Some(known.row.id) == one.id);
        one.is_changed = known.is_some_and(|known| differs(one, known));
    }
    planned
}

/// Where a row's exhibitor is planned; planned anew where no row before was of it.
fn place(planned: &mut Vec<Planned>, line: &Line, there: &[Exhibitor], slugs: &mut HashSet<String>) -> usize {
    let folded = fold(&line.name);
    let is_same = |slug: &str, name: &str| match &line.slug {
        Some(said) => said.as_str() == slug,
        None => fold(name) == folded,
    };
    if let Some(at) = planned.iter().position(|one| is_same(&one.slug, &one.name)) {
        return at;
    }
    let known = there.iter().find(|one| is_same(&one.row.slug, &one.row.name)).map(|one| &one.row);
    let slug = match (&line.slug, known) {
        (_, Some(known)) => known.slug.clone(),
        (Some(said), None) => said.as_str().to_owned(),
        (None, None) => free_slug(&folded, slugs),
    };
    slugs.insert(slug.clone());
    planned.push(Planned {
        row: line.row,
        id: known.map(|known| known.id),
        slug,
        name: line.name.clone(),
        booths: Vec::new(),
        package: None,
        admins: Vec::new(),
        is_changed: false,
    });
    planned.len() - 1
}

/// The halls that nobody who is there has a stand in, in the order of their names: one that is spelt
/// otherwise than before looks like one more.
pub fn new_halls(planned: &[Planned], there: &[Exhibitor]) -> Vec<String> {
    let known: HashSet<&str> =
        there.iter().flat_map(|one| &one.booths).map(|booth| booth.hall.as_str()).chain([""]).collect();
    let named = planned.iter().flat_map(|one| &one.booths).map(|booth| booth.hall.as_str());
    let new: BTreeSet<&str> = named.filter(|hall| !known.contains(hall)).collect();
    new.into_iter().map(str::to_owned).collect()
}

fn differs(one: &Planned, known: &Exhibitor) -> bool {
    let is_there =
        |booth: &Booth| known.booths.iter().any(|there| there.hall == booth.hall && there.number == booth.number);
    let stays = one.booths.len() == known.booths.len() && one.booths.iter().all(is_there);
    let is_moved = !one.booths.is_empty() && !stays;
    one.name != known.row.name || is_moved || one.package.is_some_and(|package| Some(package) != known.row.package_id)
}

/// A short name that nobody has, out of a folded name.
fn free_slug(folded: &str, taken: &HashSet<String>) -> String {
    let mut slug = String::new();
    for c in folded.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(50);
    let base = match slug.trim_end_matches('-') {
        "" => "exhibitor",
        slug => slug,
    };
    let numbered = (2_u32..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.to_owned()).chain(numbered).find(|slug| !taken.contains(slug)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_made_of_any_name_and_never_taken_twice() {
        let mut taken = HashSet::new();
        for (name, slug) in [
            ("Acme & Co.", "acme-co"),
            ("ACME, co", "acme-co-2"),
            ("Société Générale", "societe-generale"),
            ("東京", "exhibitor"),
        ] {
            let made = free_slug(&fold(name), &taken);
            assert_eq!(made, slug);
            taken.insert(made);
        }
        assert!(free_slug(&"a".repeat(300), &taken).len() <= 63);
    }
}
