//! Past traffic as the deliveries that phones would have made: in the order of time, numbered, in slices.
//!
//! A slice of all phones may be sent at once; the next one only after it, so that the feed tells
//! the days in their order.

use std::collections::{BTreeMap, HashMap};

use super::traffic::Planned;

/// Most captures of one delivery, as phones and server agreed.
pub const MOST: usize = 400;
/// How long a phone collected before it delivered, in microseconds.
const SLICE: i64 = 20 * 60 * 1_000_000;

/// What one phone sends in one request.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    pub stand: usize,
    pub phone: usize,
    /// The phone's clock when it sends, microseconds since 1970 UTC; never after `now`.
    pub sent_at: i64,
    /// The acts with their numbers in the phone's queue, from 1.
    pub acts: Vec<(u64, Planned)>,
}

/// Cuts acts in the order of time into slices of deliveries; within a slice each phone delivers once,
/// or more often where it has more than [`MOST`] acts.
pub fn slices(mut acts: Vec<Planned>, now: i64) -> Vec<Vec<Delivery>> {
    acts.sort_by_key(|act| act.at);
    let mut numbers: HashMap<(usize, usize), u64> = HashMap::new();
    type ByPhone = BTreeMap<(usize, usize), Vec<(u64, Planned)>>;
    let mut slices: BTreeMap<i64, ByPhone> = BTreeMap::new();
    for act in acts {
        let phone = (act.stand, act.phone);
        let number = numbers.entry(phone).or_default();
        *number += 1;
        slices.entry(act.at.div_euclid(SLICE)).or_default().entry(phone).or_default().push((*number, act));
    }
    slices
        .into_values()
        .map(|phones| {
            let deliveries = phones.into_iter().flat_map(|((stand, phone), acts)| {
                let parts: Vec<Vec<_>> = acts.chunks(MOST).map(<[_]>::to_vec).collect();
                parts.into_iter().map(move |acts| {
                    let newest = acts.iter().map(|(_, act)| act.at).max().unwrap_or(now);
                    Delivery { stand, phone, sent_at: (newest + 1_000_000).min(now), acts }
                })
            });
            deliveries.collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::traffic::{Act, Target};

    const MINUTE: i64 = 60 * 1_000_000;

    fn scan(at: i64, stand: usize, phone: usize) -> Planned {
        Planned { at, stand, phone, by: 0, target: Target::Person(0), act: Act::Scan { typed: false } }
    }

    #[test]
    fn every_phone_numbers_its_captures_from_one_in_the_order_of_time() {
        let acts = vec![scan(30 * MINUTE, 0, 0), scan(0, 0, 0), scan(MINUTE, 0, 1), scan(2 * MINUTE, 0, 0)];
        let slices = slices(acts, 60 * MINUTE);
        assert_eq!(slices.len(), 2);
        let numbers: Vec<(usize, Vec<u64>)> = slices
            .iter()
            .flatten()
            .map(|delivery| (delivery.phone, delivery.acts.iter().map(|(number, _)| *number).collect()))
            .collect();
        assert_eq!(numbers, [(0, vec![1, 2]), (1, vec![1]), (0, vec![3])]);
    }

    #[test]
    fn nothing_is_sent_in_the_future_and_no_delivery_is_too_large() {
        let acts: Vec<Planned> = (0..1_000).map(|number| scan(number, 0, 0)).collect();
        let slices = slices(acts, 1_000);
        let deliveries: Vec<&Delivery> = slices.iter().flatten().collect();
        assert!(deliveries.iter().all(|delivery| delivery.sent_at <= 1_000 && delivery.acts.len() <= MOST));
        assert_eq!(deliveries.iter().map(|delivery| delivery.acts.len()).sum::<usize>(), 1_000);
    }
}
