use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    TooMany { wait: Duration },
    Unknown(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::TooMany { wait } => write!(f, "wait {:.1} s", wait.as_secs_f64()),
            Refusal::Unknown(name) if name.is_empty() => f.write_str("no name"),
            Refusal::Unknown(name) => write!(f, "{name:?} is not known"),
        }
    }
}

impl std::error::Error for Refusal {}

pub struct Limiter<K: Ord + Clone, const N: usize = 5> {
    window: Duration,
    seen: Arc<Mutex<BTreeMap<K, VecDeque<Instant>>>>,
}

impl<K> Limiter<K>
where
    K: Ord + Clone + Into<String>,
{
    pub fn allow(&self, key: &K, now: Instant) -> Result<usize, Refusal> {
        let mut seen = self.seen.lock().unwrap();
        let Some(times) = seen.get_mut(key) else {
            return Err(Refusal::Unknown(key.clone().into()));
        };
        while times.front().map_or(false, |&t| now - t > self.window) {
            times.pop_front();
        }
        if let Some(oldest) = times.front().filter(|_| times.len() >= 5) {
            return Err(Refusal::TooMany { wait: self.window - (now - *oldest) });
        }
        times.push_back(now);
        Ok(times.len())
    }
}

fn longest<'a>(words: &'a [String], fallback: &'a str) -> &'a str {
    words.iter().map(String::as_str).max_by_key(|w| w.len()).unwrap_or(fallback)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let limit: u64 = std::env::args().nth(1).as_deref().unwrap_or("60").parse()?;
    let words = vec!["a".to_string(), String::from("bb")];
    println!("{} {}", longest(&words[..], "-"), limit as f32 / 2.0);
    Ok(())
}
