// From users.json. Needs serde (derive) and serde_json.
use serde::{Deserialize, Deserializer, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserPage {
    pub data: Vec<User>,
    /// e.g. abc
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<Option<String>>,
    /// e.g. 4
    pub total: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// e.g. 1
    pub id: i64,
    /// e.g. Ada
    pub name: String,
    /// email; e.g. ada@example.com
    pub email: String,
    pub role: Role,
    /// date-time; e.g. 2024-03-02T08:30:00Z
    pub created_at: String,
    /// date; e.g. 2024-03-02
    pub day: String,
    /// uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
    pub uuid: String,
    /// decimal; e.g. 12.50
    pub balance: String,
    pub active: bool,
    pub address: Address,
    pub tags: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Role {
    Admin,
    User,
    /// A value that was not in the sample.
    Other(String),
}

impl From<String> for Role {
    fn from(text: String) -> Self {
        match text.as_str() {
            "admin" => Self::Admin,
            "user" => Self::User,
            _ => Self::Other(text),
        }
    }
}

impl From<Role> for String {
    fn from(value: Role) -> Self {
        match value {
            Role::Admin => "admin".to_string(),
            Role::User => "user".to_string(),
            Role::Other(text) => text,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Address {
    /// e.g. 1 Main
    pub street: String,
    /// e.g. Oslo
    pub city: String,
    /// e.g. 0150
    pub zip: String,
}

/// Tells a key that is null (`Some(None)`) from one that is absent (`None`).
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

pub fn parse_users(text: &str) -> serde_json::Result<UserPage> {
    serde_json::from_str(text)
}

pub fn serialize_users(value: &UserPage) -> serde_json::Result<String> {
    serde_json::to_string(value)
}
