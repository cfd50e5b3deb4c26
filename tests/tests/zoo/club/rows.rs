//! The rows of the club: ties, NULLs, and rows that nothing leads to.

use lys::prelude::*;

use super::{Badge, Branch, Friendship, Locker, Member, MemberSkill, Skill};

const MEMBERS: i32 = 40;
const BRANCHES: [(&str, Option<&str>, Option<usize>); 5] = [
    ("MAIN", Some("Main"), None),
    ("EAST", None, Some(0)),
    ("WEST", Some("West"), Some(0)),
    ("FAR_EAST", None, Some(1)),
    ("EMPTY", Some(""), None),
];

fn id(table: u128, n: i32) -> Uuid {
    Uuid::from_u128(table << 64 | u128::try_from(n).unwrap())
}

pub fn branch_id(n: i32) -> Uuid {
    id(0xb4a, n)
}

/// Scattered, so that no order is the order of insertion.
pub fn member_id(n: i32) -> Uuid {
    id(0x3e3, n * 17 % 41)
}

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600 + seconds, 0).unwrap()
}

fn index(n: usize) -> i32 {
    i32::try_from(n).unwrap()
}

/// `n` in `0..of`, but nothing for every `of`-th.
fn some(n: i32, of: i32) -> Option<i32> {
    (n % of != 0).then_some(n % of)
}

pub fn branches() -> Fixture {
    Fixture::business::<Branch>("branches", &[Environment::Dev], || {
        let row = |(n, (code, title, parent)): (usize, &(&str, Option<&str>, Option<usize>))| {
            Draft::new()
                .with(Branch::COLUMN.id, branch_id(index(n)))
                .with(Branch::COLUMN.code, *code)
                .with(Branch::COLUMN.title, title.map(str::to_owned))
                .with(Branch::COLUMN.parent_id, parent.map(|parent| branch_id(index(parent))))
                .with(Branch::COLUMN.created_at, time(i64::from(index(n) / 2)))
        };
        BRANCHES.iter().enumerate().map(row).collect()
    })
}

/// Three in each of two branches, of the same numbers.
pub fn lockers() -> Fixture {
    Fixture::business::<Locker>("lockers", &[Environment::Dev], || {
        (0..6)
            .map(|n| {
                Draft::new()
                    .with(Locker::COLUMN.id, id(0x10c, n))
                    .with(Locker::COLUMN.branch_code, if n < 3 { "MAIN" } else { "EAST" })
                    .with(Locker::COLUMN.number, n % 3 + 1)
                    .with(Locker::COLUMN.note, some(n, 2).map(|_| format!("note {n}")))
                    .with(Locker::COLUMN.created_at, time(0))
            })
            .collect()
    })
}

pub fn skills() -> Fixture {
    Fixture::parametric::<Skill>("skills", || {
        let row = |(n, id): (usize, &str)| {
            Draft::new()
                .with(Skill::COLUMN.id, id)
                .with(Skill::COLUMN.description, (n != 1).then(|| id.to_lowercase()))
                .with(Skill::COLUMN.created_at, time(0))
        };
        ["CHESS", "RUN", "SING", "UNUSED"].into_iter().enumerate().map(row).collect()
    })
}

pub fn members() -> Fixture {
    Fixture::business::<Member>("members", &[Environment::Dev], || (0..MEMBERS).map(member).collect())
}

fn member(n: i32) -> Draft<Member> {
    // The number of a locker without its branch refers to none.
    let locker = n % 7;
    Draft::new()
        .with(Member::COLUMN.id, member_id(n))
        .with(
            Member::COLUMN.nickname,
            some(n, 6).map(|n| ["", "a", "B", "b", "ä", "a\"\\"][usize::try_from(n).unwrap()].to_owned()),
        )
        .with(Member::COLUMN.points, some(n * 7, 5))
        .with(Member::COLUMN.balance, some(n, 4).map(|n| Decimal::new(i64::from(n) * 1005, 2)))
        .with(Member::COLUMN.joined, some(n, 3).map(|n| NaiveDate::from_ymd_opt(2026, 1, n.unsigned_abs()).unwrap()))
        .with(
            Member::COLUMN.seen_at,
            some(n, 4).map(|n| time(0) + lys::chrono::TimeDelta::microseconds(i64::from(n) * 500_001)),
        )
        .with(Member::COLUMN.active, some(n, 3).map(|n| n == 1))
        .with(Member::COLUMN.branch_id, some(n, 9).map(|n| branch_id(n % 4)))
        .with(Member::COLUMN.mentor_id, (n > 2 && n % 5 != 0).then(|| member_id(n % 3)))
        .with(
            Member::COLUMN.locker_branch,
            (locker < 5).then(|| ["MAIN", "EAST"][usize::try_from(locker % 2).unwrap()].to_owned()),
        )
        .with(Member::COLUMN.locker_number, (locker < 6 && locker != 4).then_some(locker % 3 + 1))
        .with(Member::COLUMN.created_at, time(i64::from(n % 4)))
}

/// Some of members, some of nobody.
pub fn badges() -> Fixture {
    Fixture::business::<Badge>("badges", &[Environment::Dev], || {
        (0..20)
            .map(|n| {
                Draft::new()
                    .with(Badge::COLUMN.id, id(0xbad, n))
                    .with(Badge::COLUMN.member_id, some(n, 4).map(|_| member_id(n)))
                    .with(Badge::COLUMN.color, some(n, 3).map(|n| format!("c{n}")))
                    .with(Badge::COLUMN.created_at, time(0))
            })
            .collect()
    })
}

pub fn member_skills() -> Fixture {
    Fixture::business::<MemberSkill>("member_skills", &[Environment::Dev], || {
        let pairs = (0..MEMBERS).flat_map(|n| ["CHESS", "RUN", "SING"].into_iter().enumerate().map(move |it| (n, it)));
        let known = pairs.filter(|(n, (skill, _))| (n + index(*skill)) % 3 != 0);
        let row = |(n, (skill, name)): (i32, (usize, &str))| {
            Draft::new()
                .with(MemberSkill::COLUMN.id, id(0x5c1, n * 3 + index(skill)))
                .with(MemberSkill::COLUMN.member_id, member_id(n))
                .with(MemberSkill::COLUMN.skill_id, name)
                .with(MemberSkill::COLUMN.level, some(n, 4))
                .with(MemberSkill::COLUMN.created_at, time(0))
        };
        known.map(row).collect()
    })
}

/// One-sided, and some are friends of themselves.
pub fn friendships() -> Fixture {
    Fixture::business::<Friendship>("friendships", &[Environment::Dev], || {
        let pairs = (0..MEMBERS).flat_map(|from| (0..from % 4).map(move |to| (from, (from * to + 3) % 11)));
        let mut pairs: Vec<(i32, i32)> = pairs.collect();
        pairs.sort_unstable();
        pairs.dedup();
        let row = |(from, to): (i32, i32)| {
            Draft::new()
                .with(Friendship::COLUMN.id, id(0xf41, from * 100 + to))
                .with(Friendship::COLUMN.from_id, member_id(from))
                .with(Friendship::COLUMN.to_id, member_id(to))
                .with(Friendship::COLUMN.created_at, time(0))
        };
        pairs.into_iter().map(row).collect()
    })
}
