//! Whether two sets of measurements differ by more than chance: ranks for latencies, proportions for counts.

/// From how many samples on each side a test is worth its name.
pub const ENOUGH: usize = 8;

/// How seldom chance alone may do the same for it to be ruled out.
pub const LEVEL: f64 = 0.01;

/// The one-sided p value that `after` tends to be larger than `before`: Mann and Whitney's U with midranks for ties, by
/// the normal approximation with continuity and tie corrections. `None` with fewer than [`ENOUGH`] samples on a side.
///
/// It looks at ranks only: one answer that took a minute is no more to it than one that was the slowest by a hair.
#[must_use]
pub fn larger(before: &[f64], after: &[f64]) -> Option<f64> {
    let (m, n) = (before.len(), after.len());
    if m < ENOUGH || n < ENOUGH {
        return None;
    }
    let mut all: Vec<(f64, bool)> =
        before.iter().map(|x| (*x, false)).chain(after.iter().map(|x| (*x, true))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut rank_sum, mut ties) = (0.0, 0.0);
    let mut at = 0;
    for group in all.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let size = group.len() as f64;
        let midrank = at as f64 + (size + 1.0) / 2.0;
        rank_sum += midrank * group.iter().filter(|(_, is_after)| *is_after).count() as f64;
        ties += size * size * size - size;
        at += group.len();
    }
    let (m, n) = (m as f64, n as f64);
    let total = m + n;
    let u = rank_sum - n * (n + 1.0) / 2.0;
    let variance = m * n / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    if variance <= 0.0 {
        // All are equal: nothing is larger than anything.
        return Some(1.0);
    }
    Some(upper_tail((u - m * n / 2.0 - 0.5) / variance.sqrt()))
}

/// The one-sided p value that a share grew: two proportions pooled, by the normal approximation. `None` with fewer than
/// [`ENOUGH`] on a side.
#[must_use]
pub fn more_often(before: (u64, u64), after: (u64, u64)) -> Option<f64> {
    let ((k1, n1), (k2, n2)) = (before, after);
    let enough = ENOUGH as u64;
    if n1 < enough || n2 < enough {
        return None;
    }
    let (n1, n2, k1, k2) = (n1 as f64, n2 as f64, k1 as f64, k2 as f64);
    let pooled = (k1 + k2) / (n1 + n2);
    let variance = pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2);
    if variance <= 0.0 {
        return Some(1.0);
    }
    Some(upper_tail((k2 / n2 - k1 / n1) / variance.sqrt()))
}

/// How much of the normal distribution lies above z: Abramowitz and Stegun 26.2.17, good to 7.5e-8.
fn upper_tail(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - upper_tail(-z);
    }
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let series =
        t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_tail_is_that_of_the_tables() {
        for (z, tail) in [(0.0, 0.5), (1.0, 0.158_655), (1.96, 0.024_998), (2.326_35, 0.01), (-1.0, 0.841_345)] {
            assert!((upper_tail(z) - tail).abs() < 1e-5, "{z}: {}", upper_tail(z));
        }
    }

    #[test]
    fn what_moved_is_told_from_what_did_not() {
        let before: Vec<f64> = (0..30).map(|n| f64::from(n % 10)).collect();
        let slower: Vec<f64> = before.iter().map(|x| x + 8.0).collect();
        assert!(larger(&before, &slower).expect("enough") < 1e-6);
        assert!(larger(&slower, &before).expect("enough") > 0.99);
        let same = larger(&before, &before).expect("enough");
        assert!((0.4..0.6).contains(&same), "{same}");
        assert_eq!(larger(&[1.0; 9], &[1.0; 9]), Some(1.0));
        assert_eq!(larger(&before, &[100.0; 7]), None);
    }

    #[test]
    fn u_is_that_of_a_worked_case() {
        // Without ties: after = 9..=16 against before = 1..=8 has U = 64 of 64, z = (64 - 32 - 0.5) / sqrt(8*8*17/12).
        let (low, high): (Vec<f64>, Vec<f64>) = ((1..=8).map(f64::from).collect(), (9..=16).map(f64::from).collect());
        let z = 31.5 / (8.0_f64 * 8.0 * 17.0 / 12.0).sqrt();
        assert!((larger(&low, &high).expect("enough") - upper_tail(z)).abs() < 1e-12);
    }

    #[test]
    fn a_share_that_grew_is_told_from_one_that_did_not() {
        assert!(more_often((1, 100), (20, 100)).expect("enough") < 0.001);
        assert!(more_often((10, 100), (12, 100)).expect("enough") > 0.1);
        assert_eq!(more_often((0, 100), (0, 100)), Some(1.0));
        assert_eq!(more_often((0, 3), (3, 3)), None);
    }
}
