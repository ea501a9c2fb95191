//! Lists by pages: `limit` rows at a time, and an opaque `cursor` that says where the next page begins. A page begins after
//! the last id of the one before, so that rows that come or go in between neither double nor hide others.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::problem::Problem;
use crate::domain::{CvId, JobId, RunId};

/// The most rows of a page.
pub const MOST_ROWS: u32 = 100;

/// The rows of a page, or of an answer, where the caller does not say.
pub const USUAL_ROWS: u32 = 20;

/// An id that a list is ordered by.
pub trait Listed: Copy {
    /// Marks the cursors of this list, so that one of another list is not taken.
    const MARK: u8;
    /// The id as a number.
    fn uuid(self) -> Uuid;
    /// The id of that number.
    fn from_uuid(uuid: Uuid) -> Self;
}

macro_rules! listed {
    ($id:ident, $mark:literal) => {
        impl Listed for $id {
            const MARK: u8 = $mark;

            fn uuid(self) -> Uuid {
                self.0
            }

            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }
    };
}

listed!(CvId, b'c');
listed!(JobId, b'j');
listed!(RunId, b'r');

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<Id> {
    limit: u32,
    /// The last id of the page before.
    pub after: Option<Id>,
}

impl<Id: Listed> Page<Id> {
    /// The page that a query asks for.
    ///
    /// # Errors
    /// The limit is not 1–100, or the cursor is none of this list's.
    pub fn new(limit: Option<u32>, cursor: Option<&str>) -> Result<Self, Problem> {
        let after = match cursor {
            None | Some("") => None,
            Some(text) => Some(decode(text).ok_or_else(|| {
                Problem::bad_parameter(
                    "cursor",
                    "is none of this list; take the `next_cursor` of the page before",
                )
            })?),
        };
        Ok(Self { limit: limit_of(limit, USUAL_ROWS)?, after })
    }

    /// How many rows to read: one more than the page has, which tells whether there is another page.
    pub fn rows_to_read(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Cuts the rows that were read down to the page; returns them with the cursor of the next page, if there is one.
    pub fn cut<Row>(&self, mut rows: Vec<Row>, id: impl Fn(&Row) -> Id) -> (Vec<Row>, Option<String>) {
        let limit = self.limit as usize;
        if rows.len() <= limit {
            return (rows, None);
        }
        rows.truncate(limit);
        let cursor = rows.last().map(|row| encode(id(row)));
        (rows, cursor)
    }
}

/// How many rows a query asks for.
///
/// # Errors
/// It is not 1–100.
pub fn limit_of(limit: Option<u32>, usual: u32) -> Result<u32, Problem> {
    number_of("limit", limit, usual, MOST_ROWS)
}

/// The parameter `name`, from 1 to `most`; `usual` where the caller does not say.
///
/// # Errors
/// It is out of range.
pub fn number_of(name: &'static str, number: Option<u32>, usual: u32, most: u32) -> Result<u32, Problem> {
    let number = number.unwrap_or(usual);
    if (1..=most).contains(&number) {
        Ok(number)
    } else {
        Err(Problem::bad_parameter(name, format!("must be between 1 and {most}")))
    }
}

fn encode<Id: Listed>(id: Id) -> String {
    let mut bytes = vec![Id::MARK];
    bytes.extend_from_slice(id.uuid().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode<Id: Listed>(cursor: &str) -> Option<Id> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (mark, id) = bytes.split_first()?;
    (*mark == Id::MARK).then(|| Uuid::from_slice(id).ok().map(Id::from_uuid))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ProblemKind;

    #[test]
    fn the_next_page_begins_after_the_last_row_of_this_one() {
        let ids: Vec<JobId> = (0..5).map(|_| JobId::new()).collect();
        let page = Page::<JobId>::new(Some(2), None).unwrap();
        let read = ids.iter().copied().take(page.rows_to_read() as usize).collect();
        let (rows, cursor) = page.cut(read, |id| *id);
        assert_eq!(rows, ids[..2]);
        let next = Page::<JobId>::new(Some(2), cursor.as_deref()).unwrap();
        assert_eq!(next.after, Some(ids[1]));
    }

    #[test]
    fn the_last_page_has_no_cursor_even_when_it_is_full() {
        let page = Page::<JobId>::new(Some(2), None).unwrap();
        let (rows, cursor) = page.cut(vec![JobId::new(), JobId::new()], |id| *id);
        assert_eq!((rows.len(), cursor), (2, None));
    }

    #[test]
    fn a_cursor_of_another_list_or_made_up_is_refused() {
        let of_cvs = encode(CvId::new());
        for cursor in [of_cvs.as_str(), "x", "####", "%00", &"A".repeat(10_000)] {
            let problem = Page::<JobId>::new(None, Some(cursor)).unwrap_err();
            assert_eq!(problem.kind(), ProblemKind::Malformed);
            assert_eq!(problem.details().errors[0].field, "cursor");
        }
    }

    #[test]
    fn a_limit_outside_1_to_100_is_refused() {
        for limit in [0, 101, u32::MAX] {
            assert_eq!(Page::<JobId>::new(Some(limit), None).unwrap_err().details().errors[0].field, "limit");
        }
        assert_eq!(Page::<JobId>::new(Some(100), None).unwrap().rows_to_read(), 101);
        assert_eq!(Page::<JobId>::new(None, Some("")).unwrap().rows_to_read(), 21);
    }
}
