//! The way to a server that speaks the chat-completions protocol: the transport of [`news::endpoint`]. Plain HTTP alone,
//! for a server on this machine or a proxy there; one request at a time, bounded in size and time.

use std::io::Read;
use std::time::Duration;

use model::Report;
use news::endpoint::{self, Answer};

/// A server and how to ask it.
#[derive(Clone)]
pub struct Endpoint {
    /// Address of the protocol's root (`http://127.0.0.1:8080/v1`) or of `…/chat/completions` itself.
    pub url: String,
    /// Name of the model, as the server knows it.
    pub model: String,
    /// Sent as a bearer token, to this machine only; empty for none.
    pub key: String,
    /// Longest wait for one answer.
    pub timeout: Duration,
}

// The key stays out of whatever prints this.
impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint")
            .field("url", &self.url)
            .field("model", &self.model)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Why a server cannot be asked at all.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// Not an address of plain HTTP.
    #[error("{0:?} is no address of the form http://HOST:PORT/v1; for https, run a local proxy")]
    Address(String),
    /// A key would travel in clear.
    #[error("a key is sent to this machine only, not in clear to {0}")]
    KeyInClear(String),
}

impl Endpoint {
    /// Whether the server can be asked: checked before any report is read.
    ///
    /// # Errors
    /// When the address is none, or a key would leave this machine in clear.
    pub fn check(&self) -> Result<(), EndpointError> {
        let host = self
            .host()
            .ok_or_else(|| EndpointError::Address(self.url.clone()))?;
        let local = matches!(host, "localhost" | "[::1]")
            || host
                .parse::<std::net::Ipv4Addr>()
                .is_ok_and(|ip| ip.is_loopback());
        if !self.key.is_empty() && !local {
            return Err(EndpointError::KeyInClear(host.to_string()));
        }
        Ok(())
    }

