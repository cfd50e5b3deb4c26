//! `#[derive(Enum)]` as a column, in and out; and `app!`.

use lys::{
    __private::{
        async_graphql_value::{ConstValue, Name},
        sea_orm::{
            ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, Database, EntityTrait, QueryFilter,
        },
    },
    input::{Decoder, Input},
    node::{CellOutput, NodeFieldKind},
    output::{EnumValue, OutputTypes},
    prelude::*,
};

/// How far an order is.
#[derive(Enum, Clone, Debug, PartialEq)]
#[lys(name = "Status")]
pub enum OrderStatus {
    /// Not paid yet.
    Open,
    PaidInFull,
    #[cfg(any())]
    Absent,
}

#[entity]
pub struct Order {
    pub status: OrderStatus,
    pub before: Option<OrderStatus>,
}

#[node(Order)]
pub struct OrderNode {
    pub status: OrderStatus,
    pub before: Option<OrderStatus>,
}

#[tokio::test]
async fn an_enum_is_stored_as_its_name() {
    let db = Database::connect("sqlite::memory:").await.unwrap();
    for statement in (Order::definition().create_table)(lys::data::Dialect::Sqlite).statements() {
        db.execute_unprepared(&statement).await.unwrap();
    }
    let order = order_entity::ActiveModel {
        id: Set(Uuid::new_v4()),
        status: Set(OrderStatus::PaidInFull),
        before: Set(None),
        created_at: Set(Utc::now()),
        updated_at: Set(None),
    };
    order.insert(&db).await.unwrap();
    let paid = order_entity::Column::Status.eq("PAID_IN_FULL");
    let found = order_entity::Entity::find().filter(paid).one(&db).await.unwrap().unwrap();
    assert_eq!((found.status, found.before), (OrderStatus::PaidInFull, None));
}

#[test]
fn a_node_shows_an_enum() {
    let node = OrderNode::definition();
    assert_eq!(node.fields[0].ty.to_string(), "Status!");
    assert_eq!(node.fields[1].ty.to_string(), "Status");
    let NodeFieldKind::Column { output, .. } = node.fields[0].kind else { panic!("a column") };
    assert_eq!(output, CellOutput::Text);
    let mut types = OutputTypes::default();
    (node.fields[1].declare_output)(&mut types);
    let status = &types.enums["Status"];
    assert_eq!(status.description, "How far an order is.");
    let values: Vec<_> = status.values.iter().map(|value| (value.name, value.description)).collect();
    assert_eq!(values, [("OPEN", "Not paid yet."), ("PAID_IN_FULL", "")]);
}

#[test]
fn an_input_takes_a_name_or_its_text() {
    let mut decoder = Decoder::default();
    let name = ConstValue::Enum(Name::new("OPEN"));
    assert_eq!(OrderStatus::decode(Some(&name), &mut decoder), Some(OrderStatus::Open));
    let text = ConstValue::String("PAID_IN_FULL".to_owned());
    assert_eq!(OrderStatus::decode(Some(&text), &mut decoder), Some(OrderStatus::PaidInFull));
    assert_eq!(OrderStatus::decode(Some(&ConstValue::from("no")), &mut decoder), None);
    assert!(decoder.finish(Some(())).is_err());
    assert_eq!(OrderStatus::Open.name(), "OPEN");
}

mod shop {
    pub mod stock {}
}

#[test]
fn an_app_lists_its_modules() {
    let app = lys::app!("catalog", modules(shop, shop::stock), depends_on("base"));
    let text = format!("{app:?}");
    assert!(text.contains(r#"root: "macros::enumeration""#), "{text}");
    assert!(text.contains(r#"modules: ["shop", "shop::stock"], dependencies: ["base"]"#), "{text}");
}
