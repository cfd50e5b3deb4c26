//! The generated operations of a closed service.

use super::{Draft, Reader, Select, Upserted, Writer};
use crate::{
    entity::{Entity, SoftDelete, Unique},
    error::Result,
    service::Service,
};

type KeyOf<S> = <<S as Service>::Entity as Entity>::Key;

/// Get, find, list, create, update, delete, one by one and in bulk: on every `#[service(Entity)]` struct. All inside the scope of the reader or writer.
pub trait EntityService: Service {
    /// The row with this key. See [`Reader::get`].
    fn get(&self, reader: &Reader<'_>, key: KeyOf<Self>) -> impl Future<Output = Result<Self::Entity>> + Send {
        reader.get(key)
    }

    /// The row with this key, if there is one. See [`Reader::find`].
    fn find(&self, reader: &Reader<'_>, key: KeyOf<Self>) -> impl Future<Output = Result<Option<Self::Entity>>> + Send {
        reader.find(key)
    }

    /// All rows of `select`. See [`Reader::list`].
    fn list(
        &self,
        reader: &Reader<'_>,
        select: Select<Self::Entity>,
    ) -> impl Future<Output = Result<Vec<Self::Entity>>> + Send {
        reader.list(select)
    }

    /// The rows with these keys, in their order. See [`Reader::get_multiple`].
    fn get_multiple(
        &self,
        reader: &Reader<'_>,
        keys: &[KeyOf<Self>],
    ) -> impl Future<Output = Result<Vec<Self::Entity>>> + Send {
        reader.get_multiple(keys)
    }

    /// Writes a new row. See [`Writer::create`].
    fn create(
        &self,
        writer: &mut Writer<'_>,
        draft: Draft<Self::Entity>,
    ) -> impl Future<Output = Result<Self::Entity>> + Send {
        writer.create(draft)
    }

    /// Changes a row. See [`Writer::update`].
    fn update(
        &self,
        writer: &mut Writer<'_>,
        key: KeyOf<Self>,
        change: impl FnOnce(&mut Self::Entity) + Send,
    ) -> impl Future<Output = Result<Self::Entity>> + Send {
        writer.update(key, change)
    }

    /// Writes a new row, or into the one that has its unique key. See [`Writer::upsert`].
    fn upsert(
        &self,
        writer: &mut Writer<'_>,
        draft: Draft<Self::Entity>,
        key: Unique<Self::Entity>,
    ) -> impl Future<Output = Result<Upserted<Self::Entity>>> + Send {
        writer.upsert(draft, key)
    }

    /// Writes new rows. See [`Writer::create_many`].
    fn create_many(
        &self,
        writer: &mut Writer<'_>,
        drafts: Vec<Draft<Self::Entity>>,
    ) -> impl Future<Output = Result<Vec<Self::Entity>>> + Send {
        writer.create_many(drafts)
    }

    /// Changes rows. See [`Writer::update_many`].
    fn update_many(
        &self,
        writer: &mut Writer<'_>,
        keys: &[KeyOf<Self>],
        change: impl FnMut(&mut Self::Entity) + Send,
    ) -> impl Future<Output = Result<Vec<Self::Entity>>> + Send {
        writer.update_many(keys, change)
    }

    /// Changes all rows of a select alike. See [`Writer::update_where`].
    fn update_where(
        &self,
        writer: &mut Writer<'_>,
        select: Select<Self::Entity>,
        changes: Draft<Self::Entity>,
    ) -> impl Future<Output = Result<u64>> + Send {
        writer.update_where(select, changes)
    }

    /// Deletes a row. See [`Writer::delete`].
    fn delete(&self, writer: &mut Writer<'_>, key: KeyOf<Self>) -> impl Future<Output = Result<()>> + Send {
        writer.delete::<Self::Entity>(key)
    }

    /// Brings a deleted row back. See [`Writer::restore`].
    fn restore(&self, writer: &mut Writer<'_>, key: KeyOf<Self>) -> impl Future<Output = Result<Self::Entity>> + Send
    where
        Self::Entity: SoftDelete,
    {
        writer.restore::<Self::Entity>(key)
    }

    /// Deletes rows. See [`Writer::delete_many`].
    fn delete_many(&self, writer: &mut Writer<'_>, keys: &[KeyOf<Self>]) -> impl Future<Output = Result<()>> + Send {
        writer.delete_many::<Self::Entity>(keys)
    }

    /// Deletes all rows of a select. See [`Writer::delete_where`].
    fn delete_where(
        &self,
        writer: &mut Writer<'_>,
        select: Select<Self::Entity>,
    ) -> impl Future<Output = Result<u64>> + Send {
        writer.delete_where(select)
    }
}

impl<S: Service> EntityService for S {}