    fn host(&self) -> Option<&str> {
        let rest = self.url.strip_prefix("http://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        // No user part: `http://127.0.0.1@elsewhere` is not this machine.
        if authority.is_empty() || authority.contains(['@', ' ', '\\']) {
            return None;
        }
        if authority.starts_with('[') {
            let end = authority.find(']')?;
            return Some(&authority[..=end]);
        }
        authority.split(':').next().filter(|host| !host.is_empty())
    }

    fn address(&self) -> String {
        let root = self.url.trim_end_matches('/');
        if root.ends_with("/chat/completions") {
            root.to_string()
        } else {
            format!("{root}/chat/completions")
        }
    }

    /// Claims of a report as the server reads it, marked; what went wrong is among the refused, and no error.
    pub fn read(&self, report: &Report) -> Answer {
        let mut out = Answer::default();
        if let Err(error) = self.check() {
            out.refused.push(error.to_string());
            return out;
        }
        let pieces = endpoint::pieces(report);
        if let Some(last) = pieces.last()
            && report.text.len() > last.end + 1
        {
            out.refused
                .push(format!("only the first {} bytes were read", last.end));
        }
        for piece in pieces {
            let body = endpoint::request(report, &piece, &self.model).to_string();
            match self.ask(&body) {
                Ok(bytes) => {
                    let got = endpoint::read(report, &piece, &self.model, &bytes, out.claims.len());
                    out.claims.extend(got.claims);
                    out.refused.extend(got.refused);
                }
                Err(reason) => {
                    // A server that does not answer is not asked again for this report.
                    out.refused.push(reason);
                    break;
                }
            }
        }
        out
    }

    fn ask(&self, body: &str) -> Result<Vec<u8>, String> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(self.timeout))
            // A redirect could lead the text elsewhere.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .http_status_as_error(false)
            .build()
            .into();
        let mut request = agent
            .post(self.address())
            .header("content-type", "application/json")
            .header("accept", "application/json");
        if !self.key.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.key));
        }
        let mut response = request
            .send(body)
            .map_err(|error| format!("the endpoint did not answer: {error}"))?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(format!("the endpoint answered with status {status}"));
        }
        let mut bytes = Vec::new();
        response
            .body_mut()
            .as_reader()
            .take(endpoint::MAX_ANSWER as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("the endpoint's answer broke off: {error}"))?;
        Ok(bytes)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    use super::*;

    fn report() -> Report {
        Report {
            report_id: "r".into(),
            title: String::new(),
            publisher: String::new(),
            authors: Vec::new(),
            date: None,
            url: None,
            language: None,
            upstream: Vec::new(),
            text: "Iran sent drones to Russia.".into(),
        }
    }

    /// A server that answers one request with these bytes after a wait; returns the request's head.
    fn serve(answer: Vec<u8>, wait: Duration) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let handle = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            std::thread::sleep(wait);
            // The client may have gone.
            let _ = stream.write_all(&answer);
            head
        });
        (url, handle)
    }

    fn http(status: &str, body: &str) -> Vec<u8> {
        format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }

    fn message(content: &str) -> String {
        serde_json::json!({"choices": [{"message": {"content": content}}]}).to_string()
    }

    fn endpoint(url: String) -> Endpoint {
        Endpoint {
            url,
            model: "tiny".into(),
            key: "secret".into(),
            timeout: Duration::from_millis(1500),
        }
    }

    const CLAIM: &str = r#"{"claims":[{"quote":"Iran sent drones to Russia.","event":"transfer","factuality":"asserted","supplier":[{"name":"Iran","kind":"state","country":"IR"}]}]}"#;

    #[test]
    fn a_good_answer_becomes_marked_claims() {
        let (url, server) = serve(http("200 OK", &message(CLAIM)), Duration::ZERO);
        let got = endpoint(url).read(&report());
        assert_eq!(got.refused, Vec::<String>::new());
        assert_eq!(got.claims[0].reader, "endpoint:tiny");
        let head = server.join().unwrap();
        assert!(head.starts_with("POST /v1/chat/completions"), "{head}");
        assert!(
            head.to_lowercase().contains("authorization: bearer secret"),
            "{head}"
        );
    }

    #[test]
    fn bad_hostile_and_slow_answers_give_no_claims() {
        let invented = CLAIM.replace("Iran sent drones to Russia.", "Iran sent rifles to Mars.");
        for (answer, wait, why) in [
            (
                http("200 OK", &message(&invented)),
                0,
                "does not stand in the text",
            ),
            (http("200 OK", "<html>"), 0, "no JSON"),
            (http("500 Broken", "{}"), 0, "status 500"),
            (
                http("302 Found\r\nlocation: http://127.0.0.1:1/", ""),
                0,
                "status 302",
            ),
            (
                b"\x00\xff not http at all\r\n\r\n".to_vec(),
                0,
                "did not answer",
            ),
            (http("200 OK", &" ".repeat((1 << 20) + 100)), 0, "more than"),
            (
                b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{".to_vec(),
                0,
                "broke off",
            ),
            (http("200 OK", &message(CLAIM)), 4000, "did not answer"),
        ] {
            let (url, server) = serve(answer, Duration::from_millis(wait));
            let got = endpoint(url).read(&report());
            assert_eq!(got.claims, [], "{why}");
            assert!(
                got.refused.iter().any(|reason| reason.contains(why)),
                "{why}: {:?}",
                got.refused
            );
            // A slow server is not waited for.
            if wait == 0 {
                server.join().unwrap();
            }
        }
    }

    #[test]
    fn a_key_never_leaves_this_machine_in_clear() {
        for (url, local) in [
            ("http://127.0.0.1:1/v1", true),
            ("http://localhost/v1", true),
            ("http://[::1]:8080/v1", true),
            ("http://example.org/v1", false),
            ("http://127.0.0.1@example.org/v1", false),
            ("http://127.0.0.1.example.org/v1", false),
            ("https://example.org/v1", false),
            ("localhost:8080", false),
        ] {
            assert_eq!(endpoint(url.into()).check().is_ok(), local, "{url}");
        }
        assert!(!format!("{:?}", endpoint("http://localhost".into())).contains("secret"));
    }
}
