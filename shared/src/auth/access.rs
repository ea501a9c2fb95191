//! Who may see and do what: every rule of it stands here.
//!
//! | | candidate | recruiter | admin |
//! | --- | --- | --- | --- |
//! | own CVs, recommendations, interactions, data | yes | no | no |
//! | a CV | its owner | no | yes |
//! | posting jobs | no | yes | no |
//! | an open job: read | yes | yes | yes |
//! | a closed job: read | no | its owner | yes |
//! | open jobs like a job, closed or not | yes | yes | yes |
//! | a job: change, close, see its candidates | no | its owner | yes |
//! | the system's state | no | no | yes |
//!
//! The role is asked for before anything is looked up, so that nobody learns from the answer whether something exists.
//! Then a CV that is not the caller's looks like one that is not there; and so does a job, unless everybody may read it.

use super::{Caller, Role};
use crate::db::cv::CvRow;
use crate::db::job::JobRow;
use crate::db::prediction::MatchOwner;
use crate::domain::{CandidateId, RecruiterId};

/// Why a caller does not get what they ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The caller has not this role.
    #[error("this needs the role {0}")]
    Role(Role),
    /// There is no such thing, or the caller may not know that there is.
    #[error("there is no such {0}")]
    NotThere(&'static str),
    /// The caller may see it, but it is another's to change.
    #[error("this {0} belongs to somebody else")]
    NotYours(&'static str),
}

/// The caller as a candidate.
///
/// # Errors
/// The caller has not that role.
pub fn candidate(caller: &Caller) -> Result<CandidateId, Denied> {
    require(caller, Role::Candidate)?;
    Ok(CandidateId(caller.sub.clone()))
}

/// The caller as a recruiter.
///
/// # Errors
/// The caller has not that role.
pub fn recruiter(caller: &Caller) -> Result<RecruiterId, Denied> {
    require(caller, Role::Recruiter)?;
    Ok(RecruiterId(caller.sub.clone()))
}

/// The caller as one who runs the system.
///
/// # Errors
/// The caller has not that role.
pub fn admin(caller: &Caller) -> Result<(), Denied> {
    require(caller, Role::Admin)
}

/// Asks for the role of one who may have a CV in hand: to be called before the CV is looked up.
///
/// # Errors
/// The caller has no such role.
pub fn may_have_cvs(caller: &Caller) -> Result<(), Denied> {
    if caller.has(Role::Admin) { Ok(()) } else { require(caller, Role::Candidate) }
}

/// Asks for the role of one who may have a job to change: to be called before the job is looked up.
///
/// # Errors
/// The caller has no such role.
pub fn may_have_jobs(caller: &Caller) -> Result<(), Denied> {
    if caller.has(Role::Admin) { Ok(()) } else { require(caller, Role::Recruiter) }
}

/// The CV that was found, if it is the caller's to see and to delete.
///
/// # Errors
/// The caller's role allows no CVs; there is none; or it is another's, which looks the same.
pub fn cv(caller: &Caller, found: Option<CvRow>) -> Result<CvRow, Denied> {
    allows_cv(caller, found.as_ref().map(|cv| &cv.candidate_id))?;
    found.ok_or(Denied::NotThere("CV"))
}

/// The job that was found, if the caller may read it.
///
/// # Errors
/// There is none, or it is closed and another's.
pub fn readable_job(caller: &Caller, found: Option<JobRow>) -> Result<JobRow, Denied> {
    allows_reading_job(caller, found.as_ref().map(|job| (&job.recruiter_id, job.is_open())))?;
    found.ok_or(Denied::NotThere("job"))
}

/// The job that was found, whoever may read it: to be shown open ones that are like it. Its own words are the caller's to see only
/// where this says so.
///
/// # Errors
/// There is none.
pub fn job_to_look_around(caller: &Caller, found: Option<JobRow>) -> Result<(JobRow, bool), Denied> {
    let job = found.ok_or(Denied::NotThere("job"))?;
    let is_readable = allows_reading_job(caller, Some((&job.recruiter_id, job.is_open()))).is_ok();
    Ok((job, is_readable))
}

/// The job that was found, if the caller may change it, close it and see its candidates.
///
/// # Errors
/// The caller's role allows no jobs; there is none; or it is another's.
pub fn own_job(caller: &Caller, found: Option<JobRow>) -> Result<JobRow, Denied> {
    allows_changing_job(caller, found.as_ref().map(|job| (&job.recruiter_id, job.is_open())))?;
    found.ok_or(Denied::NotThere("job"))
}

/// The match that was found, if it is one of the caller's own CV.
///
/// # Errors
/// The caller is no candidate; there is none; or it is another's, which looks the same.
pub fn own_match(caller: &Caller, found: Option<MatchOwner>) -> Result<MatchOwner, Denied> {
    allows_match(caller, found.as_ref().map(|found| &found.candidate_id))?;
    found.ok_or(Denied::NotThere("match"))
}

fn require(caller: &Caller, role: Role) -> Result<(), Denied> {
    if caller.has(role) { Ok(()) } else { Err(Denied::Role(role)) }
}

fn allows_cv(caller: &Caller, owner: Option<&CandidateId>) -> Result<(), Denied> {
    may_have_cvs(caller)?;
    match owner {
        Some(_) if caller.has(Role::Admin) => Ok(()),
        Some(owner) if owner.as_str() == caller.sub => Ok(()),
        _ => Err(Denied::NotThere("CV")),
    }
}

fn allows_match(caller: &Caller, owner: Option<&CandidateId>) -> Result<(), Denied> {
    require(caller, Role::Candidate)?;
    match owner {
        Some(owner) if owner.as_str() == caller.sub => Ok(()),
        _ => Err(Denied::NotThere("match")),
    }
}

fn allows_reading_job(caller: &Caller, job: Option<(&RecruiterId, bool)>) -> Result<(), Denied> {
    match job {
        Some((owner, is_open)) if is_open || manages(caller, owner) => Ok(()),
        _ => Err(Denied::NotThere("job")),
    }
}

fn allows_changing_job(caller: &Caller, job: Option<(&RecruiterId, bool)>) -> Result<(), Denied> {
    may_have_jobs(caller)?;
    match job {
        Some((owner, _)) if manages(caller, owner) => Ok(()),
        Some((_, true)) => Err(Denied::NotYours("job")),
        _ => Err(Denied::NotThere("job")),
    }
}

fn manages(caller: &Caller, owner: &RecruiterId) -> bool {
    caller.has(Role::Admin) || (caller.has(Role::Recruiter) && owner.as_str() == caller.sub)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(sub: &str, roles: &[Role]) -> Caller {
        Caller { sub: sub.to_owned(), roles: roles.to_vec() }
    }

    #[test]
    fn every_caller_sees_of_every_resource_what_the_table_says() {
        use Role::{Admin, Candidate, Recruiter};
        const YES: Result<(), Denied> = Ok(());
        const NO_CANDIDATE: Result<(), Denied> = Err(Denied::Role(Candidate));
        const NO_RECRUITER: Result<(), Denied> = Err(Denied::Role(Recruiter));
        const NO_CV: Result<(), Denied> = Err(Denied::NotThere("CV"));
        const NO_JOB: Result<(), Denied> = Err(Denied::NotThere("job"));
        const OTHERS_JOB: Result<(), Denied> = Err(Denied::NotYours("job"));
        // Who; then Ann's CV, Ann's match, no CV; reading Rob's open job, his closed job, no job; changing the same three.
        let no_match: Result<(), Denied> = Err(Denied::NotThere("match"));
        let table: [(&str, &[Role], [Result<(), Denied>; 9]); 8] = [
            (
                "ann",
                &[Candidate],
                [YES, YES, NO_CV, YES, NO_JOB, NO_JOB, NO_RECRUITER, NO_RECRUITER, NO_RECRUITER],
            ),
            (
                "ben",
                &[Candidate],
                [NO_CV, no_match, NO_CV, YES, NO_JOB, NO_JOB, NO_RECRUITER, NO_RECRUITER, NO_RECRUITER],
            ),
            (
                "rob",
                &[Recruiter],
                [NO_CANDIDATE, NO_CANDIDATE, NO_CANDIDATE, YES, YES, NO_JOB, YES, YES, NO_JOB],
            ),
            (
                "sue",
                &[Recruiter],
                [NO_CANDIDATE, NO_CANDIDATE, NO_CANDIDATE, YES, NO_JOB, NO_JOB, OTHERS_JOB, NO_JOB, NO_JOB],
            ),
            ("adm", &[Admin], [YES, NO_CANDIDATE, NO_CV, YES, YES, NO_JOB, YES, YES, NO_JOB]),
            // The same `sub` without the role owns nothing.
            (
                "ann",
                &[],
                [
                    NO_CANDIDATE,
                    NO_CANDIDATE,
                    NO_CANDIDATE,
                    YES,
                    NO_JOB,
                    NO_JOB,
                    NO_RECRUITER,
                    NO_RECRUITER,
                    NO_RECRUITER,
                ],
            ),
            (
                "rob",
                &[Candidate],
                [NO_CV, no_match, NO_CV, YES, NO_JOB, NO_JOB, NO_RECRUITER, NO_RECRUITER, NO_RECRUITER],
            ),
            ("rob", &[Candidate, Recruiter], [NO_CV, no_match, NO_CV, YES, YES, NO_JOB, YES, YES, NO_JOB]),
        ];
        let (ann, rob) = (CandidateId::from("ann"), RecruiterId::from("rob"));
        for (sub, roles, expected) in table {
            let who = caller(sub, roles);
            let got = [
                allows_cv(&who, Some(&ann)),
                allows_match(&who, Some(&ann)),
                allows_cv(&who, None),
                allows_reading_job(&who, Some((&rob, true))),
                allows_reading_job(&who, Some((&rob, false))),
                allows_reading_job(&who, None),
                allows_changing_job(&who, Some((&rob, true))),
                allows_changing_job(&who, Some((&rob, false))),
                allows_changing_job(&who, None),
            ];
            assert_eq!(got, expected, "{sub} with {roles:?}");
        }
    }

    #[test]
    fn each_role_opens_its_own_area_only() {
        for role in Role::ALL {
            let who = caller("x", &[role]);
            assert_eq!(candidate(&who).is_ok(), role == Role::Candidate);
            assert_eq!(recruiter(&who).is_ok(), role == Role::Recruiter);
            assert_eq!(admin(&who).is_ok(), role == Role::Admin);
        }
    }
}
