use proptest::prelude::*;

use super::*;
use crate::badge::code_hash;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn hash(number: u32) -> [u8; 32] {
    code_hash(&format!("CODE-{number}"))
}

fn keys(numbers: std::ops::Range<u32>) -> Vec<u64> {
    numbers.map(|number| code_key(&hash(number))).collect()
}

fn filter(badges: u32) -> BadgeFilter {
    BadgeFilter::build(7, at(100), keys(0..badges), keys(0..badges.min(2))).unwrap()
}

#[test]
fn every_badge_is_genuine_and_strangers_almost_never() {
    let filter = BadgeFilter::from_bytes(&filter(50_000).to_bytes()).unwrap();
    assert!((2..50_000).all(|number| filter.verdict(&hash(number)) == Verdict::Genuine));
    let strangers = (50_000..150_000).filter(|number| filter.verdict(&hash(*number)) != Verdict::Unknown).count();
    assert!(strangers < 12, "{strangers} of 100,000 strangers look genuine; 1.5 are expected");
}

#[test]
fn it_takes_two_and_a_half_bytes_a_badge() {
    for (badges, hundredths) in [(5_000, 275), (50_000, 250), (200_000, 250)] {
        let bytes = filter(badges).to_bytes().len();
        assert!(bytes * 100 <= badges as usize * hundredths, "{bytes} bytes for {badges} badges");
    }
}

#[test]
fn a_revoked_badge_is_told_with_the_time_it_was_known() {
    let filter = filter(10);
    assert_eq!(filter.verdict(&hash(1)), Verdict::Revoked { as_of: at(100) });
    assert_eq!(filter.verdict(&hash(2)), Verdict::Genuine);
    assert_eq!(filter.verdict(&hash(10)), Verdict::Unknown, "saved, details follow");
}

#[test]
fn changes_replace_the_lists_and_old_ones_change_nothing() {
    let mut filter = filter(10);
    let changes = |as_of, added, revoked| Changes { version: 7, as_of: at(as_of), added, revoked };
    filter.update(&changes(200, keys(20..22), keys(5..6)).to_bytes()).unwrap();
    assert_eq!(filter.verdict(&hash(21)), Verdict::Genuine);
    assert_eq!(filter.verdict(&hash(5)), Verdict::Revoked { as_of: at(200) });
    assert_eq!(filter.verdict(&hash(1)), Verdict::Genuine, "its reason was corrected");
    filter.update(&changes(150, vec![], vec![]).to_bytes()).unwrap();
    assert_eq!((filter.verdict(&hash(21)), filter.as_of()), (Verdict::Genuine, at(200)));
    let other = Changes { version: 8, ..changes(300, vec![], vec![]) };
    assert_eq!(filter.update(&other.to_bytes()), Err(FilterError::OtherVersion { needs: 8 }));
    let kept = BadgeFilter::from_bytes(&filter.to_bytes()).unwrap();
    assert_eq!((kept.verdict(&hash(21)), kept.as_of(), kept.version()), (Verdict::Genuine, at(200), 7));
}

#[test]
fn it_is_outgrown_past_one_in_a_hundred() {
    let filter = filter(1000);
    assert!(!filter.is_outgrown(10) && filter.is_outgrown(11));
}

#[test]
fn an_event_without_badges_has_a_filter_that_knows_none() {
    for badges in [0, 1, 2, 3] {
        let filter = BadgeFilter::from_bytes(&filter(badges).to_bytes()).unwrap();
        assert!((100..300_000).filter(|number| filter.verdict(&hash(*number)) == Verdict::Genuine).count() < 20);
        assert!((2..badges).all(|number| filter.verdict(&hash(number)) == Verdict::Genuine));
    }
}

#[test]
fn a_filter_that_is_cut_or_changed_anywhere_is_refused() {
    let whole = filter(50).to_bytes();
    for cut in 0..whole.len() {
        assert!(BadgeFilter::from_bytes(&whole[..cut]).is_err(), "cut at {cut}");
        let mut changed = whole.clone();
        changed[cut] ^= 4;
        assert!(BadgeFilter::from_bytes(&changed).is_err(), "changed at {cut}");
    }
    assert_eq!(BadgeFilter::from_bytes(b"<html>").unwrap_err(), FilterError::NotAFilter);
    assert_eq!(BadgeFilter::from_bytes(&whole[..40]).unwrap_err(), FilterError::Damaged);
}

proptest! {
    /// Also with a right checksum: who can write one could else crash every phone of a hall.
    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..200), places in prop::collection::vec((4_usize..80, any::<u8>()), 0..6)) {
        let mut whole = filter(8).to_bytes();
        whole.truncate(whole.len() - SUM);
        for (place, byte) in places {
            if let Some(old) = whole.get_mut(place) {
                *old = byte;
            }
        }
        let noise = seal([WHOLE.as_slice(), &body].concat());
        for bytes in [seal(whole), noise, seal([DELTA.as_slice(), &body].concat())] {
            if let Ok(filter) = BadgeFilter::from_bytes(&bytes) {
                for number in 0..50 {
                    let _ = filter.verdict(&hash(number));
                }
            }
            let _ = Changes::from_bytes(&bytes);
        }
    }
}
