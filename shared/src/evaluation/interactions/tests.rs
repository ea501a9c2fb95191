use std::collections::BTreeMap;

use super::sequential::{Arm, TooFew, difference};
use super::*;
use crate::db::interaction_metrics::{HarvestedPair, KindSums};

/// Chances that follow from a seed (SplitMix64, Steele et al. 2014).
struct Chance(u64);

impl Chance {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn happens(&mut self, chance: f64) -> bool {
        self.uniform() < chance
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.uniform() * limit as f64) as usize
    }
}

#[test]
fn the_wilson_interval_is_that_of_the_published_examples() {
    // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
    let published =
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)];
    for (count, of, low, high) in published {
        let rate = Rate::new(count, of);
        assert!((rate.low - low).abs() < 5e-5 && (rate.high - high).abs() < 5e-5, "{count}/{of}: {rate:?}");
    }
    assert_eq!(Rate::new(20, 20).high, 1.0);
    assert_eq!(Rate::new(0, 0), Rate { count: 0, of: 0, rate: None, low: 0.0, high: 1.0 });
}

/// Adds a candidate who was shown `x` matches and clicked `y` of them.
fn add(sums: &mut CandidateSums, x: f64, y: f64) {
    sums.candidates += 1.0;
    sums.shown += x;
    sums.shown_squared += x * x;
    sums.click.sum += y;
    sums.click.squared += y * y;
    sums.click.with_shown += x * y;
}

fn arm(sums: &CandidateSums) -> Arm {
    Arm::new(sums, &sums.click).unwrap()
}

/// One candidate of a population in which people differ: 5 to 14 matches shown, each clicked with a chance that is the
/// candidate's own, `rate` on average.
fn candidate(chance: &mut Chance, rate: f64) -> (f64, f64) {
    let shown = 5 + chance.below(10);
    let own = rate * 2.0 * chance.uniform();
    let clicked = (0..shown).filter(|_| chance.happens(own)).count();
    (shown as f64, clicked as f64)
}

/// One experiment that is looked at again and again: at which look, if at any, the difference is called real, and whether the
/// variant is called the better one; and whether a test for one look would have called it so.
fn run_until_called(chance: &mut Chance, rates: (f64, f64), most: usize) -> (Option<(usize, bool)>, bool) {
    let (mut base, mut variant) = (CandidateSums::default(), CandidateSums::default());
    let (mut called, mut fooled) = (None, false);
    for number in 1..=most {
        let (sums, rate) = if chance.happens(0.5) { (&mut variant, rates.1) } else { (&mut base, rates.0) };
        let (x, y) = candidate(chance, rate);
        add(sums, x, y);
        if number % 25 != 0 || number < 200 {
            continue;
        }
        let Ok(found) = difference(&arm(&variant), &arm(&base), 0.05) else { continue };
        if called.is_none() && (found.low > 0.0 || found.high < 0.0) {
            called = Some((number, found.low > 0.0));
        }
        // What the interval of one look would be: an interval with nothing to pay for other looks.
        let once = 1.96 * deviation(&variant, &base);
        fooled |= found.difference.abs() > once;
    }
    (called, fooled)
}

/// The standard error of the difference of two rates, worked out anew.
fn deviation(variant: &CandidateSums, base: &CandidateSums) -> f64 {
    let of = |sums: &CandidateSums| {
        let rate = sums.click.sum / sums.shown;
        let squares =
            sums.click.squared - 2.0 * rate * sums.click.with_shown + rate * rate * sums.shown_squared;
        squares / (sums.shown * sums.shown)
    };
    (of(variant) + of(base)).sqrt()
}

#[test]
fn looking_all_the_time_calls_a_difference_that_is_not_there_in_at_most_one_experiment_of_twenty() {
    for (rate, seed) in [(0.15, 1), (0.01, 2)] {
        let mut chance = Chance(seed);
        let (mut called, mut fooled) = (0, 0);
        for _ in 0..400 {
            let (real, once) = run_until_called(&mut chance, (rate, rate), 3000);
            called += usize::from(real.is_some());
            fooled += usize::from(once);
        }
        println!(
            "rate {rate}: {called} false alarms of 400; a test for one look, looked at as often: {fooled}"
        );
        assert!(called <= 20, "rate {rate}: {called} false alarms in 400 experiments");
        assert!(
            fooled > 60,
            "rate {rate}: the test for one look was fooled only {fooled} times: the experiments prove nothing"
        );
    }
}

