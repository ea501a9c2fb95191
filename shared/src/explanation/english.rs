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
        "{skills} stand in the CV as well as in the ad.",
    ],
    open_skills: &[
        "Not in the CV, but in the ad: {skills}.",
        "The CV does not mention {skills}.",
        "Still open: {skills}.",
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
        "With {has} of work the {wanted} asked for are there.",
        "{has} of work against {wanted} asked for.",
    ],
    little_experience: &[
        "The ad asks for {wanted} of experience; {has} of work can be read from the CV.",
        "{has} of work stand against {wanted} asked for.",
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
        "{skill}: add a job or project where it was used, or a course that teaches it.",
        "To close the gap: show any practice in {skill}, or learn the basics of it first.",
    ],
    show_skill: &[
        "{skill} is named only; a line on what was done with it would carry more weight.",
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
    units: ["year", "years", "month", "months"],
    and: " and ",
    quotation: ["“", "”"],
};
