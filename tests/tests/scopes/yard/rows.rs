//! Sites 1 and 2 of the north, 3 and 4 of the south, the last of them by the coast; user 5 leads the first, user 3 the third. One job,
//! note and badge for each, under its number, and a photo for each job; the fifth job, note and badge are of no site.

use lys::prelude::*;

use super::{Badge, COAST, Job, NORTH, Note, Photo, SOUTH, Site, key};

fn fixture<E: Entity>(name: &'static str, rows: fn() -> Vec<Draft<E>>) -> Fixture {
    Fixture::business::<E>(name, &[Environment::Dev], rows)
}

fn user(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn site_of(number: u128) -> Option<Uuid> {
    (number < 5).then(|| key(number))
}

pub fn sites() -> Fixture {
    fixture::<Site>("sites", || {
        let site = |number: u128| {
            Draft::new()
                .with(Site::COLUMN.id, key(number))
                .with(Site::COLUMN.name, format!("site {number}"))
                .with(Site::COLUMN.client_id, if number < 3 { NORTH } else { SOUTH })
                .with(
                    Site::COLUMN.lead_id,
                    match number {
                        1 => Some(user(5)),
                        3 => Some(user(3)),
                        _ => None,
                    },
                )
                .with(Site::COLUMN.region_id, (number == 4).then_some(COAST))
        };
        (1..5).map(site).collect()
    })
}

pub fn jobs() -> Fixture {
    fixture::<Job>("jobs", || {
        let job = |number: u128| {
            Draft::new()
                .with(Job::COLUMN.id, key(number))
                .with(Job::COLUMN.code, format!("J{number}"))
                .with(Job::COLUMN.hours, i32::try_from(number).unwrap() * 10)
                .with(Job::COLUMN.site_id, site_of(number))
        };
        (1..6).map(job).collect()
    })
}

pub fn photos() -> Fixture {
    fixture::<Photo>("photos", || {
        let photo = |number: u128| {
            Draft::new()
                .with(Photo::COLUMN.id, key(number))
                .with(Photo::COLUMN.caption, format!("photo {number}"))
                .with(Photo::COLUMN.job_id, key(number))
        };
        (1..6).map(photo).collect()
    })
}

pub fn notes() -> Fixture {
    fixture::<Note>("notes", || {
        let note = |number: u128| {
            Draft::new()
                .with(Note::COLUMN.id, key(number))
                .with(Note::COLUMN.text, format!("note {number}"))
                .with(Note::COLUMN.author_id, (number == 5).then(|| user(7)))
                .with(Note::COLUMN.site_id, site_of(number))
        };
        (1..6).map(note).collect()
    })
}

pub fn badges() -> Fixture {
    fixture::<Badge>("badges", || {
        let badge = |number: u128| {
            Draft::new()
                .with(Badge::COLUMN.id, key(number))
                .with(Badge::COLUMN.text, format!("badge {number}"))
                .with(Badge::COLUMN.site_id, site_of(number))
        };
        (1..6).map(badge).collect()
    })
}