#[test]
fn a_difference_that_is_there_is_found_and_its_direction_is_right() {
    let mut chance = Chance(3);
    let found: Vec<(usize, bool)> =
        (0..100).filter_map(|_| run_until_called(&mut chance, (0.10, 0.13), 5000).0).collect();
    let mut looks: Vec<usize> = found.iter().map(|(candidates, _)| *candidates).collect();
    looks.sort_unstable();
    println!("found in {} of 100, half of them by {:?} candidates", found.len(), looks.get(looks.len() / 2));
    assert!(found.len() >= 90, "{} of 100", found.len());
    assert!(found.iter().all(|(_, more)| *more));
}

#[test]
fn the_variance_of_a_rate_is_that_of_the_candidates_and_not_of_the_matches() {
    // Two candidates who click all and two who click none, ten matches each: by matches it would look precise.
    let mut sums = CandidateSums::default();
    for y in [10.0, 10.0, 0.0, 0.0] {
        add(&mut sums, 10.0, y);
    }
    // y − ½·x is ±5; its variance is 100/3; divided by the square of the mean of x.
    let expected = 100.0 / 3.0 / 100.0;
    let double = CandidateSums { candidates: 400.0, ..scaled(&sums, 100.0) };
    let found = difference(&arm(&double), &arm(&double), 0.05).unwrap();
    let one_look = (2.0 * expected * (399.0f64 / 400.0).recip() * (3.0 / 4.0) / 400.0).sqrt();
    let width = (found.high - found.low) / 2.0 / one_look;
    // An interval for one look has 1.96; this one has to be wider, and not beyond measure.
    assert!((2.6..3.6).contains(&width), "{width}");
}

fn scaled(sums: &CandidateSums, by: f64) -> CandidateSums {
    let click = KindSums {
        sum: sums.click.sum * by,
        squared: sums.click.squared * by,
        with_shown: sums.click.with_shown * by,
    };
    CandidateSums {
        candidates: sums.candidates * by,
        shown: sums.shown * by,
        shown_squared: sums.shown_squared * by,
        click,
        ..CandidateSums::default()
    }
}

#[test]
fn as_many_more_candidates_as_are_said_to_be_needed_show_the_difference() {
    let (mut base, mut variant) = (CandidateSums::default(), CandidateSums::default());
    let mut chance = Chance(4);
    for _ in 0..300 {
        let (x, y) = candidate(&mut chance, 0.10);
        add(&mut base, x, y);
        let (x, y) = candidate(&mut chance, 0.12);
        add(&mut variant, x, y);
    }
    let found = difference(&arm(&variant), &arm(&base), 0.05).unwrap();
    assert!(found.low < 0.0 && found.high > 0.0, "{found:?}");
    let needed = found.more_needed.unwrap();
    let grown = |by: f64| {
        let by = 1.0 + by / found.candidates;
        difference(&arm(&scaled(&variant, by)), &arm(&scaled(&base, by)), 0.05).unwrap()
    };
    assert!(
        grown(needed * 1.01).more_needed.is_none()
            && grown(needed * 1.01).low * grown(needed * 1.01).high > 0.0
    );
    assert!(grown(needed * 0.98).low * grown(needed * 0.98).high < 0.0);
}

#[test]
fn nothing_is_said_of_few_candidates_or_few_events() {
    let (mut few, mut many, mut idle) =
        (CandidateSums::default(), CandidateSums::default(), CandidateSums::default());
    for number in 0..500 {
        if number < 99 {
            add(&mut few, 10.0, 5.0);
        }
        add(&mut many, 10.0, 1.0);
        // One who clicks everything does not make an experiment.
        add(&mut idle, 10.0, if number == 0 { 10.0 } else { 0.0 });
    }
    assert_eq!(difference(&arm(&few), &arm(&many), 0.05), Err(TooFew::Candidates));
    assert_eq!(difference(&arm(&idle), &arm(&idle), 0.05), Err(TooFew::Events));
    assert!(difference(&arm(&many), &arm(&idle), 0.05).is_ok());
    assert!(Arm::new(&CandidateSums::default(), &KindSums::default()).is_none());
}

/// A world of clicks by the position-based model: candidates who are shown ten jobs in several predictions. `order` says which
/// place the jobs, the most appealing first, get.
struct ClickWorld {
    ranks: Vec<RankCounts>,
    harvested: Vec<HarvestedPair>,
    appeal: f64,
}

