//! The code of a language, as JSON, the API's document and both databases have it: kept with accounts,
//! members, events, invitations and mails.
//!
//! Whoever sends a code that no language has is told which ones there are. Of the database it is English: a
//! language whose file is gone must not keep anybody out.

use super::Words;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};
use std::borrow::Cow;
use utoipa::openapi::schema::{ObjectBuilder, Type as SchemaType};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        Self::named(&code).ok_or_else(|| D::Error::custom(Self::unknown()))
    }
}

impl<DB: Database> Type<DB> for Words
where
    str: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <str as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <str as Type<DB>>::compatible(ty)
    }
}

impl<'q, DB: Database> Encode<'q, DB> for Words
where
    &'q str: Encode<'q, DB>,
{
    fn encode_by_ref(&self, into: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let code: &'q str = self.code();
        code.encode_by_ref(into)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Words
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let code = <&str as Decode<DB>>::decode(value)?;
        Ok(Self::named(code).unwrap_or_default())
    }
}

impl PartialSchema for Words {
    fn schema() -> RefOr<Schema> {
        let code = ObjectBuilder::new().schema_type(SchemaType::String);
        let code = code.description(Some("The code of a language of pages, mails and exports."));
        code.enum_values(Some(Self::all().map(Self::code))).into()
    }
}

impl ToSchema for Words {
    fn name() -> Cow<'static, str> {
        "Language".into()
    }
}
