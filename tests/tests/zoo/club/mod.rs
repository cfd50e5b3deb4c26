//! A club: every kind of relation, most of it nullable.

mod rows;

use lys::prelude::*;

pub fn app() -> App {
    lys::app!("club")
        .fixture(rows::branches())
        .fixture(rows::lockers())
        .fixture(rows::skills())
        .fixture(rows::members())
        .fixture(rows::badges())
        .fixture(rows::member_skills())
        .fixture(rows::friendships())
}

/// A tree of branches.
#[entity]
pub struct Branch {
    #[column(unique)]
    pub code: String,
    pub title: Option<String>,
    #[belongs_to(Branch)]
    pub parent_id: Option<Uuid>,
    #[has_many(Branch)]
    pub children: Many<Branch>,
    #[has_many(Branch)]
    pub offices: Many<Branch>,
    #[has_many(Member)]
    pub members: Many<Member>,
    #[has_many(Member)]
    pub roster: Many<Member>,
    #[has_many(Locker)]
    pub lockers: Many<Locker>,
}

/// Numbered within its branch, which it knows by its code.
#[entity(unique(branch_code, number))]
pub struct Locker {
    #[belongs_to(Branch, key = code, name = branch)]
    pub branch_code: String,
    pub number: i32,
    pub note: Option<String>,
    #[has_many(Member)]
    pub holders: Many<Member>,
    #[has_many(Member)]
    pub users: Many<Member>,
}

#[entity(index(branch_id, points, id))]
pub struct Member {
    pub nickname: Option<String>,
    pub points: Option<i32>,
    #[column(decimal(8, 2))]
    pub balance: Option<Decimal>,
    pub joined: Option<NaiveDate>,
    pub seen_at: Option<DateTime<Utc>>,
    pub active: Option<bool>,
    #[belongs_to(Branch)]
    pub branch_id: Option<Uuid>,
    #[belongs_to(Member)]
    pub mentor_id: Option<Uuid>,
    pub locker_branch: Option<String>,
    pub locker_number: Option<i32>,
    #[belongs_to(Locker, by(locker_branch, locker_number), key(branch_code, number))]
    pub locker: One<Locker>,
    #[has_one(Badge)]
    pub badge: One<Badge>,
    #[has_many(Member)]
    pub students: Many<Member>,
    #[has_many(Member)]
    pub class: Many<Member>,
    #[many_to_many(Skill, through = MemberSkill)]
    pub skills: Many<Skill>,
    #[many_to_many(Skill, through = MemberSkill)]
    pub abilities: Many<Skill>,
    #[many_to_many(Member, through = Friendship, by = from_id, to = to_id)]
    pub friends: Many<Member>,
    #[many_to_many(Member, through = Friendship, by = to_id, to = from_id)]
    pub fans: Many<Member>,
    #[many_to_many(Member, through = Friendship, by = from_id, to = to_id)]
    pub circle: Many<Member>,
}

#[entity]
pub struct Badge {
    #[column(unique)]
    #[belongs_to(Member)]
    pub member_id: Option<Uuid>,
    pub color: Option<String>,
}

#[entity(parametric)]
pub struct Skill {
    #[many_to_many(Member, through = MemberSkill)]
    pub members: Many<Member>,
}

#[entity(unique(member_id, skill_id))]
pub struct MemberSkill {
    #[belongs_to(Member)]
    pub member_id: Uuid,
    #[belongs_to(Skill)]
    pub skill_id: String,
    pub level: Option<i32>,
}

#[entity(unique(from_id, to_id))]
pub struct Friendship {
    #[belongs_to(Member)]
    pub from_id: Uuid,
    #[belongs_to(Member)]
    pub to_id: Uuid,
}

#[node(Branch)]
#[getter(name = "branch")]
#[connection(name = "all_branches", order_by(code, title))]
pub struct BranchNode {
    pub code: String,
    pub title: Option<String>,
    pub parent: Option<BranchNode>,
    pub children: Vec<BranchNode>,
    pub offices: Connection<BranchNode>,
    pub members: Vec<MemberNode>,
    #[relation(order_by(nickname, points, balance, joined, seen_at, active))]
    pub roster: Connection<MemberNode>,
    pub lockers: Vec<LockerNode>,
}

#[node(Locker)]
#[getter(name = "locker")]
#[connection(name = "all_lockers", order_by(number, note))]
pub struct LockerNode {
    pub number: i32,
    pub note: Option<String>,
    pub branch: BranchNode,
    pub holders: Vec<MemberNode>,
    #[relation(order_by())]
    pub users: Connection<MemberNode>,
}

#[node(Member)]
#[getter(name = "member")]
#[connection(
    name = "all_members",
    order_by(nickname, points, balance, joined, seen_at, active, created_at),
    aggregate(nickname, points, balance, joined, seen_at),
    group_by(active, branch_id, joined, balance)
)]
pub struct MemberNode {
    pub nickname: Option<String>,
    pub points: Option<i32>,
    pub balance: Option<f64>,
    pub joined: Option<NaiveDate>,
    pub seen_at: Option<DateTime<Utc>>,
    pub active: Option<bool>,
    pub branch: Option<BranchNode>,
    pub mentor: Option<MemberNode>,
    pub locker: Option<LockerNode>,
    pub badge: Option<BadgeNode>,
    pub students: Vec<MemberNode>,
    pub class: Connection<MemberNode>,
    pub skills: Vec<SkillNode>,
    pub abilities: Connection<SkillNode>,
    pub friends: Vec<MemberNode>,
    pub fans: Vec<MemberNode>,
    #[relation(order_by(points, nickname))]
    pub circle: Connection<MemberNode>,
}

#[node(Badge)]
#[getter(name = "badge")]
pub struct BadgeNode {
    pub color: Option<String>,
    pub member: Option<MemberNode>,
}

#[node(Skill)]
#[connection(name = "all_skills")]
pub struct SkillNode {
    pub members: Vec<MemberNode>,
}