fn click_world(
    seed: u64,
    variant: &str,
    propensity: impl Fn(usize) -> f64,
    mut order: impl FnMut(&mut Chance) -> [usize; 10],
) -> ClickWorld {
    const CANDIDATES: usize = 3000;
    let mut chance = Chance(seed);
    let mut ranks: Vec<RankCounts> = (1..=10)
        .map(|rank| RankCounts { variant: variant.to_owned(), rank, impressions: 0, clicks: 0 })
        .collect();
    let mut pairs: BTreeMap<(u32, u32), (f64, f64)> = BTreeMap::new();
    let mut appeal = 0.0;
    for _ in 0..CANDIDATES {
        let appeals: [f64; 10] =
            std::array::from_fn(|place| 0.6 * 0.75f64.powi(place as i32) + 0.05 * chance.uniform());
        appeal += appeals.iter().sum::<f64>() / 10.0;
        // By job, by rank: showings and clicks.
        let mut shown = [[(0.0, 0.0); 10]; 10];
        for _ in 0..3 {
            for (job, place) in order(&mut chance).into_iter().enumerate() {
                let clicked = chance.happens(propensity(place + 1) * appeals[job]);
                ranks[place].impressions += 1;
                ranks[place].clicks += u64::from(clicked);
                shown[job][place].0 += 1.0;
                shown[job][place].1 += f64::from(u8::from(clicked));
            }
        }
        for places in shown {
            for one in 0..10 {
                for other in one + 1..10 {
                    if places[one].0 > 0.0 && places[other].0 > 0.0 {
                        let pair = pairs.entry((one as u32 + 1, other as u32 + 1)).or_default();
                        pair.0 += places[one].1 / places[one].0;
                        pair.1 += places[other].1 / places[other].0;
                    }
                }
            }
        }
    }
    let harvested = pairs
        .into_iter()
        .map(|((rank, other_rank), (clicks, other_clicks))| HarvestedPair {
            rank,
            other_rank,
            clicks,
            other_clicks,
        })
        .collect();
    ClickWorld { ranks, harvested, appeal: appeal / CANDIDATES as f64 }
}

/// The best jobs first, but each may change places with its neighbours: as when jobs come and go between predictions.
fn nearly_sorted(chance: &mut Chance) -> [usize; 10] {
    let mut order: [usize; 10] = std::array::from_fn(|place| place);
    for place in 0..9 {
        if chance.happens(0.4) {
            order.swap(place, place + 1);
        }
    }
    order
}

#[test]
fn the_corrected_click_rate_recovers_the_appeal_where_the_plain_one_does_not() {
    // Eyes that fall off faster than the prior thinks.
    let propensity = |rank: usize| 1.0 / rank as f64;
    let sorted = click_world(5, "sorted", propensity, nearly_sorted);
    let upside_down = click_world(6, "upside-down", propensity, |chance| {
        let mut order = nearly_sorted(chance);
        order.iter_mut().for_each(|place| *place = 9 - *place);
        order
    });
    let harvested: Vec<HarvestedPair> = [sorted.harvested.clone(), upside_down.harvested.clone()].concat();
    let bias = PositionBias::estimate(&harvested);
    for rank in 1..=10 {
        let (found, truth) = (bias.propensities[rank - 1], propensity(rank));
        assert!((found / truth - 1.0).abs() < 0.15, "rank {rank}: {found} for {truth}");
    }
    for world in [&sorted, &upside_down] {
        let plain = world.ranks.iter().map(|rank| rank.clicks as f64).sum::<f64>()
            / world.ranks.iter().map(|rank| rank.impressions as f64).sum::<f64>();
        let corrected = bias.corrected_click_rate(world.ranks.iter()).unwrap();
        assert!((corrected / world.appeal - 1.0).abs() < 0.1, "{corrected} for {}", world.appeal);
        assert!((plain / world.appeal - 1.0).abs() > 0.3, "{plain} for {}", world.appeal);
    }
}

#[test]
fn without_jobs_at_several_ranks_the_prior_stands() {
    let bias = PositionBias::estimate(&[]);
    assert_eq!(bias.harvested_clicks, 0.0);
    for (rank, expected) in [(1, 1.0), (3, 0.5), (7, 1.0 / 3.0), (15, 0.25)] {
        assert!(
            (bias.propensities[rank - 1] - expected).abs() < 1e-4,
            "{rank}: {}",
            bias.propensities[rank - 1]
        );
    }
    // Ranks without bound, or that cannot be, weigh as the last or the first that is known; none weighs beyond measure.
    assert_eq!(bias.weight(0), 1.0);
    assert_eq!(bias.weight(u32::MAX), bias.weight(RANKS as u32));
    let never = HarvestedPair { rank: 1, other_rank: 2, clicks: 1e6, other_clicks: 0.0 };
    assert_eq!(PositionBias::estimate(&[never]).weight(2), 10.0);
}

