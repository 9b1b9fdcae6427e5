//! Rows of any format to shipments: collects a sample, finds the header, shows the layout, reads row by row.

use model::{Rejected, Shipment};

use crate::amendments::Relation;
use crate::assemble::{Assembler, MAX_COLUMNS, Outcome, OwnedCell};
use crate::columns::{self, ColumnOverrides, Recognised};
use crate::field::Field;
use crate::neighbours;
use crate::values::Cell;
use crate::{ColumnMapping, Layout};

/// Rows looked at before the first is read: enough to see how a column writes its dates and decimals.
const SAMPLE_ROWS: usize = 2000;
/// Bytes of them, so that long rows do not fill the memory.
const SAMPLE_BYTES: usize = 8 << 20;
/// The header stands among the first rows; titles and notes above it seldom take more.
const HEADER_ROWS: usize = 60;

/// Where a reader hands over what it finds, and what it has counted.
pub(crate) struct Sinks<'a> {
    pub(crate) on_layout: &'a mut dyn FnMut(&Layout),
    pub(crate) on_row: &'a mut dyn FnMut(Shipment),
    pub(crate) on_rejected: &'a mut dyn FnMut(Rejected),
    pub(crate) on_progress: &'a mut dyn FnMut(u64),
    pub(crate) counts: Counts,
}

/// What went through the sinks.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) rows: u64,
    pub(crate) read: u64,
    pub(crate) rejected: u64,
    pub(crate) fields_rejected: u64,
    /// Rows read that another row replaces.
    pub(crate) superseded: u64,
    /// Tables whose columns tell of shipments.
    pub(crate) tables: u64,
}

impl Sinks<'_> {
    /// Reports a row that cannot be read.
    pub(crate) fn refuse_row(&mut self, file: &str, row: u64, reason: String) {
        self.counts.rows += 1;
        self.counts.rejected += 1;
        (self.on_rejected)(Rejected {
            file: file.to_string(),
            row,
            field: None,
            reason,
        });
    }

    fn refuse_field(&mut self, rejected: Rejected) {
        self.counts.fields_rejected += 1;
        (self.on_rejected)(rejected);
    }
}

/// A row that cannot be read, held back so that it is reported in its place.
struct RefusedRow {
    /// Rows of the sample before it.
    before: usize,
    row: u64,
    reason: String,
}

enum State {
    Sampling {
        rows: Vec<(u64, Vec<OwnedCell>)>,
        bytes: usize,
        refused: Vec<RefusedRow>,
    },
    Reading(Box<Assembler>),
    /// No shipments here; rows are not read.
    Skipped,
}

/// One table: a delimited file, a sheet, a stream of objects.
pub(crate) struct Table<'o> {
    layout: Layout,
    overrides: &'o ColumnOverrides,
    /// Headings known beforehand (JSON, Parquet); None where a header row must be found.
    headings: Option<Vec<String>>,
    /// Whether rows must have as many cells as the header: true for delimited text, where a stray delimiter shifts
    /// every cell behind it.
    strict_width: bool,
    state: State,
}

impl<'o> Table<'o> {
    /// A table whose header must be found among its first rows.
    pub(crate) fn with_header_row(
        layout: Layout,
        strict_width: bool,
        overrides: &'o ColumnOverrides,
    ) -> Self {
        Table {
            layout,
            overrides,
            headings: None,
            strict_width,
            state: State::Sampling {
                rows: Vec::new(),
                bytes: 0,
                refused: Vec::new(),
            },
        }
    }

    /// A table whose format names its columns.
    pub(crate) fn with_headings(
        layout: Layout,
        headings: Vec<String>,
        overrides: &'o ColumnOverrides,
    ) -> Self {
        Table {
            headings: Some(headings),
            ..Self::with_header_row(layout, false, overrides)
        }
    }

    /// Whether the sample showed that no shipments are here.
    pub(crate) fn is_skipped(&self) -> bool {
        matches!(self.state, State::Skipped)
    }

    /// Columns of the header; 0 while it is not found.
    pub(crate) fn width(&self) -> usize {
        match &self.state {
            State::Reading(assembler) => assembler.width(),
            _ => 0,
        }
    }

    /// Leaves out a table that cannot be read at all.
    pub(crate) fn skip_unread(&mut self, reason: String, sinks: &mut Sinks<'_>) {
        self.skip(reason, Vec::new(), sinks);
    }

