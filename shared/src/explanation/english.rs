//! The sentences in English.

use super::templates::Templates;

pub(super) static ENGLISH: Templates = Templates {
    language: "en",
    strong: &[
        "This CV fits {job} well.",
        "{job} is a close match for this CV.",
        "There is a lot in this CV that {job} calls for.",
    ],
    partial: &[
        "This CV covers part of what {job} calls for.",
        "{job} is a possible match, with some open points.",
        "Some of what {job} needs is here, some is not.",
    ],
    weak: &[
        "Little in this CV points to {job}.",
        "This CV and {job} have little in common.",
        "{job} would be a change of direction from this CV.",
    ],
    role_at: &[
        "The closest role so far is {title} at {employer}.",
        "The work as {title} at {employer} comes nearest to it.",
        "What speaks for it first is the time as {title} at {employer}.",
    ],
    role: &[
        "The closest role so far is {title}.",
        "The work as {title} comes nearest to it.",
        "What speaks for it first is the work as {title}.",
    ],
    shared_skills: &[
        "Both name {skills}.",
        "The ad and the CV meet at {skills}.",
        "In the CV as well as in the ad: {skills}.",
    ],
    open_skills: &[
        "Open above all: {skills}.",
        "What the CV leaves open first is {skills}.",
        "The first thing to settle is {skills}.",
    ],
    role_for: &[
        "{duration} as {title}, work of the kind that is asked for.",
        "Has worked as {title} for {duration}.",
    ],
    role_at_for: &[
        "{duration} as {title} at {employer}, work of the kind that is asked for.",
        "Worked as {title} at {employer} for {duration}.",
        "{title} at {employer}, {duration}: close to this role.",
    ],
    skill_for: &[
        "{skill}: in use over {duration} of employment.",
        "{skill} runs through {duration} of work.",
        "{duration} in jobs that name {skill}.",
    ],
    skill_quoted: &[
        "{skill} is not just listed: {quote}",
        "On {skill} the CV says {quote}",
        "{skill}, in the CV's own words: {quote}",
    ],
    enough_experience: &[
        "The ad asks for {wanted}; the CV shows {has} of work.",
        "{has} of work, with {wanted} asked for.",
        "Asked for: {wanted}. The CV shows {has} of work.",
    ],
    little_experience: &[
        "The ad asks for {wanted} of experience; {has} of work can be read from the CV.",
        "{has} of work can be read from the CV, with {wanted} asked for.",
    ],
    enough_education: &[
        "The education is at the level that the ad asks for.",
        "The degree meets what the ad asks for.",
    ],
    little_education: &[
        "The ad asks for a higher level of education than the CV shows.",
        "The education in the CV is below the level asked for.",
    ],
    languages_known: &[
        "Language asked for and known: {languages}.",
        "{languages}, which the ad asks for, is in the CV.",
    ],
    languages_open: &[
        "The CV does not show {languages} at the level asked for.",
        "Language asked for and not shown at that level: {languages}.",
    ],
    place_fits: &["{place} is where the candidate already is.", "The place of work, {place}, fits."],
    place_open: &[
        "The place of work is {place}, away from the address in the CV.",
        "{place} would mean moving or a long way to work.",
    ],
    passages: &[
        "Where the ad says {job_quote}, the CV says {cv_quote}",
        "The CV's {cv_quote} answers the ad's {job_quote}",
        "{cv_quote} in the CV goes with {job_quote} in the ad.",
    ],
    skills_open: &[
        "The ad names {skills}; the CV does not.",
        "Nothing in the CV about {skills}.",
        "{skills} could not be found in the CV.",
    ],
    licences_open: &["The ad asks for a driving licence ({licences}); the CV names none of that class."],
    other_field: &["The CV comes from another field of work.", "The roles in the CV are of another kind."],
    add_skill: &[
        "If {skill} has been part of the work, the CV should say where and when.",
        "{skill}: name the job or project where it came up, or a course that covers it.",
        "Practice in {skill}, even from a small project or a course, would close this gap.",
    ],
    add_certificate: &[
        "{skill}: if it is held, give its date; if not, say whether it is on the way.",
        "Without {skill} in the CV, readers must take it as missing: name it with its date, or say when it will be there.",
    ],
    add_trait: &[
        "{skill}: one example from work would say more than the word.",
        "For {skill}, tell of one situation at work that shows it.",
    ],
    close_field: &[
        "Begin the CV with what carries over from the work so far to this kind of role.",
        "Two lines at the top on why the change, and what of the past work serves here, would help.",
    ],
    close_experience: &[
        "Work that counts towards the {wanted} but stands in the CV without dates should get them.",
        "To make up for {wanted} of experience, show the work that came closest to this role in detail.",
    ],
    close_education: &[
        "Training at that level that is under way, or was recognised from abroad, belongs in the CV.",
        "If there is no such degree, show by tasks and results that the work was at that level.",
    ],
    close_licences: &[
        "If a licence of class {licences} is held, the CV should name the class; if not, say when it could be.",
    ],
    close_place: &[
        "Say in the CV whether moving to {place}, travelling there or working remotely is an option.",
        "A line on how {place} would be reached settles this.",
    ],
    show_skill: &[
        "{skill} is only listed; a line on what was done with it would carry more weight.",
        "Say in which job {skill} was used and to what end.",
    ],
    state_language: &[
        "State the level of {languages}, from A1 to C2, in the CV.",
        "If {languages} is spoken, the CV should give the level.",
    ],
    add_dates: &[
        "Give each job its first and last month; without dates the experience cannot be counted.",
        "Dates for each job would show how much experience there is.",
    ],
    transfer: &[
        "{from} is close to {to}, which the ad asks for.",
        "The ad asks for {to}; practice in {from} shortens the way there.",
        "From {from} it is not far to {to}.",
    ],
    transfer_of_work: &[
        "{skill}, part of the work as {title}, is asked for here too.",
        "The work as {title} was of another kind, but {skill} carries over.",
    ],
    ask_missing: &[
        "What have you done so far that comes closest to {skill}?",
        "Where have you met {skill}, and how would you get into it in your first weeks?",
        "If a task here needed {skill} tomorrow, how would you go about it?",
    ],
    ask_certificate: &["Do you hold {skill}, or when do you expect to?", "How do things stand with {skill}?"],
    ask_transfer: &[
        "You know {from}: what would be different for you with {to}?",
        "Which of what you did with {from} would serve you for {to}, and what would you have to learn?",
    ],
    ask_unproven: &[
        "Tell us of one task that you did with {skill}: what was your part, and what came of it?",
        "Where did you last need {skill}, and what was difficult about it?",
    ],
    ask_experience: &[
        "The ad asks for {wanted} of experience: which of your work came closest to this role, and in what?",
        "We look for {wanted} of experience: what of your work would you count towards it?",
    ],
    ask_language: &[
        "Which work have you done in {languages}, spoken and written?",
        "How do you get along in {languages} at work?",
    ],
    ask_role: &[
        "What was the hardest problem that you solved as {title}, and how?",
        "What would your colleagues say you did best as {title}?",
    ],
    ask_job: &[
        "Which part of the work as {job} would be the newest to you?",
        "What would you do first in your first month as {job}?",
    ],
    ask_any: &[
        "Which piece of your work so far are you proud of, and why?",
        "What do you expect of the team that you would work in?",
    ],
    units: ["year", "years", "month", "months"],
    and: " and ",
    quotation: ["“", "”"],
};