fn counts(names: &[(&str, f64)]) -> InteractionCounts {
    let variants = names.iter().map(|(name, rate)| {
        let mut chance = Chance(7);
        let mut sums = CandidateSums::default();
        for _ in 0..2000 {
            let (x, y) = candidate(&mut chance, *rate);
            add(&mut sums, x, y);
        }
        VariantCounts {
            variant: (*name).to_owned(),
            candidates: 2000,
            impressions: sums.shown as u64,
            clicks: sums.click.sum as u64,
            applied_pairs: 4,
            shown_pairs: 10,
            shown_and_applied_pairs: 3,
            graded: 2,
            ndcg_sum: 1.5,
            compared: Some(sums),
            ..VariantCounts::default()
        }
    });
    InteractionCounts { variants: variants.collect(), ..InteractionCounts::default() }
}

fn asked(counts: &InteractionCounts, traffic: &[(&str, f64)]) -> EvaluationMetrics {
    let question = Question { days: 30, baseline: "default", traffic, compared_since: DateTime::UNIX_EPOCH };
    evaluate(counts, &question)
}

#[test]
fn the_sentence_on_top_says_whether_the_difference_is_real() {
    let traffic = [("default", 0.5), ("b", 0.5)];
    let real = asked(&counts(&[("default", 0.10), ("b", 0.15)]), &traffic);
    assert!(
        real.verdict.starts_with("b gets more clicks than default: ") && real.verdict.ends_with("is real."),
        "{}",
        real.verdict
    );
    assert_eq!(real.comparisons[0].outcome, Outcome::More);
    assert!(real.warnings.is_empty(), "{:?}", real.warnings);

    let worse = asked(&counts(&[("default", 0.15), ("b", 0.10)]), &traffic);
    assert_eq!(worse.comparisons[0].outcome, Outcome::Fewer);

    let same = asked(&counts(&[("default", 0.10), ("b", 0.102)]), &traffic);
    assert_eq!(same.comparisons[0].outcome, Outcome::Undecided);
    assert!(same.comparisons[0].candidates_needed.unwrap() > 10_000, "{:?}", same.comparisons[0]);
    assert!(same.verdict.contains("is not decided"), "{}", same.verdict);

    let nobody = asked(&counts(&[("default", 0.10)]), &traffic);
    assert_eq!(nobody.comparisons[0].outcome, Outcome::TooFew);
    assert!(nobody.verdict.contains("b has 0, default 2000; 100 each are needed"), "{}", nobody.verdict);

    let alone = asked(&counts(&[("default", 0.10)]), &[("default", 1.0)]);
    assert_eq!(alone.verdict, "No other variant is on: there is nothing to compare.");
    let nothing = asked(&InteractionCounts::default(), &[("default", 1.0)]);
    assert!(nothing.verdict.starts_with("No match was shown"), "{}", nothing.verdict);
}

#[test]
fn more_variants_at_once_make_each_harder_to_call() {
    let one = asked(&counts(&[("default", 0.1), ("b", 0.1)]), &[("default", 0.5), ("b", 0.5)]);
    let two = asked(
        &counts(&[("default", 0.1), ("b", 0.1), ("c", 0.1)]),
        &[("default", 0.4), ("b", 0.3), ("c", 0.3)],
    );
    let width = |metrics: &EvaluationMetrics| {
        metrics.comparisons[0].high.unwrap() - metrics.comparisons[0].low.unwrap()
    };
    assert!(width(&two) > width(&one));
}

#[test]
fn the_baseline_comes_first_and_what_was_counted_is_divided_by_what_is_said() {
    let metrics = asked(&counts(&[("a", 0.1), ("default", 0.1)]), &[("default", 1.0)]);
    let names: Vec<&str> = metrics.variants.iter().map(|variant| variant.variant.as_str()).collect();
    assert_eq!(names, ["default", "a"]);
    let first = &metrics.variants[0];
    assert_eq!((first.precision_at_10.rate, first.recall_at_10.rate), (Some(0.3), Some(0.75)));
    assert!((first.f1_at_10.unwrap() - 2.0 * 0.3 * 0.75 / 1.05).abs() < 1e-12);
    assert_eq!((first.ndcg_at_10, first.graded_predictions), (Some(0.75), 2));
    assert_eq!(first.click.of, first.impressions);
    // Off, so it is shown and not compared.
    assert_eq!((metrics.variants[1].traffic, metrics.comparisons.len()), (0.0, 0));
}

#[test]
fn traffic_that_is_not_as_the_shares_say_is_warned_of() {
    let metrics = asked(&counts(&[("default", 0.1), ("b", 0.1)]), &[("default", 0.8), ("b", 0.2)]);
    assert!(metrics.sample_ratio.unwrap().mismatch);
    assert!(
        metrics.warnings[0].contains("b has 2000 where 800 were to be expected"),
        "{:?}",
        metrics.warnings
    );
}
