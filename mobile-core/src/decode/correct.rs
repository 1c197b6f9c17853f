//! Reed-Solomon correction over GF(256), with erasures.
//!
//! Berlekamp-Massey started from the erasure locator, Chien search, Forney's formula; see Blahut,
//! "Algebraic Codes for Data Transmission", chapter 7. Erasures are codewords that the picture
//! shows badly (glare, a finger): each costs one check codeword where an unknown error costs two.

/// x^8 + x^4 + x^3 + x^2 + 1, the polynomial of QR codes.
const POLYNOMIAL: u16 = 0x11d;
/// Most check codewords of any block.
const MOST_CHECKS: usize = 30;

const fn tables() -> ([u8; 512], [u8; 256]) {
    let (mut powers, mut logs) = ([0u8; 512], [0u8; 256]);
    let mut value = 1u16;
    let mut i = 0;
    while i < 255 {
        powers[i] = value as u8;
        powers[i + 255] = value as u8;
        logs[value as usize] = i as u8;
        value <<= 1;
        if value & 0x100 != 0 {
            value ^= POLYNOMIAL;
        }
        i += 1;
    }
    (powers, logs)
}

static POWERS: [u8; 512] = tables().0;
static LOGS: [u8; 256] = tables().1;

fn times(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 { 0 } else { POWERS[usize::from(LOGS[usize::from(a)]) + usize::from(LOGS[usize::from(b)])] }
}

/// `a` times the generator to the power `log`.
fn times_power(a: u8, log: usize) -> u8 {
    if a == 0 { 0 } else { POWERS[usize::from(LOGS[usize::from(a)]) + log % 255] }
}

fn inverse(a: u8) -> u8 {
    POWERS[255 - usize::from(LOGS[usize::from(a)])]
}

type Poly = [u8; MOST_CHECKS + 1];

fn evaluate(poly: &[u8], log: usize) -> u8 {
    poly.iter().rev().fold(0, |sum, &c| times_power(sum, log) ^ c)
}

fn syndromes(block: &[u8], checks: usize) -> Option<[u8; MOST_CHECKS]> {
    let mut sums = [0; MOST_CHECKS];
    for (i, sum) in sums[..checks].iter_mut().enumerate() {
        *sum = block.iter().fold(0, |s, &c| times_power(s, i) ^ c);
    }
    sums.iter().any(|&s| s != 0).then_some(sums)
}

/// Mends `block`, whose last `checks` codewords are the checks, in place. `erased` are places that
/// may hold anything. Answers how many other places were wrong, or `None` when it cannot be mended.
pub(super) fn correct(block: &mut [u8], checks: usize, erased: &[usize]) -> Option<usize> {
    let n = block.len();
    if n > 255 || checks > MOST_CHECKS || checks >= n || erased.len() > checks {
        return None;
    }
    let Some(s) = syndromes(block, checks) else { return Some(0) };
    let mut locator: Poly = [0; MOST_CHECKS + 1];
    locator[0] = 1;
    for (count, &place) in erased.iter().enumerate() {
        for i in (1..=count + 1).rev() {
            locator[i] ^= times_power(locator[i - 1], n - 1 - place);
        }
    }
    let mut other = locator;
    let mut length = erased.len();
    for r in erased.len() + 1..=checks {
        let discrepancy = (0..r).fold(0, |sum, i| sum ^ times(locator[i], s[r - 1 - i]));
        other.copy_within(0..MOST_CHECKS, 1);
        other[0] = 0;
        if discrepancy == 0 {
            continue;
        }
        let mut next = locator;
        for (a, &b) in next.iter_mut().zip(&other) {
            *a ^= times(discrepancy, b);
        }
        if 2 * length < r + erased.len() {
            length = r + erased.len() - length;
            let scale = inverse(discrepancy);
            for (b, &a) in other.iter_mut().zip(&locator) {
                *b = times(a, scale);
            }
        }
        locator = next;
    }
    let degree = locator.iter().rposition(|&c| c != 0)?;
    if 2 * degree.saturating_sub(erased.len()) + erased.len() > checks {
        return None;
    }
    let mut evaluator = [0u8; MOST_CHECKS];
    for (i, sum) in evaluator[..checks].iter_mut().enumerate() {
        *sum = (0..=i).fold(0, |e, j| e ^ times(s[i - j], locator[j]));
    }
    let (mut found, mut unknown) = (0, 0);
    for (place, codeword) in block.iter_mut().enumerate() {
        let log = n - 1 - place;
        let back = (255 - log) % 255;
        if evaluate(&locator, back) != 0 {
            continue;
        }
        found += 1;
        let slope = (1..=degree).step_by(2).fold(0, |d, i| d ^ times_power(locator[i], back * (i - 1)));
        if slope == 0 {
            return None;
        }
        let value = times_power(times(evaluate(&evaluator[..checks], back), inverse(slope)), log);
        unknown += usize::from(value != 0 && !erased.contains(&place));
        *codeword ^= value;
    }
    (found == degree && syndromes(block, checks).is_none()).then_some(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Appends check codewords by division through the generator polynomial.
    fn encode(data: &[u8], checks: usize) -> Vec<u8> {
        let mut generator = vec![1u8];
        for i in 0..checks {
            generator.push(0);
            for j in (1..generator.len()).rev() {
                generator[j] ^= times_power(generator[j - 1], i);
            }
        }
        let mut rest = data.to_vec();
        rest.resize(data.len() + checks, 0);
        for i in 0..data.len() {
            let factor = rest[i];
            for (j, &g) in generator.iter().enumerate() {
                rest[i + j] ^= times(factor, g);
            }
        }
        [data, &rest[data.len()..]].concat()
    }

    proptest! {
        #[test]
        fn errors_and_erasures_within_the_bound_are_mended(
            data in proptest::collection::vec(any::<u8>(), 1..120),
            checks in 5usize..=30,
            places in proptest::collection::vec((any::<prop::sample::Index>(), 1u8..), 0..30),
            share in 0usize..30,
        ) {
            let sent = encode(&data, checks);
            let mut got = sent.clone();
            let mut hit: Vec<usize> = Vec::new();
            for (index, error) in &places {
                let place = index.index(sent.len());
                if !hit.contains(&place) {
                    hit.push(place);
                    got[place] ^= error;
                }
            }
            let erased = &hit[..share.min(hit.len())];
            if erased.len() + 2 * (hit.len() - erased.len()) <= checks {
                prop_assert_eq!(correct(&mut got, checks, erased), Some(hit.len() - erased.len()));
                prop_assert_eq!(got, sent);
            } else {
                let _ = correct(&mut got, checks, erased);
            }
        }
    }

    #[test]
    fn a_sound_block_needs_nothing() {
        let mut block = encode(b"badge", 10);
        assert_eq!(correct(&mut block, 10, &[]).unwrap(), 0);
    }
}
