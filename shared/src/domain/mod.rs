//! The words of the trade as plain types: ids, profiles, jobs, matches, explanations, statuses. Nothing here knows of a
//! database, a queue or HTTP; every other module speaks in these types.

mod explanation;
mod id;
mod job;
mod matching;
mod must_haves;
mod profile;
mod requirements;
mod skill;
mod status;
mod task;

pub use explanation::{Explanation, LOCAL_GENERATOR, Quote, TransferableSkill};
pub use id::{CandidateId, CvId, InteractionId, JobId, MatchId, PredictionId, RecruiterId, RunId};
pub use job::{EmploymentType, Job, JobStatus, JobText, Remote, Salary, SalaryPeriod};
pub use matching::{Evidence, Part, PartKind, Score, Source};
pub use must_haves::{MustHaveCheck, MustHaveKind, MustHaveOutcome, MustHaveSkill, MustHaves, RequiredPlace};
pub use profile::{
    Analysis, Award, Basics, Certificate, Confidence, Education, Interest, Language, Location,
    NetworkProfile, PartialDate, Profile, Project, Publication, Reference, Seniority, SkillEntry, SkillUse,
    TitleUse, Volunteer, Work,
};
pub use requirements::{RequiredLanguage, RequiredSkill, Requirements};
pub use skill::SkillId;
pub use status::{Failure, FailureKind, StageStatus};
pub use task::{NoSchedule, Schedule, Task};
