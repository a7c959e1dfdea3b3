use std::collections::HashMap;

#[derive(Debug, Clone)]
pub enum Value<'a> {
    Number(i64),
    Text(&'a str),
}

pub fn parse(text: &str) -> Result<HashMap<&str, Value<'_>>, std::num::ParseIntError> {
    let mut map = HashMap::new();
    for line in text.lines().filter(|l| !l.is_empty()) {
        if let Some((key, value)) = line.split_once('=') {
            let value = match value.as_bytes() {
                [b'0'..=b'9', ..] => Value::Number(value.parse::<i64>()?),
                _ => Value::Text(value),
            };
            map.insert(key, value);
        }
    }
    Ok(map)
}