    /// Takes a row of cells.
    pub(crate) fn push(&mut self, row: u64, cells: &[Cell<'_>], sinks: &mut Sinks<'_>) {
        match &mut self.state {
            State::Sampling { rows, bytes, .. } => {
                *bytes += cells
                    .iter()
                    .map(|cell| cell.text.len() + size_of::<OwnedCell>())
                    .sum::<usize>();
                rows.push((row, cells.iter().copied().map(OwnedCell::from).collect()));
                if rows.len() >= SAMPLE_ROWS || *bytes >= SAMPLE_BYTES {
                    self.decide(sinks);
                }
            }
            State::Reading(assembler) => {
                read_row(assembler, self.strict_width, row, cells, sinks);
            }
            State::Skipped => {}
        }
    }

    /// Takes a row that cannot be read; it is reported behind the rows before it.
    pub(crate) fn refuse_row(&mut self, row: u64, reason: String, sinks: &mut Sinks<'_>) {
        if let State::Sampling { rows, refused, .. } = &mut self.state
            && !rows.is_empty()
        {
            refused.push(RefusedRow {
                before: rows.len(),
                row,
                reason,
            });
            if refused.len() >= SAMPLE_ROWS {
                self.decide(sinks);
            }
            return;
        }
        sinks.refuse_row(&self.layout.file, row, reason);
    }

    /// Adds a column that turned up late (a new key in JSON lines) and gives its position; none past the limit.
    pub(crate) fn add_column(&mut self, heading: &str, sinks: &mut Sinks<'_>) -> Option<usize> {
        let headings = self.headings.as_mut()?;
        if headings.len() >= MAX_COLUMNS {
            return None;
        }
        headings.push(heading.to_string());
        if let State::Reading(assembler) = &mut self.state {
            let meaning = columns::recognise(heading).filter(|meaning| {
                !self
                    .overrides
                    .headings()
                    .any(|(field, _)| field == meaning.field)
            });
            assembler.add_column(heading, meaning.as_ref());
            match meaning {
                Some(meaning) => {
                    self.layout.missing.retain(|field| *field != meaning.field);
                    self.layout.mappings.push(ColumnMapping {
                        field: meaning.field,
                        column: heading.to_string(),
                        how: meaning.how,
                        fallback: false,
                    });
                    (sinks.on_layout)(&self.layout);
                }
                None => self.layout.unmapped.push(heading.to_string()),
            }
        }
        Some(headings.len() - 1)
    }

    /// Reads what is still held back. Call once, after the last row.
    pub(crate) fn finish(&mut self, sinks: &mut Sinks<'_>) {
        if matches!(self.state, State::Sampling { .. }) {
            self.decide(sinks);
        }
    }

    fn decide(&mut self, sinks: &mut Sinks<'_>) {
        let State::Sampling { rows, refused, .. } =
            std::mem::replace(&mut self.state, State::Skipped)
        else {
            return;
        };
        let file = self.layout.file.clone();
        let found = match &self.headings {
            Some(headings) => {
                let (meanings, absent) = columns::recognise_row(headings, self.overrides);
                Some((headings.clone(), meanings, absent, 0))
            }
            None => {
                let first: Vec<Vec<String>> = rows
                    .iter()
                    .take(HEADER_ROWS)
                    .map(|(_, cells)| cells.iter().map(|cell| cell.text.clone()).collect())
                    .collect();
                columns::find_header(&first, self.overrides).map(|header| {
                    self.layout.header_row = rows.get(header.row).map(|(row, _)| *row);
                    (
                        header.headings,
                        header.meanings,
                        header.absent_overrides,
                        header.row + 1,
                    )
                })
            }
        };
        let Some((mut headings, mut meanings, absent, first_row)) = found else {
            let reason = if rows.is_empty() {
                "holds no rows"
            } else {
                "no row among the first names columns of trade records"
            };
            self.skip(reason.to_string(), refused, sinks);
            return;
        };
        for (index, heading) in headings.iter_mut().enumerate() {
            if heading.is_empty() {
                *heading = format!("column {}", index + 1);
            }
        }
        let mut skipped = first_row.min(rows.len());
        // Some forms number their columns below the heading.
        if self.headings.is_none()
            && rows
                .get(skipped)
                .is_some_and(|(_, cells)| only_counts(cells))
        {
            skipped += 1;
        }
        let body = &rows[skipped..];
        let sample: Vec<&[OwnedCell]> = body.iter().map(|(_, cells)| cells.as_slice()).collect();
        neighbours::settle(&headings, &mut meanings, &sample);
        self.describe(&headings, &meanings);
        if !columns::tells_of_shipments(&meanings) {
            self.skip(
                "its columns name no goods, or goods without any party, country, date, mass or value".to_string(),
                refused,
                sinks,
            );
            return;
        }
        let mut assembler = Assembler::new(&self.layout.file, &headings, &meanings, &sample);
        self.layout.day_or_month_first = assembler.undecided_dates(&sample);
        sinks.counts.tables += 1;
        (sinks.on_layout)(&self.layout);
        for (field, heading) in absent {
            sinks.refuse_field(Rejected {
                file: self.layout.file.clone(),
                row: 0,
                field: Some(field.as_str().to_string()),
                reason: format!("the columns file names {heading:?}, which is no column here"),
            });
        }
        let mut refused = refused.into_iter().peekable();
        let mut cells: Vec<Cell<'_>> = Vec::new();
        for (index, (row, owned)) in body.iter().enumerate() {
            while let Some(refusal) = refused.next_if(|next| next.before <= skipped + index) {
                sinks.refuse_row(&file, refusal.row, refusal.reason);
            }
            cells.clear();
            cells.extend(owned.iter().map(OwnedCell::as_cell));
            read_row(&mut assembler, self.strict_width, *row, &cells, sinks);
        }
        for refusal in refused {
            sinks.refuse_row(&file, refusal.row, refusal.reason);
        }
        self.state = State::Reading(Box::new(assembler));
    }

    fn describe(&mut self, headings: &[String], meanings: &[Option<Recognised>]) {
        let mut mapped: Vec<(&Recognised, &String)> = Vec::new();
        for (heading, meaning) in headings.iter().zip(meanings) {
            match meaning {
                Some(meaning) => mapped.push((meaning, heading)),
                None => self.layout.unmapped.push(heading.clone()),
            }
        }
        mapped.sort_by_key(|(meaning, _)| (meaning.field, meaning.how, meaning.rank));
        for (meaning, heading) in mapped {
            let fallback = self
                .layout
                .mappings
                .last()
                .is_some_and(|before| before.field == meaning.field)
                && meaning.field != Field::GoodsMore;
            self.layout.mappings.push(ColumnMapping {
                field: meaning.field,
                column: heading.clone(),
                how: meaning.how,
                fallback,
            });
        }
        let given = |field: Field| {
            self.layout
                .mappings
                .iter()
                .any(|mapping| mapping.field == field)
        };
        self.layout.missing = Field::ALL
            .iter()
            .copied()
            .filter(|field| field.needed_by_rules() && !given(*field))
            .collect();
    }

    fn skip(&mut self, reason: String, refused: Vec<RefusedRow>, sinks: &mut Sinks<'_>) {
        self.layout.skipped = Some(reason);
        (sinks.on_layout)(&self.layout);
        for refusal in refused {
            sinks.refuse_row(&self.layout.file, refusal.row, refusal.reason);
        }
        self.state = State::Skipped;
    }
}

fn read_row(
    assembler: &mut Assembler,
    strict_width: bool,
    row: u64,
    cells: &[Cell<'_>],
    sinks: &mut Sinks<'_>,
) {
    let mut fields_rejected = 0;
    let width = assembler.width();
    let outcome = match misfit(width, cells, strict_width) {
        Some(reason) => Outcome::Refused(reason),
        None => assembler.row(row, cells, &mut |rejected| {
            fields_rejected += 1;
            (sinks.on_rejected)(rejected);
        }),
    };
    sinks.counts.fields_rejected += fields_rejected;
    match outcome {
        Outcome::Blank => {}
        Outcome::Read(shipment, relation) => {
            sinks.counts.rows += 1;
            sinks.counts.read += 1;
            report_relation(assembler.file(), row, relation, sinks);
            // Empty cells left out at the end are common; a quarter of the row left out may be a cut line.
            if strict_width && cells.len() * 4 < width * 3 {
                sinks.counts.fields_rejected += 1;
                (sinks.on_rejected)(Rejected {
                    file: assembler.file().to_string(),
                    row,
                    field: Some("end of row".to_string()),
                    reason: format!(
                        "has {} cells where the header has {width}; the rest is taken as empty",
                        cells.len()
                    ),
                });
            }
            (sinks.on_row)(*shipment);
        }
        Outcome::Refused(reason) => {
            let file = assembler.file().to_string();
            sinks.refuse_row(&file, row, reason);
        }
    }
}

/// Tells of a row that another replaces: the earlier version, or the repeat.
fn report_relation(file: &str, row: u64, relation: Relation, sinks: &mut Sinks<'_>) {
    let (replaced, reason) = match relation {
        Relation::New => return,
        Relation::Supersedes(earlier) => (
            earlier,
            format!(
                "superseded: row {row} gives the same line of the declaration in a later version"
            ),
        ),
        Relation::SupersededBy(later) => (
            row,
            format!(
                "superseded: row {later} gives the same line of the declaration in a later version"
            ),
        ),
        Relation::Repeats(first) => (row, format!("superseded: repeats row {first}")),
    };
    sinks.counts.superseded += 1;
    sinks.refuse_field(Rejected {
        file: file.to_string(),
        row: replaced,
        field: Some(Field::DeclarationNo.as_str().to_string()),
        reason,
    });
}

/// Why the row does not fit under its header, if it does not.
fn misfit(width: usize, cells: &[Cell<'_>], strict_width: bool) -> Option<String> {
    if !strict_width || cells.iter().all(|cell| cell.text.trim().is_empty()) {
        return None;
    }
    let beyond = cells
        .get(width..)
        .is_some_and(|extra| extra.iter().any(|cell| !cell.text.trim().is_empty()));
    // Spreadsheets leave out empty cells at a row's end; a row of which less than half is left is a broken line.
    let short = cells.len() * 2 < width || (cells.len() == 1 && width > 1);
    (beyond || short).then(|| format!("has {} cells where the header has {width}", cells.len()))
}

/// Whether the row's cells are 1, 2, 3, … in order.
fn only_counts(cells: &[OwnedCell]) -> bool {
    cells.len() >= 3
        && cells
            .iter()
            .enumerate()
            .all(|(index, cell)| cell.text.trim().parse::<usize>() == Ok(index + 1))
}
