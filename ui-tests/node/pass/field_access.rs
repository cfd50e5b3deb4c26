use lys::{access::AccessLevel, prelude::*};

pub struct Boss;

impl AccessLevel for Boss {
    const ID: &'static str = "BOSS";
}

#[entity(owner = user_id, tenant(client = client_id))]
pub struct Account {
    pub name: String,
    pub balance: i32,
    pub user_id: Uuid,
    pub client_id: Uuid,
    #[has_many(Booking, access = inherit)]
    pub bookings: Many<Booking>,
    #[has_many(Booking, access = filter)]
    pub pages: Many<Booking>,
}

#[entity]
pub struct Booking {
    #[belongs_to(Account)]
    pub account_id: Uuid,
    pub amount: i32,
}

#[node(Account)]
pub struct AccountNode {
    pub name: String,
    /// What is left.
    #[field(access(Owner, OrganizationRole, Role, InternalService, Boss))]
    pub balance: i32,
    #[field(access(Role))]
    pub bookings: Vec<BookingNode>,
    #[field(access(Role))]
    #[relation(order_by(amount))]
    pub pages: Connection<BookingNode>,
}

#[node(Booking)]
pub struct BookingNode {
    pub account: AccountNode,
}

#[node(extends = BookingNode)]
pub struct MoreOfBookings {
    #[field(access(crate::Boss))]
    pub amount: i32,
}

#[field(on = AccountNode, columns(balance), access(Owner))]
fn doubled(balance: i32) -> i32 {
    balance * 2
}

fn main() {}
