use proptest::prelude::*;

use super::*;

const SECOND: u64 = 1_000_000;
const FRAME: AimFrame = AimFrame { left: 100.0, top: 100.0, right: 300.0, bottom: 300.0 };

fn at(text: &str, x: f32, y: f32) -> Sighting<'_> {
    Sighting { text, centre: Point::new(x, y) }
}

/// Looks for a while at 10 frames a second and returns the last verdict; fails if anything is taken.
fn look(aim: &mut Aim, codes: &[Sighting<'_>], from_us: u64, for_us: u64) -> (Verdict, u64) {
    let mut now_us = from_us;
    let mut verdict = Verdict::Nothing;
    while now_us < from_us + for_us {
        now_us += SECOND / 10;
        verdict = aim.see(FRAME, codes, now_us);
        assert!(!matches!(verdict, Verdict::Take(_)), "{verdict:?} after {} s", (now_us - from_us) / SECOND);
    }
    (verdict, now_us)
}

#[test]
fn only_a_code_inside_the_aim_frame_counts() {
    let mut aim = Aim::default();
    assert_eq!(aim.see(FRAME, &[at("A", 99.0, 200.0), at("B", 200.0, 301.0)], 0), Verdict::Nothing);
    assert_eq!(aim.see(FRAME, &[at("A", 99.0, 200.0), at("B", 200.0, 300.0)], 1), Verdict::Take("B".into()));
    assert_eq!(aim.see(FRAME, &[], 2), Verdict::Nothing);
    assert_eq!(aim.see(FRAME, &[at("", 200.0, 200.0), at("C", f32::NAN, 200.0)], 3), Verdict::Nothing);
}

#[test]
fn of_several_codes_the_one_nearest_the_centre_is_taken() {
    let mut aim = Aim::default();
    let codes = [at("A", 150.0, 150.0), at("B", 210.0, 190.0), at("C", 250.0, 250.0)];
    assert_eq!(aim.see(FRAME, &codes, 0), Verdict::Take("B".into()));
    assert_eq!(aim.see(FRAME, &codes, 1), Verdict::Held("B".into()), "the next nearest is not what was aimed at");
}

#[test]
fn a_code_that_stays_in_sight_is_taken_once() {
    let mut aim = Aim::default();
    assert_eq!(aim.see(FRAME, &[at("A", 200.0, 200.0)], 0), Verdict::Take("A".into()));
    // Also outside of the frame it is in sight, also after an hour, and a tap changes nothing.
    let (_, now_us) = look(&mut aim, &[at("A", 10.0, 10.0)], 0, 30 * SECOND);
    let (verdict, now_us) = look(&mut aim, &[at("A", 200.0, 200.0)], now_us, 3600 * SECOND);
    assert_eq!(verdict, Verdict::Held("A".into()));
    assert_eq!(aim.tap(now_us), None);
}

#[test]
fn a_code_that_returns_within_ten_minutes_waits_for_a_tap() {
    let mut aim = Aim::default();
    let code = [at("A", 200.0, 200.0)];
    aim.see(FRAME, &code, 0);
    let (_, now_us) = look(&mut aim, &[], 0, 2 * SECOND);
    assert_eq!(look(&mut aim, &code, now_us, SECOND / 10).0, Verdict::Held("A".into()), "two seconds are no absence");
    let (_, now_us) = look(&mut aim, &[], now_us, 4 * SECOND);
    let (verdict, now_us) = look(&mut aim, &code, now_us, SECOND);
    assert!(matches!(verdict, Verdict::TapToRepeat { taken_ago_us, .. } if taken_ago_us > 6 * SECOND), "{verdict:?}");
    assert_eq!(aim.tap(now_us + 3 * SECOND), None, "the screen showed it too long ago");
    let (_, now_us) = look(&mut aim, &code, now_us, SECOND);
    assert_eq!(aim.tap(now_us), Some("A".into()));
    assert_eq!(aim.tap(now_us), None, "one tap, one scan");
    assert_eq!(look(&mut aim, &code, now_us, SECOND).0, Verdict::Held("A".into()));
}

#[test]
fn a_badge_that_lies_before_the_camera_does_not_become_a_scan_by_itself() {
    let mut aim = Aim::default();
    let code = [at("A", 200.0, 200.0)];
    aim.see(FRAME, &code, 0);
    let (_, now_us) = look(&mut aim, &[], 0, 4 * SECOND);
    let (verdict, now_us) = look(&mut aim, &code, now_us, 2 * TAP_WITHIN_US);
    assert!(matches!(verdict, Verdict::TapToRepeat { .. }), "{verdict:?}");
    assert_eq!(aim.tap(now_us), Some("A".into()));
}

#[test]
fn after_ten_minutes_a_code_is_taken_by_itself_again() {
    let mut aim = Aim::default();
    let code = [at("A", 200.0, 200.0)];
    aim.see(FRAME, &code, 0);
    let (_, now_us) = look(&mut aim, &[], 0, TAP_WITHIN_US);
    assert_eq!(aim.see(FRAME, &code, now_us + 1), Verdict::Take("A".into()));
}

#[test]
fn a_camera_that_stood_still_has_not_seen_a_code_leave() {
    let mut aim = Aim::default();
    let code = [at("A", 200.0, 200.0)];
    aim.see(FRAME, &code, 0);
    assert_eq!(aim.see(FRAME, &code, 60 * SECOND), Verdict::Held("A".into()));
}

#[test]
fn codes_that_may_be_no_badge_ask_first() {
    for text in ["https://example.org/leaflet", "WIFI:T:WPA;S:Hall 4;P:secret;;", "4006381333931"] {
        let mut aim = Aim::default();
        let code = [at(text, 200.0, 200.0)];
        let (verdict, now_us) = look(&mut aim, &code, 0, 20 * SECOND);
        assert_eq!(verdict, Verdict::TapToTake(text.into()));
        assert_eq!(aim.tap(now_us), Some(text.into()));
        assert_eq!(look(&mut aim, &code, now_us, SECOND).0, Verdict::Held(text.into()));
    }
}

#[test]
fn two_spellings_of_one_code_are_one_code() {
    let mut aim = Aim::default();
    assert!(matches!(aim.see(FRAME, &[at("HTTPS://X.example/a", 200.0, 200.0)], 0), Verdict::TapToTake(_)));
    assert!(aim.tap(1).is_some());
    assert!(matches!(aim.see(FRAME, &[at("https://x.example/a", 200.0, 200.0)], 2), Verdict::Held(_)));
}

#[test]
fn a_code_that_could_not_be_kept_is_taken_when_it_is_seen_again() {
    let mut aim = Aim::default();
    let code = [at("A", 200.0, 200.0)];
    assert_eq!(aim.see(FRAME, &code, 0), Verdict::Take("A".into()));
    aim.give_back("A");
    assert_eq!(aim.see(FRAME, &code, 1), Verdict::Take("A".into()));
    assert_eq!(aim.see(FRAME, &code, 2), Verdict::Held("A".into()), "this time it was kept");
    // The same for a tap, and for another spelling of the code.
    let link = [at("https://x.example/a", 200.0, 200.0)];
    assert!(matches!(aim.see(FRAME, &link, 3), Verdict::TapToTake(_)));
    assert!(aim.tap(4).is_some());
    aim.give_back("HTTPS://X.example/a");
    assert!(matches!(aim.see(FRAME, &link, 5), Verdict::TapToTake(_)));
    aim.give_back("B");
}

#[test]
fn the_aim_frame_lies_in_the_middle_of_the_picture() {
    let frame = AimFrame::centred(1280, 720, 0.5);
    assert_eq!(frame, AimFrame { left: 460.0, top: 180.0, right: 820.0, bottom: 540.0 });
}

/// What one camera frame shows: which of three codes, and where.
fn frames() -> impl Strategy<Value = Vec<(u64, Vec<(u8, bool)>)>> {
    let pause = prop_oneof![8 => 1_u64..300_000, 1 => 500_000_u64..5_000_000, 1 => 100_000_000_u64..700_000_000];
    let codes = prop::collection::vec((0_u8..3, any::<bool>()), 0..3);
    prop::collection::vec((pause, codes), 1..120)
}

proptest! {
    #[test]
    fn no_code_is_taken_twice_without_having_left_or_a_tap(frames in frames(), taps in any::<u64>()) {
        let mut aim = Aim::default();
        let mut now_us = 0;
        let mut taken_us: BTreeMap<String, u64> = BTreeMap::new();
        let mut seen_us: BTreeMap<String, u64> = BTreeMap::new();
        let mut was_away: BTreeMap<String, bool> = BTreeMap::new();
        for (at_frame, (pause, codes)) in frames.into_iter().enumerate() {
            now_us += pause;
            let texts: Vec<(String, bool)> = codes.into_iter().map(|(code, inside)| (format!("C{code}"), inside)).collect();
            let sightings: Vec<_> = texts.iter().map(|(text, inside)| {
                at(text, if *inside { 210.0 } else { 20.0 }, 200.0)
            }).collect();
            let verdict = aim.see(FRAME, &sightings, now_us);
            for (text, seen_us) in &seen_us {
                *was_away.entry(text.clone()).or_default() |= now_us - seen_us >= OUT_OF_SIGHT_US;
            }
            if let Verdict::Take(text) = &verdict {
                prop_assert!(texts.iter().any(|(seen, inside)| seen == text && *inside), "{text} was not aimed at");
                if let Some(before) = taken_us.get(text) {
                    prop_assert!(now_us - before >= TAP_WITHIN_US, "{text} again after {} us", now_us - before);
                    prop_assert!(was_away[text], "{text} has not left since");
                }
                taken_us.insert(text.clone(), now_us);
                was_away.insert(text.clone(), false);
            } else if taps >> (at_frame % 64) & 1 == 1
                && let Some(text) = aim.tap(now_us)
            {
                if taken_us.contains_key(&text) {
                    prop_assert!(now_us > taken_us[&text], "one tap, one scan");
                }
                was_away.insert(text.clone(), false);
                taken_us.insert(text, now_us);
            }
            for (text, _) in texts {
                seen_us.insert(text, now_us);
            }
        }
    }

    #[test]
    fn a_fresh_code_that_is_aimed_at_is_always_taken(number in 0_u32..1000, before in frames()) {
        let mut aim = Aim::default();
        let mut now_us = 0;
        for (pause, _) in before {
            now_us += pause;
            aim.see(FRAME, &[], now_us);
        }
        let text = format!("BADGE-{number}");
        prop_assert_eq!(aim.see(FRAME, &[at(&text, 200.0, 200.0)], now_us), Verdict::Take(text.clone()));
    }
}
