//! A payroll: salaries, budgets, appraisals and bonuses that take a right of their own.

use lys::{prelude::*, testing::TestProject};

pub const OWN: Uuid = Uuid::from_u128(0xa);
pub const FOREIGN: Uuid = Uuid::from_u128(0xb);

#[entity]
pub struct Department {
    #[column(length = 40)]
    pub name: String,
    pub budget: i32,
    #[has_many(Employee, access = filter)]
    pub employees: Many<Employee>,
    #[has_many(Employee, access = inherit)]
    pub staff: Many<Employee>,
}

/// Employees of clients: the odd ones are of the own client.
#[entity(owner = user_id, tenant(client = client_id))]
pub struct Employee {
    #[column(length = 40)]
    pub name: String,
    pub salary: i32,
    pub age: i32,
    #[belongs_to(Department)]
    pub department_id: Uuid,
    pub user_id: Uuid,
    pub client_id: Uuid,
    #[has_many(Appraisal)]
    pub appraisals: Many<Appraisal>,
}

#[entity]
pub struct Appraisal {
    #[column(length = 40)]
    pub text: String,
    #[belongs_to(Employee)]
    pub employee_id: Uuid,
}

#[node(Department)]
#[getter(name = "department", access(Role), licensed = false)]
#[connection(
    name = "all_departments",
    access(Role),
    licensed = false,
    filter(name, budget, employees(salary)),
    sort(name, budget),
    aggregate(budget)
)]
pub struct DepartmentNode {
    pub name: String,
    /// What it may spend.
    #[field(access(Role))]
    pub budget: i32,
    #[relation(order_by(name, salary))]
    pub employees: Connection<EmployeeNode>,
    pub staff: Vec<EmployeeNode>,
}

#[node(Employee)]
#[getter(name = "employee", access(Role, OrganizationRole, Owner), licensed = false)]
#[connection(
    name = "all_employees",
    access(Role, OrganizationRole, Owner),
    licensed = false,
    order_by(name, salary),
    filter(name, salary, department(name, budget), appraisals(text)),
    sort(name, salary, department(name, budget), appraisals),
    aggregate(salary, age),
    group_by(salary, age)
)]
pub struct EmployeeNode {
    pub name: String,
    #[field(access(Role, OrganizationRole, Owner))]
    pub salary: i32,
    pub age: i32,
    pub department: DepartmentNode,
    #[field(access(Role))]
    pub appraisals: Vec<AppraisalNode>,
}

#[node(Appraisal)]
pub struct AppraisalNode {
    pub text: String,
}

/// In the author's order, which is by what not everybody may see.
#[connection(node = EmployeeNode, order_by(name, salary), aggregate(salary, age), group_by(salary, age), access(Role, OrganizationRole), licensed = false)]
async fn best_paid(_: &Context<'_>) -> Result<Select<Employee>> {
    Ok(Employee::select().order_by(Employee::COLUMN.salary.desc()))
}

#[connection(node = DepartmentNode, filter(name), aggregate(budget), public, licensed = false)]
async fn public_departments(_: &Context<'_>) -> Result<Select<Department>> {
    Ok(Department::select())
}

#[field(on = EmployeeNode, columns(salary), access(Role))]
fn bonus(salary: i32) -> i32 {
    salary / 10
}

#[field(on = EmployeeNode, columns(salary), access(Role))]
async fn raise(_: &Context<'_>, salary: &[i32], by: i32) -> Result<Vec<i32>> {
    Ok(salary.iter().map(|salary| salary + by).collect())
}

#[derive(Input)]
#[input(entity = Employee)]
pub struct RenameInput {
    pub name: String,
}

#[edition(node = EmployeeNode, access(Role, OrganizationRole), licensed = false)]
async fn rename_employee(_: &Context<'_>, employee: Employee, inputs: RenameInput) -> Result<Draft<Employee>> {
    Ok(Draft::of(employee).with(Employee::COLUMN.name, inputs.name))
}

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn employee_id(n: u128) -> String {
    GlobalId::new("EmployeeNode", id(n)).encode()
}

pub fn app() -> App {
    let dev = &[Environment::Dev];
    let departments = Fixture::business::<Department>("departments", dev, || {
        let department = |n: i32| {
            Draft::new()
                .with(Department::COLUMN.id, id(u128::try_from(n).unwrap()))
                .with(Department::COLUMN.name, format!("department {n}"))
                .with(Department::COLUMN.budget, 1_000_000 + n)
        };
        (1..=2).map(department).collect()
    });
    let employees = Fixture::business::<Employee>("employees", dev, || {
        let employee = |n: i32| {
            let key = u128::try_from(n).unwrap();
            Draft::new()
                .with(Employee::COLUMN.id, id(key))
                .with(Employee::COLUMN.name, format!("employee {n}"))
                // Whoever is paid more stands further behind.
                .with(Employee::COLUMN.salary, 70_000 + n)
                .with(Employee::COLUMN.age, 40 + n % 2)
                .with(Employee::COLUMN.department_id, id(1 + key % 2))
                .with(Employee::COLUMN.user_id, id(100 + key))
                .with(Employee::COLUMN.client_id, if n % 2 == 1 { OWN } else { FOREIGN })
        };
        (1..=4).map(employee).collect()
    });
    let appraisals = Fixture::business::<Appraisal>("appraisals", dev, || {
        let appraisal = |n: u128| {
            Draft::new()
                .with(Appraisal::COLUMN.id, id(n))
                .with(Appraisal::COLUMN.text, format!("appraisal {n}"))
                .with(Appraisal::COLUMN.employee_id, id(n))
        };
        (1..=4).map(appraisal).collect()
    });
    App::new("payroll", module_path!()).fixture(departments).fixture(employees).fixture(appraisals)
}

pub async fn payroll() -> TestProject {
    TestProject::new([app()]).await.unwrap()
}
