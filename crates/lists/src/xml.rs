//! XML cut into records: each record element of a list becomes a small tree, bounded in depth, size and number of nodes.
//!
//! No DOCTYPE is accepted, so the only references that mean anything are the five of XML and character references; any
//! other is kept as written. A record that is not well formed is reported and the reader goes on at the next one.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::ListError;
use crate::input::Text;

/// Deepest nesting; official lists nest 5 deep.
const MAX_DEPTH: usize = 32;
/// Longest single tag or run of text, in bytes.
const MAX_EVENT_BYTES: u64 = 4 << 20;
/// Text and attribute bytes of one record.
const MAX_RECORD_BYTES: usize = 8 << 20;
/// Attributes of one element; official lists use 15.
const MAX_ATTRIBUTES: usize = 64;
/// Elements left open over the whole document; bounds what the parser remembers of them.
const MAX_UNCLOSED: usize = 100_000;
/// Elements of one record; the largest at hand has under 3,000.
const MAX_RECORD_NODES: usize = 100_000;

/// An element with its attributes, its own text and its children.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// Local name, without a namespace prefix.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    text: String,
    pub(crate) children: Vec<Node>,
}

impl Node {
    /// The element's own text, trimmed.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The attribute's value, trimmed; empty where it is missing.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.trim())
    }

    /// Children of a name, in order.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Children of children: `list/item`.
    pub(crate) fn nested<'a>(
        &'a self,
        list: &'a str,
        item: &'a str,
    ) -> impl Iterator<Item = &'a Node> {
        self.all(list).flat_map(move |child| child.all(item))
    }

    /// Text of the first child of a name; empty where there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.children
            .iter()
            .find(|child| child.name == name)
            .map_or("", Node::text)
    }
}

/// What stands next in a list.
pub(crate) enum Item {
    /// The document element, its children not yet read.
    Root(Node),
    /// A leaf element outside of records, such as the publication date.
    Field(Node),
    /// A record and the line it starts on.
    Record(Node, u64),
    /// A record or stretch that cannot be read: line and reason.
    Broken(u64, String),
}

/// Reads the records of one document.
pub(crate) struct Records<'a> {
    reader: Reader<Text>,
    record_names: &'a [&'a str],
    buffer: Vec<u8>,
    /// Open elements outside of records.
    outer: Vec<Node>,
    /// Open elements of the record being read, the record first.
    open: Vec<Node>,
    record_line: u64,
    bytes: usize,
    nodes: usize,
    /// Why the current record is to be refused.
    fault: Option<String>,
    /// Items found but not yet handed out, last first.
    pending: Vec<Item>,
    /// Start tags without an end tag so far.
    unclosed: usize,
    root_seen: bool,
    ended: bool,
}

