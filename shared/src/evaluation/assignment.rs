//! The best one-to-one assignment of rows to columns (Kuhn and Munkres, with potentials; O(n²·m)).

/// The pairs of two lists' items that agree, by their places: as many pairs as there can be, each item in one at most.
pub(super) fn agreeing_pairs<T, U>(
    rows: &[T],
    columns: &[U],
    agree: impl Fn(&T, &U) -> bool,
) -> Vec<(usize, usize)> {
    let weights: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| columns.iter().map(|column| if agree(row, column) { 1.0 } else { 0.0 }).collect())
        .collect();
    let assigned = best_assignment(&weights).into_iter().enumerate();
    let pairs = assigned.filter_map(|(row, column)| Some((row, column?)));
    pairs.filter(|(row, column)| weights[*row][*column] > 0.5).collect()
}

/// For each row of `weights` the column that it is assigned to, so that the sum of weights is the largest. Rows have the
/// same length. With more rows than columns some rows get none.
fn best_assignment(weights: &[Vec<f64>]) -> Vec<Option<usize>> {
    let rows = weights.len();
    let columns = weights.first().map_or(0, Vec::len);
    if rows == 0 || columns == 0 {
        return vec![None; rows];
    }
    if rows > columns {
        let turned: Vec<Vec<f64>> =
            (0..columns).map(|column| weights.iter().map(|row| row[column]).collect()).collect();
        let mut assigned = vec![None; rows];
        for (column, row) in best_assignment(&turned).into_iter().enumerate() {
            if let Some(row) = row {
                assigned[row] = Some(column);
            }
        }
        return assigned;
    }
    // Index 0 is a helper row and column; costs are negated weights.
    let (mut row_potential, mut column_potential) = (vec![0.0; rows + 1], vec![0.0; columns + 1]);
    let mut row_of = vec![0; columns + 1];
    let mut way = vec![0; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut column = 0;
        let mut least = vec![f64::INFINITY; columns + 1];
        let mut used = vec![false; columns + 1];
        loop {
            used[column] = true;
            let current = row_of[column];
            let (mut delta, mut next) = (f64::INFINITY, 0);
            for other in 1..=columns {
                if used[other] {
                    continue;
                }
                let cost =
                    -weights[current - 1][other - 1] - row_potential[current] - column_potential[other];
                if cost < least[other] {
                    least[other] = cost;
                    way[other] = column;
                }
                if least[other] < delta {
                    delta = least[other];
                    next = other;
                }
            }
            for other in 0..=columns {
                if used[other] {
                    row_potential[row_of[other]] += delta;
                    column_potential[other] -= delta;
                } else {
                    least[other] -= delta;
                }
            }
            column = next;
            if row_of[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let before = way[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let mut assigned = vec![None; rows];
    for column in 1..=columns {
        if row_of[column] > 0 {
            assigned[row_of[column] - 1] = Some(column - 1);
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_sum_is_found_where_greed_fails() {
        // Greedy takes 0.9 first and is left with 0.0.
        let assigned = best_assignment(&[vec![0.9, 0.8], vec![0.8, 0.0]]);
        assert_eq!(assigned, [Some(1), Some(0)]);
    }

    #[test]
    fn lists_of_different_lengths_are_assigned() {
        assert_eq!(best_assignment(&[vec![0.0, 1.0, 0.0]]), [Some(1)]);
        assert_eq!(best_assignment(&[vec![0.0], vec![1.0], vec![0.0]]), [None, Some(0), None]);
        assert_eq!(best_assignment(&[vec![], vec![]]), [None, None]);
        assert!(best_assignment(&[]).is_empty());
    }
}
