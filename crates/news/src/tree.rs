//! A page as a tree: the tokens of `html5gum` in an arena in document order, so that a subtree is a range and no walk
//! recurses. Depth, nodes and names are bounded: a page nested to death costs as much as its bytes, and elements beyond
//! the bounds are read as if their tags were missing.

use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// Deepest nesting that is kept; deeper elements are transparent.
const MAX_DEPTH: usize = 200;
/// Most elements and text nodes of a page.
const MAX_NODES: usize = 2_000_000;
/// Longest class or id list that is kept.
const MAX_NAMES: usize = 512;

/// What an element is, as far as the extractor cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    /// Text, no element.
    Text,
    /// `br`.
    Break,
    A,
    P,
    /// `h1` to `h6` with the level.
    Heading(u8),
    Item,
    List,
    Quote,
    Pre,
    Table,
    Row,
    Cell,
    Article,
    Main,
    Body,
    /// `aside`, `nav`, `footer`, `form`, `button`, `menu`, `dialog`: furniture by their name.
    Furniture,
    Header,
    Caption,
    Figure,
    Time,
    /// Any other element that starts a line.
    Block,
    /// Any other element inside a line.
    Inline,
    /// Content that is no text: `svg`, `select`, `iframe`, …
    Hidden,
}

/// One node; its subtree is the nodes up to `end`.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) tag: Tag,
    pub(crate) parent: u32,
    /// One past the last node of the subtree.
    pub(crate) end: u32,
    /// Text of a text node; else class, id, role and itemprop, folded by [`fold_names`].
    text: Range<u32>,
    /// `href` of a link, `datetime` of a time.
    value: Range<u32>,
    /// The page itself hides it.
    pub(crate) hidden: bool,
}

/// A page.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    buffer: String,
    /// Name or property, lower case, and content of meta elements.
    pub(crate) meta: Vec<(String, String)>,
    /// Canonical address.
    pub(crate) canonical: Option<String>,
    /// `title` of the head.
    pub(crate) title: String,
    /// `lang` of the root.
    pub(crate) lang: String,
    /// Markup that scripts of type `text/template` hold.
    pub(crate) templates: Vec<String>,
    /// JSON-LD scripts.
    pub(crate) json_ld: Vec<String>,
}

impl Tree {
    /// Text of a text node, empty for elements.
    pub(crate) fn text(&self, node: usize) -> &str {
        if self.nodes[node].tag == Tag::Text {
            self.slice(&self.nodes[node].text)
        } else {
            ""
        }
    }

    /// Class, id, role and itemprop of an element: words between hyphens, each list between hyphens too.
    pub(crate) fn names(&self, node: usize) -> &str {
        if self.nodes[node].tag == Tag::Text {
            ""
        } else {
            self.slice(&self.nodes[node].text)
        }
    }

    /// `href` of a link, `datetime` of a time, `content` of an element with microdata.
    pub(crate) fn value(&self, node: usize) -> &str {
        self.slice(&self.nodes[node].value)
    }

    fn slice(&self, range: &Range<u32>) -> &str {
        self.buffer
            .get(range.start as usize..range.end as usize)
            .unwrap_or_default()
    }

    /// Text of a subtree with white space folded.
    pub(crate) fn text_of(&self, node: usize) -> String {
        let mut out = String::new();
        for index in node..self.nodes[node].end as usize {
            for word in self.text(index).split_whitespace() {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(word);
            }
        }
        out
    }

    fn keep(&mut self, text: &str) -> Range<u32> {
        let start = self.buffer.len() as u32;
        self.buffer.push_str(text);
        start..self.buffer.len() as u32
    }
}

/// Words of a class or id between hyphens: `articleBody main_text` becomes `-article-body- -main-text-`.
fn fold_names(value: &str, out: &mut String) {
    for name in value.split_ascii_whitespace() {
        if out.len() > MAX_NAMES {
            return;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push('-');
        let mut before = '-';
        for c in name.chars().take(64) {
            let c_out = if c.is_alphanumeric() { c } else { '-' };
            if c_out == '-' {
                if before != '-' {
                    out.push('-');
                }
            } else {
                if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
                    out.push('-');
                }
                out.extend(c_out.to_lowercase());
            }
            before = c_out;
        }
        if before != '-' {
            out.push('-');
        }
    }
}

