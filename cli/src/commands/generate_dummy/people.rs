//! Made-up careers and ads. Everything follows from the seed and a number, so that any part can be made again alone.

use sha2::{Digest, Sha256};
use shared::db::dummy::{DummyCv, DummyJob};
use shared::domain::{JobText, Profile, Requirements};
use uuid::{Builder, Uuid};

use super::words::{CITIES, COMPANIES, FAMILY_NAMES, GIVEN_NAMES, OCCUPATIONS, Occupation, SCHOOLS};

/// A source of made-up people and jobs.
pub struct People {
    seed: u64,
}

/// Chances that follow from the seed: SHA-256 in counter mode, which is the same on every machine and in every version.
struct Chance {
    block: [u8; 32],
    next: usize,
}

impl Chance {
    fn new(seed: u64, kind: &str, number: u32) -> Self {
        Self { block: Sha256::digest(format!("{seed} {kind} {number}")).into(), next: 0 }
    }

    fn below(&mut self, limit: usize) -> usize {
        if self.next + 4 > self.block.len() {
            self.block = Sha256::digest(self.block).into();
            self.next = 0;
        }
        let bytes = &self.block[self.next..self.next + 4];
        self.next += 4;
        bytes.iter().fold(0usize, |value, byte| value << 8 | usize::from(*byte)) % limit.max(1)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn some<'a>(&mut self, all: &[&'a str], count: usize) -> Vec<&'a str> {
        let first = self.below(all.len());
        (0..count.min(all.len())).map(|index| all[(first + index) % all.len()]).collect()
    }

    fn id(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        for byte in &mut bytes {
            *byte = self.below(256) as u8;
        }
        Builder::from_random_bytes(bytes).into_uuid()
    }
}

impl People {
    /// The people of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// CV number `number`, from 0; neither parsed nor embedded.
    pub fn cv(&self, number: u32) -> DummyCv {
        let mut chance = Chance::new(self.seed, "cv", number);
        let (given, family) = (*chance.of(GIVEN_NAMES), *chance.of(FAMILY_NAMES));
        let occupation: &Occupation = chance.of(OCCUPATIONS);
        let city = *chance.of(CITIES);
        let count = 5 + chance.below(3);
        let skills = chance.some(occupation.skills, count);
        let mut text = format!(
            "{given} {family}\n{}\n{city}\n{}.{}@example.com\n\nExperience\n",
            occupation.title,
            given.to_lowercase(),
            family.to_lowercase()
        );
        let mut end = 2026;
        for index in 0..1 + chance.below(3) {
            let start = end - 1 - chance.below(5);
            let level = if index == 0 && chance.below(3) == 0 { "Senior " } else { "" };
            let until = if index == 0 { "Present".to_owned() } else { format!("06/{end}") };
            let used = chance.some(&skills, 3).join(", ");
            text.push_str(&format!(
                "{level}{}, {}\n07/{start} - {until}\n- Worked with {used} every day.\n",
                occupation.title,
                chance.of(COMPANIES)
            ));
            end = start;
        }
        let (school, left) = (chance.of(SCHOOLS), end);
        text.push_str(&format!(
            "\nEducation\n{}, {school}, {left}\n\nSkills\n{}\n",
            occupation.degree,
            skills.join(", ")
        ));
        DummyCv {
            id: chance.id(),
            candidate_id: format!("dummy-{:06}", number + 1),
            text,
            profile: Profile::default(),
            embedding: None,
        }
    }

    /// Job number `number`, from 0; neither read nor embedded.
    pub fn job(&self, number: u32) -> (DummyJob, JobText) {
        let mut chance = Chance::new(self.seed, "job", number);
        let occupation: &Occupation = chance.of(OCCUPATIONS);
        let (company, city) = (*chance.of(COMPANIES), *chance.of(CITIES));
        let level = *chance.of(&["", "", "Senior ", "Junior "]);
        let count = 4 + chance.below(3);
        let wanted = chance.some(occupation.skills, count);
        let years = 1 + chance.below(7);
        let title = format!("{level}{}", occupation.title);
        let text = format!(
            "{company} is looking for a {title} in {city}.\n\nYour work\n- {}\n\nWhat you bring\n- At least {years} years of \
            experience\n- {}\n- {}",
            occupation.duty,
            wanted.join(", "),
            occupation.degree
        );
        let job = JobText {
            title: title.clone(),
            company: Some(company.to_owned()),
            location: Some(city.to_owned()),
            text: text.clone(),
            ..JobText::default()
        };
        let row = DummyJob {
            id: chance.id(),
            external_id: format!("dummy-{:06}", number + 1),
            title,
            company: company.to_owned(),
            location: city.to_owned(),
            text,
            requirements: Requirements::default(),
            embedding: None,
        };
        (row, job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_data_and_another_seed_others() {
        let (one, same, other) = (People::new(7), People::new(7), People::new(8));
        assert_eq!(one.cv(3).text, same.cv(3).text);
        assert_eq!(one.cv(3).id, same.cv(3).id);
        assert_eq!(one.job(9).0.text, same.job(9).0.text);
        assert_ne!(one.cv(3).id, other.cv(3).id);
        assert_ne!(one.cv(3).id, one.cv(4).id);
    }
}
