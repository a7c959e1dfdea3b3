//! The part of ureq 2 that generated clients use, over plain sockets: for tests on machines without it.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

pub enum Error {
    Status(u16, Response),
    Transport(String),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Status(status, _) => write!(f, "status {}", status),
            Error::Transport(text) => f.write_str(text),
        }
    }
}

pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Response {
    pub fn status(&self) -> u16 {
        self.status
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|pair| pair.0.eq_ignore_ascii_case(name)).map(|pair| pair.1.as_str())
    }

    pub fn into_string(self) -> std::io::Result<String> {
        Ok(self.body)
    }
}

pub struct AgentBuilder;

#[derive(Clone)]
pub struct Agent;

impl AgentBuilder {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        AgentBuilder
    }

    pub fn redirects(self, _: u32) -> Self {
        self
    }

    pub fn timeout(self, _: Duration) -> Self {
        self
    }

    pub fn build(self) -> Agent {
        Agent
    }
}

impl Agent {
    pub fn request(&self, method: &str, url: &str) -> Request {
        Request { method: method.to_string(), url: url.to_string(), headers: Vec::new() }
    }
}

pub struct Request {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
}

impl Request {
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    pub fn call(self) -> Result<Response, Error> {
        self.send_string("")
    }

    pub fn send_string(self, body: &str) -> Result<Response, Error> {
        let response = self.exchange(body).map_err(|error| Error::Transport(error.to_string()))?;
        match response.status {
            200..=399 => Ok(response),
            status => Err(Error::Status(status, response)),
        }
    }

    fn exchange(self, body: &str) -> std::io::Result<Response> {
        let other = || std::io::Error::new(std::io::ErrorKind::Other, "not an HTTP address");
        let rest = self.url.strip_prefix("http://").ok_or_else(other)?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut socket = TcpStream::connect(host)?;
        write!(socket, "{} /{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.method, path, host)?;
        for (name, value) in &self.headers {
            write!(socket, "{}: {}\r\n", name, value)?;
        }
        write!(socket, "Content-Length: {}\r\n\r\n{}", body.len(), body)?;
        let mut reader = BufReader::new(socket);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(other)?;
        let mut response = Response { status, headers: Vec::new(), body: String::new() };
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                Some((name, value)) => response.headers.push((name.to_string(), value.trim().to_string())),
                None => break,
            }
        }
        reader.read_to_string(&mut response.body)?;
        Ok(response)
    }
}