fn tag_of(name: &[u8]) -> Tag {
    match name {
        b"br" => Tag::Break,
        b"a" => Tag::A,
        b"p" => Tag::P,
        b"h1" => Tag::Heading(1),
        b"h2" => Tag::Heading(2),
        b"h3" => Tag::Heading(3),
        b"h4" => Tag::Heading(4),
        b"h5" => Tag::Heading(5),
        b"h6" => Tag::Heading(6),
        b"li" | b"dd" | b"dt" => Tag::Item,
        b"ul" | b"ol" | b"dl" => Tag::List,
        b"blockquote" => Tag::Quote,
        b"pre" => Tag::Pre,
        b"table" => Tag::Table,
        b"tr" => Tag::Row,
        b"td" | b"th" => Tag::Cell,
        b"article" => Tag::Article,
        b"main" => Tag::Main,
        b"body" => Tag::Body,
        b"aside" | b"nav" | b"footer" | b"form" | b"button" | b"menu" | b"dialog" => Tag::Furniture,
        b"header" => Tag::Header,
        b"figcaption" => Tag::Caption,
        b"figure" => Tag::Figure,
        b"time" => Tag::Time,
        b"script" | b"style" | b"noscript" | b"template" | b"svg" | b"iframe" | b"textarea"
        | b"select" | b"head" | b"object" | b"video" | b"audio" | b"canvas" | b"math"
        | b"title" => Tag::Hidden,
        b"div" | b"section" | b"address" | b"center" | b"fieldset" | b"details" | b"summary"
        | b"hr" | b"tbody" | b"thead" | b"tfoot" | b"caption" | b"legend" | b"hgroup" | b"html"
        | b"optgroup" | b"option" | b"search" => Tag::Block,
        _ => Tag::Inline,
    }
}

fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"br"
            | b"img"
            | b"meta"
            | b"link"
            | b"input"
            | b"hr"
            | b"source"
            | b"wbr"
            | b"area"
            | b"base"
            | b"col"
            | b"embed"
            | b"param"
            | b"track"
    )
}

/// Whether an element begins a new line.
pub(crate) fn breaks(tag: Tag) -> bool {
    !matches!(
        tag,
        Tag::Text | Tag::A | Tag::Inline | Tag::Time | Tag::Hidden
    )
}

/// Tags whose start ends an open paragraph.
fn ends_paragraph(tag: Tag) -> bool {
    breaks(tag) && !matches!(tag, Tag::Break)
}

#[derive(Default)]
struct Attributes {
    names: String,
    value: String,
    hidden: bool,
    // Of meta and link elements.
    key: String,
    content: String,
    rel: String,
    kind: String,
    lang: String,
}

struct Builder {
    tree: Tree,
    /// Open elements: node and tag name.
    stack: Vec<(u32, Box<[u8]>)>,
    /// Elements beyond the depth that are open.
    beyond: usize,
    tag: Vec<u8>,
    attribute: Vec<u8>,
    attributes: Attributes,
    /// What the text of an open raw element is for.
    raw: Raw,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    No,
    Title,
    Json,
    Template,
}

/// Reads a page.
pub(crate) fn parse(html: &str) -> Tree {
    let mut builder = Builder {
        tree: Tree::default(),
        stack: Vec::with_capacity(64),
        beyond: 0,
        tag: Vec::new(),
        attribute: Vec::new(),
        attributes: Attributes::default(),
        raw: Raw::No,
    };
    builder.tree.buffer.reserve(html.len() / 4);
    builder.push(Tag::Block, b"#root");
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
        builder.event(&event);
        None
    });
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        // A string reader cannot fail.
        let Ok(()) = token;
    }
    let end = builder.tree.nodes.len() as u32;
    for (node, _) in &builder.stack {
        builder.tree.nodes[*node as usize].end = end;
    }
    builder.tree
}

