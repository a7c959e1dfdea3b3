#[derive(Debug, Clone, Copy)]
pub enum Color {
    Red,
    Green,
}

pub enum Shape {
    Dot,
    Circle(f64),
    Rect { w: f64 },
}

/// A user.
#[derive(Debug)]
pub struct User {
    pub name: String,
    age: u32,
    tags: Vec<String>,
    nick: Option<String>,
}

pub struct Pair<'a, K, V: Clone> {
    pub key: &'a K,
    value: V,
}

pub struct Ring<T: Clone, const N: usize>
where
    T: PartialOrd,
{
    items: [T; N],
}

#[derive(Debug)]
pub struct Options {
    level: String,
    count: i32,
    ratio: f64,
    fast: bool,
    names: Vec<String>,
    limit: Option<u8>,
}

pub trait Store {
    fn load(&self, key: &str) -> Result<String, String>;
    fn save(&mut self, key: String, value: i32);
    fn both(&self) -> String {
        self.load("a").unwrap_or_default()
    }
}

pub struct Disk;

impl Store for Disk {
    fn load(&self, key: &str) -> Result<String, String> {
        Ok(key.to_string())
    }
}

pub fn price(count: i32, label: &str, color: Color, parts: Vec<f64>) -> Result<i32, String> {
    let _ = (label, color, parts);
    Ok(count)
}

pub fn paint(color: Color, shape: i32) -> i32 {
    shape
}

pub fn draw(shape: &Shape) {
}
