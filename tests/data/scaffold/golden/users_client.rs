// From users.json: a client of the HTTP API that it is an answer of. Needs ureq 2 and serde_json.
// Guessed from the sample: the path and the names of parameters. Correct them here.
use std::collections::HashSet;
use std::fmt;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use super::users::*;

/// The server answered with an error, or with something else than the sample.
#[derive(Debug)]
pub struct UsersError {
    pub message: String,
    pub url: String,
    /// 0: there was no answer.
    pub status: u16,
    pub body: String,
}

impl fmt::Display for UsersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for UsersError {}

/// Names and values for the address.
pub type Query<'a> = &'a [(&'a str, &'a str)];

pub struct UsersClient {
    /// "https://api.example.com/v1"
    pub base_url: String,
    /// Sent as `Authorization: Bearer ...`.
    pub token: Option<String>,
    pub headers: Vec<(String, String)>,
    /// How often a request is tried again after 429, 502, 503, 504 or no answer.
    pub retries: u32,
    agent: ureq::Agent,
}

impl UsersClient {
    pub fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_string(),
            token: None,
            headers: Vec::new(),
            retries: 3,
            // The token must not go to whatever server an answer names: redirects are errors.
            agent: ureq::AgentBuilder::new().redirects(0).timeout(Duration::from_secs(30)).build(),
        }
    }

    /// One page. `query` may have limit and what else the server understands.
    pub fn page(&self, query: Query) -> Result<UserPage, UsersError> {
        self.exchange("GET", &self.address("users", query), None)
    }

    /// Calls `each` with every row, page after page.
    pub fn all(&self, query: Query, mut each: impl FnMut(User)) -> Result<(), UsersError> {
        let mut seen = HashSet::new();
        let mut next = Some(self.address("users", query));
        while let Some(url) = next.take() {
            if !seen.insert(url.clone()) {
                break;
            }
            let (text, _) = self.send("GET", &url, None)?;
            let page: UserPage = self.read(&url, &text)?;
            for row in page.data {
                each(row);
            }
            let answer: serde_json::Value = self.read(&url, &text)?;
            if let Some(cursor) = answer["next_cursor"].as_str().filter(|text| !text.is_empty()) {
                next = Some(self.address("users", &with(query, "cursor", cursor)));
            }
        }
        Ok(())
    }

    pub fn get(&self, key: &str) -> Result<User, UsersError> {
        self.exchange("GET", &self.item(key), None)
    }

    pub fn create(&self, value: &User) -> Result<User, UsersError> {
        self.exchange("POST", &self.address("users", &[]), Some(&written(value)?))
    }

    pub fn update(&self, key: &str, value: &User) -> Result<User, UsersError> {
        self.exchange("PUT", &self.item(key), Some(&written(value)?))
    }

    pub fn remove(&self, key: &str) -> Result<(), UsersError> {
        self.send("DELETE", &self.item(key), None).map(|_| ())
    }

    fn item(&self, key: &str) -> String {
        self.address(&format!("users/{}", escaped(key)), &[])
    }

    fn address(&self, path: &str, query: Query) -> String {
        let mut address = format!("{}/{}", self.base_url.trim_end_matches('/'), path);
        for (i, (name, value)) in query.iter().enumerate() {
            let separator = if i == 0 { '?' } else { '&' };
            address += &format!("{}{}={}", separator, escaped(name), escaped(value));
        }
        address
    }

    fn try_once(&self, method: &str, url: &str, body: Option<&str>) -> Result<ureq::Response, UsersError> {
        let mut request = self.agent.request(method, url).set("Accept", "application/json");
        if let Some(token) = &self.token {
            request = request.set("Authorization", &format!("Bearer {}", token));
        }
        for (name, value) in &self.headers {
            request = request.set(name, value);
        }
        let answer = match body {
            Some(text) => request.set("Content-Type", "application/json").send_string(text),
            None => request.call(),
        };
        match answer {
            Ok(answer) | Err(ureq::Error::Status(_, answer)) => Ok(answer),
            Err(error) => {
                let message = format!("{} {}: {}", method, url, error);
                Err(UsersError { message, url: url.to_string(), status: 0, body: String::new() })
            }
        }
    }

    /// The text of the answer, and its header `Link`.
    fn send(&self, method: &str, url: &str, body: Option<&str>) -> Result<(String, Option<String>), UsersError> {
        let mut attempt = 0;
        loop {
            let mut told = None;
            let error = match self.try_once(method, url, body) {
                Ok(answer) => {
                    let status = answer.status();
                    told = answer.header("Retry-After").and_then(|text| text.parse().ok());
                    let link = answer.header("Link").map(str::to_string);
                    match answer.into_string() {
                        Ok(text) if (200..300).contains(&status) => return Ok((text, link)),
                        Ok(text) => {
                            let start: String = text.chars().take(200).collect();
                            let message = format!("{} {}: {}: {}", method, url, status, start);
                            UsersError { message, url: url.to_string(), status, body: text }
                        }
                        Err(error) => {
                            let message = format!("{} {}: {}", method, url, error);
                            UsersError { message, url: url.to_string(), status: 0, body: String::new() }
                        }
                    }
                }
                Err(error) => error,
            };
            // A POST that got no answer may have been carried out: it is sent again only after 429.
            let down = matches!(error.status, 0 | 502 | 503 | 504);
            if attempt == self.retries || !(error.status == 429 || (down && method != "POST")) {
                return Err(error);
            }
            sleep(Duration::from_secs_f64(told.unwrap_or_else(|| pause(attempt)).clamp(0.0, 30.0)));
            attempt += 1;
        }
    }

    fn read<T: serde::de::DeserializeOwned>(&self, url: &str, text: &str) -> Result<T, UsersError> {
        serde_json::from_str(text).map_err(|error| UsersError {
            message: format!("{}: {}", url, error),
            url: url.to_string(),
            status: 200,
            body: text.to_string(),
        })
    }

    fn exchange<T: serde::de::DeserializeOwned>(
        &self,
        method: &str,
        url: &str,
        body: Option<&str>,
    ) -> Result<T, UsersError> {
        let (text, _) = self.send(method, url, body)?;
        self.read(url, &text)
    }
}

/// Seconds: twice as long each time, not the same for everybody.
fn pause(attempt: u32) -> f64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    f64::from(1u32 << attempt.min(7)) * 0.25 * (0.5 + f64::from(now.subsec_micros() % 1000) / 1000.0)
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(byte as char),
            _ => out += &format!("%{:02X}", byte),
        }
    }
    out
}

fn written<T: serde::Serialize>(value: &T) -> Result<String, UsersError> {
    serde_json::to_string(value).map_err(|error| UsersError {
        message: error.to_string(),
        url: String::new(),
        status: 0,
        body: String::new(),
    })
}

/// The query with another value for one name.
fn with<'a>(query: Query<'a>, name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = query.iter().filter(|pair| pair.0 != name).copied();
    others.chain([(name, value)]).collect()
}
