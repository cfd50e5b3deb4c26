const _: () = {
    #[automatically_derived]
    impl ::lys::output::EnumValue for OrderStatus {
        const NAME: &'static str = "Status";
        const DESCRIPTION: &'static str = "How far it is.";
        const VALUES: &'static [(Self, &'static str, &'static str)] = &[
            (OrderStatus::Open, "OPEN", "Not paid."),
            #[cfg(test)]
            (OrderStatus::PaidInFull, "PAID_IN_FULL", ""),
        ];
        fn name(&self) -> &'static str {
            match self {
                Self::Open => "OPEN",
                #[cfg(test)]
                Self::PaidInFull => "PAID_IN_FULL",
            }
        }
    }
    #[automatically_derived]
    impl ::lys::output::Output for OrderStatus {
        fn type_ref() -> ::lys::output::TypeRef {
            ::lys::output::enumeration::type_ref::<Self>()
        }
        fn declare(types: &mut ::lys::output::OutputTypes) {
            ::lys::output::enumeration::declare::<Self>(types)
        }
        fn write(
            &self,
            writer: &mut ::lys::output::ValueWriter<'_, '_>,
        ) -> ::lys::output::Written {
            ::lys::output::enumeration::write(self, writer)
        }
    }
    #[automatically_derived]
    impl ::lys::input::Input for OrderStatus {
        fn type_ref() -> ::lys::output::TypeRef {
            ::lys::output::enumeration::type_ref::<Self>()
        }
        fn declare(types: &mut ::lys::input::InputTypes) {
            ::lys::input::enumeration::declare::<Self>(types)
        }
        fn decode(
            value: ::core::option::Option<
                &::lys::__private::async_graphql_value::ConstValue,
            >,
            decoder: &mut ::lys::input::Decoder,
        ) -> ::core::option::Option<Self> {
            ::lys::input::enumeration::decode(value, decoder)
        }
    }
    #[automatically_derived]
    impl ::lys::entity::ColumnValue for OrderStatus {
        const KIND: ::lys::entity::ColumnKind = ::lys::entity::ColumnKind::String;
    }
    #[automatically_derived]
    impl ::lys::connection::FilterValue for OrderStatus {
        fn values() -> ::lys::connection::FilterValues {
            ::lys::connection::FilterValues::of_enum::<Self>()
        }
    }
    #[automatically_derived]
    impl ::core::convert::From<OrderStatus> for ::lys::__private::sea_orm::Value {
        fn from(value: OrderStatus) -> Self {
            ::lys::entity::enumeration::store(&value)
        }
    }
    #[automatically_derived]
    impl ::lys::__private::sea_orm::TryGetable for OrderStatus {
        fn try_get_by<I: ::lys::__private::sea_orm::ColIdx>(
            row: &::lys::__private::sea_orm::QueryResult,
            index: I,
        ) -> ::core::result::Result<Self, ::lys::__private::sea_orm::TryGetError> {
            ::lys::entity::enumeration::load(row, index)
        }
    }
    #[automatically_derived]
    impl ::lys::__private::sea_orm::sea_query::ValueType for OrderStatus {
        fn try_from(
            value: ::lys::__private::sea_orm::Value,
        ) -> ::core::result::Result<
            Self,
            ::lys::__private::sea_orm::sea_query::ValueTypeErr,
        > {
            ::lys::entity::enumeration::read(value)
        }
        fn type_name() -> ::std::string::String {
            ::core::convert::From::from(<Self as ::lys::output::EnumValue>::NAME)
        }
        fn array_type() -> ::lys::__private::sea_orm::sea_query::ArrayType {
            ::lys::__private::sea_orm::sea_query::ArrayType::String
        }
        fn column_type() -> ::lys::__private::sea_orm::sea_query::ColumnType {
            ::lys::__private::sea_orm::sea_query::ColumnType::Text
        }
    }
    #[automatically_derived]
    impl ::lys::__private::sea_orm::sea_query::Nullable for OrderStatus {
        fn null() -> ::lys::__private::sea_orm::Value {
            ::lys::__private::sea_orm::Value::String(::core::option::Option::None)
        }
    }
    #[automatically_derived]
    impl ::lys::__private::sea_orm::IntoActiveValue<OrderStatus> for OrderStatus {
        fn into_active_value(
            self,
        ) -> ::lys::__private::sea_orm::ActiveValue<OrderStatus> {
            ::lys::__private::sea_orm::ActiveValue::Set(self)
        }
    }
};
