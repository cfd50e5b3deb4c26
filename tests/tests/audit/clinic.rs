//! A clinic, whose patients are nobody's business.

use lys::{execute::EngineOptions, prelude::*, testing::TestProject};

pub const OWN: Uuid = Uuid::from_u128(0xa);
pub const FOREIGN: Uuid = Uuid::from_u128(0xb);

#[entity]
pub struct Ward {
    #[column(length = 40)]
    pub name: String,
    #[has_many(Patient, access = inherit)]
    pub patients: Many<Patient>,
    #[has_many(Patient, access = inherit)]
    pub beds: Many<Patient>,
}

#[entity(sensitive, tenant(client = client_id))]
pub struct Patient {
    #[column(length = 40)]
    pub name: String,
    pub age: i32,
    #[belongs_to(Ward)]
    pub ward_id: Uuid,
    pub client_id: Uuid,
}

#[node(Ward)]
#[connection(name = "all_wards", access(Role), licensed = false, filter(name, patients(name)))]
pub struct WardNode {
    pub name: String,
    pub patients: Vec<PatientNode>,
    pub beds: Connection<PatientNode>,
}

#[node(Patient)]
#[getter(name = "patient", access(Role, OrganizationRole), licensed = false)]
#[connection(name = "all_patients", access(Role), licensed = false, aggregate(age))]
#[deletion(name = "discharge", access(Role), licensed = false)]
pub struct PatientNode {
    pub name: String,
    pub age: i32,
}

#[connection(node = PatientNode, aggregate(age), public, licensed = false)]
async fn waiting_room(_: &Context<'_>) -> Result<Select<Patient>> {
    Ok(Patient::select())
}

#[connection(node = PatientNode, aggregate(age), access(InternalService), licensed = false)]
async fn for_services(_: &Context<'_>) -> Result<Select<Patient>> {
    Ok(Patient::select())
}

#[field(query, access(Role), licensed = false)]
async fn visit_all(ctx: &Context<'_>) -> Result<i32> {
    let patients = ctx.reader().list(Patient::select()).await?;
    Ok(i32::try_from(patients.len()).unwrap())
}

#[derive(Input)]
#[input(entity = Patient)]
pub struct AdmitInput {
    pub name: String,
    pub age: i32,
}

fn admitted(inputs: AdmitInput) -> Draft<Patient> {
    Draft::new()
        .with(Patient::COLUMN.name, inputs.name)
        .with(Patient::COLUMN.age, inputs.age)
        .with(Patient::COLUMN.ward_id, id(1))
        .with(Patient::COLUMN.client_id, OWN)
}

#[creation(node = PatientNode, access(Role), licensed = false)]
async fn admit(_: &Context<'_>, inputs: AdmitInput) -> Result<Draft<Patient>> {
    Ok(admitted(inputs))
}

#[field(mutation, access(Role), licensed = false)]
async fn admit_and_fail(ctx: &Context<'_>) -> Result<Option<i32>> {
    ctx.writer()?.create(admitted(AdmitInput { name: "nobody".to_owned(), age: 1 })).await?;
    Err(Error::new("TOO_MANY_PATIENTS", 409))
}

#[derive(Input)]
#[input(entity = Patient)]
pub struct RenameInput {
    pub name: String,
}

#[edition(node = PatientNode, access(Role), licensed = false)]
async fn rename(_: &Context<'_>, patient: Patient, inputs: RenameInput) -> Result<Draft<Patient>> {
    Ok(Draft::of(patient).with(Patient::COLUMN.name, inputs.name))
}

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn patient_id(n: u128) -> String {
    GlobalId::new("PatientNode", id(n)).encode()
}

pub fn app() -> App {
    let dev = &[Environment::Dev];
    let wards = Fixture::business::<Ward>("wards", dev, || {
        let ward = |n| Draft::new().with(Ward::COLUMN.id, id(n)).with(Ward::COLUMN.name, format!("ward {n}"));
        (1..=2).map(ward).collect()
    });
    let patients = Fixture::business::<Patient>("patients", dev, || {
        let patient = |n: u128| {
            Draft::new()
                .with(Patient::COLUMN.id, id(n))
                .with(Patient::COLUMN.name, format!("patient {n}"))
                .with(Patient::COLUMN.age, 40)
                .with(Patient::COLUMN.ward_id, id(1 + n % 2))
                .with(Patient::COLUMN.client_id, if n % 2 == 1 { OWN } else { FOREIGN })
        };
        (1..=3).map(patient).collect()
    });
    App::new("clinic", module_path!()).fixture(wards).fixture(patients)
}

pub async fn clinic() -> TestProject {
    TestProject::new([app()]).await.unwrap()
}

pub async fn clinic_with(options: EngineOptions) -> TestProject {
    TestProject::with_options([app()], options).await.unwrap()
}
