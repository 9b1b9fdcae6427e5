//! Fragments of markup, as feeds and metadata hold them, to blocks of text, by a scan of our own: linear, no tree, no
//! recursion. Whole pages go through `tree`.

/// One block: a paragraph, heading, list item or a run between line breaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// Text with entities resolved and white space folded.
    pub(crate) text: String,
    /// How many of its characters stand inside links.
    pub(crate) linked: usize,
    /// It stands in a heading.
    pub(crate) heading: bool,
    /// It stands in an element named for something other than the article (`aside`, `nav`, `figcaption`, …).
    pub(crate) aside: bool,
}

const BREAKING: [&str; 34] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "section",
    "article",
    "aside",
    "header",
    "footer",
    "nav",
    "table",
    "tr",
    "td",
    "th",
    "figure",
    "figcaption",
    "main",
    "form",
    "pre",
    "hr",
    "dl",
    "dt",
    "dd",
    "body",
    "address",
];
const HIDDEN: [&str; 9] = [
    "script", "style", "noscript", "template", "svg", "iframe", "head", "textarea", "select",
];
const ASIDE: [&str; 7] = [
    "aside",
    "nav",
    "footer",
    "figcaption",
    "form",
    "button",
    "header",
];

/// Blocks of a page or fragment, in order, and the addresses that it links to.
pub(crate) fn blocks(html: &str) -> (Vec<Block>, Vec<String>) {
    let mut out: Vec<Block> = Vec::new();
    let mut links: Vec<String> = Vec::new();
    let mut block = Block::default();
    let (mut in_link, mut heading, mut aside) = (0usize, 0usize, 0usize);
    let mut rest = html;
    let flush = |block: &mut Block, heading: usize, aside: usize, out: &mut Vec<Block>| {
        let text = std::mem::take(block);
        let trimmed = text.text.trim();
        if !trimmed.is_empty() {
            out.push(Block {
                text: trimmed.to_string(),
                linked: text.linked,
                heading: heading > 0,
                aside: aside > 0,
            });
        }
    };
    while !rest.is_empty() {
        let Some(open) = rest.find('<') else {
            push_text(&mut block, rest, in_link > 0);
            break;
        };
        push_text(&mut block, &rest[..open], in_link > 0);
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let named = rest[1..]
            .starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!' || c == '?');
        let Some(close) = tag_end(rest).filter(|_| named) else {
            push_text(&mut block, "<", in_link > 0);
            rest = &rest[1..];
            continue;
        };
        let tag = &rest[1..close];
        rest = &rest[close + 1..];
        let closing = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if !closing && HIDDEN.contains(&name.as_str()) && !tag.ends_with('/') {
            rest = after_element(rest, &name);
            continue;
        }
        if BREAKING.contains(&name.as_str()) {
            flush(&mut block, heading, aside, &mut out);
        }
        let change = |depth: usize| {
            if closing {
                depth.saturating_sub(1)
            } else {
                depth + 1
            }
        };
        if name == "a" {
            in_link = if closing { 0 } else { 1 };
            if !closing && let Some(address) = attribute(tag, "href") {
                links.push(address);
            }
        } else if name.len() == 2 && name.starts_with('h') && name.as_bytes()[1].is_ascii_digit() {
            heading = change(heading).min(1);
        } else if ASIDE.contains(&name.as_str()) {
            aside = change(aside);
        }
    }
    flush(&mut block, heading, aside, &mut out);
    (out, links)
}

/// Whether an element of this name begins a line.
pub(crate) fn is_line(name: &str) -> bool {
    BREAKING.contains(&name)
}

/// Where a tag that opens at byte 0 closes, quotes in attributes respected within reason.
fn tag_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut quote = 0u8;
    for (at, &byte) in bytes.iter().enumerate().skip(1).take(8192) {
        match byte {
            b'"' | b'\'' if quote == 0 && bytes[at - 1] == b'=' => quote = byte,
            _ if quote != 0 && byte == quote => quote = 0,
            b'>' if quote == 0 => return Some(at),
            _ => {}
        }
    }
    bytes.iter().take(65536).position(|&byte| byte == b'>')
}

/// The rest of the text after an element whose content is not text.
fn after_element<'t>(text: &'t str, name: &str) -> &'t str {
    let mut from = 0;
    while let Some(at) = text[from..].find("</") {
        let start = from + at + 2;
        if text.as_bytes()[start..]
            .get(..name.len())
            .is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
        {
            return text[start..]
                .find('>')
                .map_or("", |end| &text[start + end + 1..]);
        }
        from = start;
    }
    // Never closed: `head` may lack its end tag in a valid page, the others hide the rest as in a browser.
    if name == "head" { text } else { "" }
}

/// An attribute's value, entities resolved.
pub(crate) fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(name) {
        let at = from + found;
        from = at + name.len();
        let before = lower[..at].chars().next_back();
        let after = lower[from..].trim_start();
        if before.is_some_and(|c| c.is_whitespace() || c == '"' || c == '\'')
            && after.starts_with('=')
        {
            let value = tag[tag.len() - after.len() + 1..].trim_start();
            let value = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or_default(),
                _ => value
                    .split([' ', '\t', '\n', '>'])
                    .next()
                    .unwrap_or_default(),
            };
            return Some(unescape(value).trim().to_string());
        }
    }
    None
}

fn push_text(block: &mut Block, raw: &str, linked: bool) {
    if raw.is_empty() {
        return;
    }
    let text = unescape(raw);
    let before = block.text.len();
    let mut space = block.text.is_empty() || block.text.ends_with(' ');
    for c in text.chars() {
        if c.is_whitespace() || c == '\u{200b}' {
            if !space {
                block.text.push(' ');
                space = true;
            }
        } else {
            block.text.push(c);
            space = false;
        }
    }
    if linked {
        block.linked += block.text[before..].chars().count();
    }
}

/// Resolves character references: numeric ones and those that pages of news use.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest
            .as_bytes()
            .iter()
            .take(12)
            .position(|&byte| byte == b';');
        let resolved = end.and_then(|end| Some((entity(&rest[1..end])?, end)));
        match resolved {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control() || c.is_whitespace());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "laquo" => '«',
        "raquo" => '»',
        "bull" => '•',
        "copy" => '©',
        "euro" => '€',
        "pound" => '£',
        "eacute" => 'é',
        "shy" => '\u{ad}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expect: &[&str]) {
        let (blocks, _) = blocks(html);
        let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(texts, expect, "{html}");
    }

    #[test]
    fn blocks_follow_elements_and_line_breaks() {
        check(
            "<p>One &amp; two</p><p>Three<br>four</p>",
            &["One & two", "Three", "four"],
        );
        check("<div>a<script>if (a < b) {}</script>b</div>", &["ab"]);
        check("3 < 4 and <b>bold</b>", &["3 < 4 and bold"]);
        check("<a href='x>y'>z</a>", &["z"]);
        check("<p>unclosed <a href=", &["unclosed <a href="]);
        check("&#8217;&#x41;&bogus;", &["’A&bogus;"]);
    }

    #[test]
    fn links_are_collected_and_counted() {
        let (blocks, links) =
            blocks("<p>See <a class=x href=\"https://a.example/?a&amp;b\">this</a> now</p>");
        assert_eq!(links, ["https://a.example/?a&b"]);
        assert_eq!(blocks[0].linked, 4);
    }
}
