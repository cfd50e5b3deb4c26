use lys::prelude::*;

#[entity]
pub struct Order {
    pub number: i32,
    #[has_many(OrderLine)]
    pub lines: Many<OrderLine>,
    #[many_to_many(Label, through = OrderLabel)]
    pub labels: Many<Label>,
}

#[entity]
pub struct OrderLine {
    #[belongs_to(Order)]
    pub order_id: Uuid,
    pub pieces: i32,
}

#[entity]
pub struct Label {
    pub word: String,
}

#[entity(unique(order_id, label_id))]
pub struct OrderLabel {
    #[belongs_to(Order)]
    pub order_id: Uuid,
    #[belongs_to(Label)]
    pub label_id: Uuid,
}

#[derive(Input)]
#[input(entity = OrderLine)]
pub struct LineInput {
    pub pieces: i32,
}

#[derive(Input)]
#[input(entity = Label)]
pub struct LabelInput {
    pub word: String,
}

#[derive(Input)]
#[input(entity = Order)]
pub struct OrderInput {
    #[input(children)]
    pub parts: Vec<LineInput>,
}

fn main() {}
