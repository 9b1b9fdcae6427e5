//! Chinese (stub).

use std::ops::Range;

use model::Report;

use super::grammar::Draft;

#[derive(Debug, Default)]
pub(crate) struct Reader;

impl Reader {
    pub(crate) fn read(&mut self, _text: &str, _range: Range<usize>, _report: &Report) -> Vec<Draft> {
        Vec::new()
    }
}