impl<'a> Records<'a> {
    pub(crate) fn new(text: Text, record_names: &'a [&'a str]) -> Self {
        let mut reader = Reader::from_reader(text);
        let config = reader.config_mut();
        // Ends are checked here, where a mismatch costs one record and not the rest of the file.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            record_names,
            buffer: Vec::new(),
            outer: Vec::new(),
            open: Vec::new(),
            record_line: 0,
            bytes: 0,
            nodes: 0,
            fault: None,
            pending: Vec::new(),
            unclosed: 0,
            root_seen: false,
            ended: false,
        }
    }

    pub(crate) fn text(&self) -> &Text {
        self.reader.get_ref()
    }

    pub(crate) fn into_text(self) -> Text {
        self.reader.into_inner()
    }

    /// The next item, or `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Item>, ListError> {
        loop {
            if let Some(item) = self.pending.pop() {
                return Ok(Some(item));
            }
            if self.ended {
                return Ok(None);
            }
            self.step()?;
        }
    }

    fn step(&mut self) -> Result<(), ListError> {
        let line = self.text().line();
        self.reader.get_mut().allow(MAX_EVENT_BYTES);
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        buffer.shrink_to(1 << 20);
        let event = self.reader.read_event_into(&mut buffer);
        match event {
            Ok(Event::Start(tag)) => self.start(&tag, line),
            Ok(Event::Empty(tag)) => {
                self.start(&tag, line);
                self.end(tag.local_name().as_ref());
            }
            Ok(Event::End(tag)) => self.end(tag.local_name().as_ref()),
            Ok(Event::Text(text)) => self.push_text(&text.xml10_content()),
            Ok(Event::CData(text)) => self.push_text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                let name: &str = &reference;
                match reference.resolve_char_ref() {
                    Ok(Some(c)) => self.push_text(c.encode_utf8(&mut [0; 4])),
                    _ => match resolve_predefined_entity(name) {
                        Some(text) => self.push_text(text),
                        None => self.push_text(&format!("&{name};")),
                    },
                }
            }
            Ok(Event::DocType(_)) => {
                return Err(ListError::Doctype {
                    path: self.text().path().to_path_buf(),
                    line,
                });
            }
            Ok(Event::Decl(_) | Event::PI(_) | Event::Comment(_)) => {}
            Ok(Event::Eof) => self.end_of_file(line),
            Err(error) => {
                if let Some(fatal) = self.text().fatal() {
                    return Err(fatal);
                }
                let reason = if self.text().allowance_spent() {
                    format!("a tag or text is longer than {} MiB", MAX_EVENT_BYTES >> 20)
                } else {
                    format!("the file is cut off or damaged here ({error})")
                };
                self.ended = true;
                self.pending.push(Item::Broken(
                    line,
                    format!("{reason}; what stands before was kept, what follows was not read"),
                ));
            }
        }
        self.buffer = buffer;
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>, line: u64) {
        self.unclosed += 1;
        if self.unclosed > MAX_UNCLOSED {
            self.ended = true;
            self.pending.push(Item::Broken(
                line,
                "elements are opened and never closed; what follows was not read".to_string(),
            ));
            return;
        }
        let name = tag.local_name();
        let name: &str = name.as_ref();
        if self.record_names.contains(&name) && !self.outer.is_empty() {
            if !self.open.is_empty() {
                self.refuse("the next record starts inside it");
                self.close_record();
            }
            self.record_line = line;
            self.bytes = 0;
            self.nodes = 0;
            self.fault = None;
            self.open.push(node_of(tag));
            return;
        }
        if self.open.is_empty() {
            if self.outer.len() >= MAX_DEPTH {
                self.ended = true;
                self.pending.push(Item::Broken(line, too_deep()));
                return;
            }
            let node = node_of(tag);
            if self.outer.is_empty() && !self.root_seen {
                self.root_seen = true;
                let mut root = node_of(tag);
                root.children = Vec::new();
                self.pending.push(Item::Root(root));
            }
            self.outer.push(node);
            return;
        }
        self.nodes += 1;
        self.bytes += tag.len();
        if self.open.len() >= MAX_DEPTH {
            // Elements below the bound are counted by name only, so that their ends still match.
            self.refuse(&too_deep());
        } else if self.nodes > MAX_RECORD_NODES || self.bytes > MAX_RECORD_BYTES {
            self.refuse("record is too large");
        }
        if self.fault.is_some() {
            // What is refused anyway is not held; the record ends at its own end tag or the next record.
            for node in &mut self.open {
                node.children = Vec::new();
                node.text = String::new();
            }
            return;
        }
        self.open.push(node_of(tag));
    }

    fn end(&mut self, name: &str) {
        self.unclosed = self.unclosed.saturating_sub(1);
        if self.open.is_empty() {
            if self.outer.last().is_some_and(|node| node.name == name) {
                if let Some(node) = self.outer.pop() {
                    self.pending.push(Item::Field(node));
                }
            } else if self.outer.iter().any(|node| node.name == name) {
                while self.outer.pop().is_some_and(|node| node.name != name) {}
            }
            return;
        }
        if self.open[0].name == name && (self.open.len() == 1 || self.record_names.contains(&name))
        {
            if let Some(inner) = self.open.get(1..).and_then(<[Node]>::last) {
                let reason = format!("element <{}> is not closed", inner.name);
                self.refuse(&reason);
            }
            self.close_record();
            return;
        }
        if self.fault.is_some() {
            return;
        }
        if self.open.last().is_some_and(|node| node.name == name) {
            if let (Some(node), Some(parent)) = (self.open.pop(), self.open.last_mut()) {
                parent.children.push(node);
            }
        } else {
            self.refuse(&format!("end tag </{name}> has no start"));
        }
    }

    fn push_text(&mut self, text: &str) {
        self.bytes += text.len();
        if self.bytes > MAX_RECORD_BYTES {
            self.refuse("record is too large");
        }
        if self.fault.is_some() {
            return;
        }
        if let Some(node) = self.open.last_mut() {
            node.text.push_str(text);
        } else if let Some(node) = self.outer.last_mut() {
            // Text between records is white space; of head fields a few characters.
            if node.text.len() + text.len() < 4096 {
                node.text.push_str(text.trim());
            }
        }
        if self.open.is_empty() {
            self.bytes = 0;
        }
    }

    fn refuse(&mut self, reason: &str) {
        if self.fault.is_none() && !self.open.is_empty() {
            self.fault = Some(reason.to_string());
        }
    }

    fn close_record(&mut self) {
        self.open.truncate(1);
        let Some(record) = self.open.pop() else {
            return;
        };
        self.pending.push(match self.fault.take() {
            None => Item::Record(record, self.record_line),
            Some(reason) => Item::Broken(self.record_line, format!("<{}>: {reason}", record.name)),
        });
    }

    fn end_of_file(&mut self, line: u64) {
        self.ended = true;
        if !self.open.is_empty() {
            let name = &self.open[0].name;
            self.pending.push(Item::Broken(
                self.record_line,
                format!("the file ends inside this <{name}>: it is cut off; take it from the publisher again"),
            ));
        } else if let Some(root) = self.outer.first() {
            self.pending.push(Item::Broken(
                line,
                format!(
                    "the file ends before </{}>: it is cut off; take it from the publisher again",
                    root.name
                ),
            ));
        } else if !self.root_seen {
            self.pending
                .push(Item::Broken(line, "no XML element".to_string()));
        }
    }
}

fn too_deep() -> String {
    format!("elements nest more than {MAX_DEPTH} deep")
}

fn node_of(tag: &BytesStart<'_>) -> Node {
    let mut attributes = Vec::new();
    for attribute in tag
        .attributes()
        .with_checks(false)
        .flatten()
        .take(MAX_ATTRIBUTES)
    {
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_or_else(|_| attribute.value.to_string(), |value| value.into_owned());
        attributes.push((attribute.key.local_name().as_ref().to_string(), value));
    }
    Node {
        name: tag.local_name().as_ref().to_string(),
        attributes,
        text: String::new(),
        children: Vec::new(),
    }
}