impl Builder {
    fn event(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag.clear();
                self.tag.extend_from_slice(name);
                self.attributes = Attributes::default();
            }
            CallbackEvent::AttributeName { name } => {
                self.attribute.clear();
                self.attribute.extend_from_slice(name);
                if *name == b"hidden" {
                    self.attributes.hidden = true;
                }
            }
            CallbackEvent::AttributeValue { value } => self.attribute_value(value),
            CallbackEvent::CloseStartTag { self_closing } => self.start(*self_closing),
            CallbackEvent::EndTag { name } => self.end(name),
            CallbackEvent::String { value } => self.string(value),
            _ => {}
        }
    }

    fn attribute_value(&mut self, value: &[u8]) {
        let wanted = matches!(
            self.attribute.as_slice(),
            b"class"
                | b"id"
                | b"itemprop"
                | b"role"
                | b"href"
                | b"datetime"
                | b"content"
                | b"name"
                | b"property"
                | b"rel"
                | b"type"
                | b"style"
                | b"aria-hidden"
                | b"lang"
                | b"data-testid"
                | b"data-component"
        );
        if !wanted || value.len() > 16_384 {
            return;
        }
        let text = String::from_utf8_lossy(value);
        let attributes = &mut self.attributes;
        match self.attribute.as_slice() {
            b"class" | b"id" | b"role" | b"data-testid" | b"data-component" => {
                fold_names(&text, &mut attributes.names);
            }
            b"itemprop" => {
                fold_names(&text, &mut attributes.names);
                attributes.key = text.to_ascii_lowercase();
            }
            b"href" | b"datetime" => attributes.value = text.trim().to_string(),
            b"content" => attributes.content = text.trim().to_string(),
            b"name" | b"property" => attributes.key = text.trim().to_ascii_lowercase(),
            b"rel" => {
                attributes.rel = text.to_ascii_lowercase();
                if text.contains("author") {
                    fold_names("rel-author", &mut attributes.names);
                }
            }
            b"type" => attributes.kind = text.to_ascii_lowercase(),
            b"lang" => attributes.lang = text.to_string(),
            b"style" => {
                let style: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                attributes.hidden |= style.to_ascii_lowercase().contains("display:none");
            }
            _ => {}
        }
    }

    fn start(&mut self, self_closing: bool) {
        let name = std::mem::take(&mut self.tag);
        let tag = tag_of(&name);
        match name.as_slice() {
            b"meta" => {
                let key = std::mem::take(&mut self.attributes.key);
                let content = std::mem::take(&mut self.attributes.content);
                if !key.is_empty() && !content.is_empty() && self.tree.meta.len() < 1000 {
                    self.tree.meta.push((key, content));
                }
            }
            b"link"
                if self.attributes.rel == "canonical"
                    && self.tree.canonical.is_none()
                    && !self.attributes.value.is_empty() =>
            {
                self.tree.canonical = Some(std::mem::take(&mut self.attributes.value));
            }
            b"html" if self.tree.lang.is_empty() => {
                self.tree.lang = std::mem::take(&mut self.attributes.lang);
            }
            b"title" if self.tree.title.is_empty() => self.raw = Raw::Title,
            b"script" => {
                self.raw = if self.attributes.kind.contains("ld+json") {
                    Raw::Json
                } else if self.attributes.kind == "text/template" {
                    Raw::Template
                } else {
                    Raw::No
                };
            }
            _ => {}
        }
        self.imply_ends(tag, &name);
        if is_void(&name) {
            if breaks(tag) {
                self.push(tag, &name);
                self.pop();
            }
        } else if name == b"html" || name == b"head" {
            // Their contents are read as the root's.
        } else if self_closing && tag != Tag::Block && tag != Tag::P {
            // `<svg/>`, `<time/>`: nothing inside. Browsers ignore the slash on `div` and `p`.
            self.push(tag, &name);
            self.pop();
        } else {
            self.push(tag, &name);
        }
        self.tag = name;
    }

    /// Ends elements whose end tag may be left out.
    fn imply_ends(&mut self, tag: Tag, name: &[u8]) {
        let until = |stack: &[(u32, Box<[u8]>)], ends: &[&[u8]], stops: &[&[u8]]| {
            for (place, (_, open)) in stack.iter().enumerate().rev() {
                if ends.contains(&&**open) {
                    return Some(place);
                }
                if stops.contains(&&**open) {
                    return None;
                }
            }
            None
        };
        let cut = match name {
            b"li" => until(&self.stack, &[b"li"], &[b"ul", b"ol", b"table", b"div"]),
            b"dd" | b"dt" => until(&self.stack, &[b"dd", b"dt"], &[b"dl", b"table"]),
            b"tr" => until(&self.stack, &[b"tr"], &[b"table"]),
            b"td" | b"th" => until(&self.stack, &[b"td", b"th"], &[b"tr", b"table"]),
            b"option" => until(&self.stack, &[b"option"], &[b"select"]),
            b"a" => until(&self.stack, &[b"a"], &[b"td", b"table", b"li", b"div"]),
            _ => None,
        };
        if let Some(place) = cut {
            self.cut(place);
        }
        if ends_paragraph(tag)
            && let Some(place) = until(
                &self.stack,
                &[b"p"],
                &[
                    b"td", b"th", b"table", b"button", b"div", b"section", b"article",
                ],
            )
        {
            self.cut(place);
        }
    }

    fn push(&mut self, tag: Tag, name: &[u8]) {
        if self.stack.len() >= MAX_DEPTH || self.tree.nodes.len() >= MAX_NODES {
            self.beyond += 1;
            return;
        }
        let attributes = std::mem::take(&mut self.attributes);
        let text = self.tree.keep(&attributes.names);
        let value = if attributes.value.is_empty() {
            self.tree.keep(&attributes.content)
        } else {
            self.tree.keep(&attributes.value)
        };
        let index = self.tree.nodes.len() as u32;
        self.tree.nodes.push(Node {
            tag,
            parent: self.stack.last().map_or(0, |(node, _)| *node),
            end: index + 1,
            text,
            value,
            hidden: attributes.hidden,
        });
        self.stack.push((index, name.into()));
    }

    fn pop(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if self.stack.len() > 1
            && let Some((node, _)) = self.stack.pop()
        {
            self.tree.nodes[node as usize].end = self.tree.nodes.len() as u32;
        }
    }

    /// Closes the open element at a place of the stack and all above it.
    fn cut(&mut self, place: usize) {
        if self.beyond > 0 {
            return;
        }
        while self.stack.len() > place.max(1) {
            self.pop();
        }
    }

    fn end(&mut self, name: &[u8]) {
        self.raw = Raw::No;
        if is_void(name) || matches!(name, b"html" | b"head" | b"body") {
            return;
        }
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let tag = tag_of(name);
        let inline = !breaks(tag) && tag != Tag::Hidden;
        let table = matches!(tag, Tag::Table | Tag::Row | Tag::Cell)
            || matches!(name, b"tbody" | b"thead" | b"tfoot");
        for (place, (_, open)) in self.stack.iter().enumerate().rev() {
            if **open == *name {
                self.cut(place);
                return;
            }
            let open_tag = tag_of(open);
            // A stray end tag must not close what it does not belong to.
            if (inline && breaks(open_tag)) || (!table && matches!(open_tag, Tag::Cell)) {
                return;
            }
        }
    }

    fn string(&mut self, value: &[u8]) {
        let in_hidden = self
            .stack
            .last()
            .is_some_and(|(node, _)| self.tree.nodes[*node as usize].tag == Tag::Hidden);
        if in_hidden {
            match self.raw {
                Raw::Title if self.tree.title.is_empty() => {
                    self.tree.title = String::from_utf8_lossy(value)
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ");
                }
                Raw::Json if self.tree.json_ld.len() < 32 && value.len() < 1 << 20 => {
                    self.tree
                        .json_ld
                        .push(String::from_utf8_lossy(value).into_owned());
                }
                Raw::Template if self.tree.templates.len() < 8 && value.len() < 1 << 20 => {
                    self.tree
                        .templates
                        .push(String::from_utf8_lossy(value).into_owned());
                }
                _ => {}
            }
            return;
        }
        if self.tree.nodes.len() >= MAX_NODES {
            return;
        }
        let text = String::from_utf8_lossy(value);
        let text = self.tree.keep(&text);
        let index = self.tree.nodes.len() as u32;
        self.tree.nodes.push(Node {
            tag: Tag::Text,
            parent: self.stack.last().map_or(0, |(node, _)| *node),
            end: index + 1,
            text,
            value: 0..0,
            hidden: false,
        });
    }
}
