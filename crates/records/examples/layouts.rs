//! Prints how files of trade records are read: `cargo run -p records --example layouts -- FILE…`.

use std::path::Path;
use std::time::Instant;

fn main() {
    for path in std::env::args().skip(1) {
        let started = Instant::now();
        let mut shown = 0;
        let mut reasons = 0;
        println!("== {path}: {:?}", records::is_records(Path::new(&path)));
        let outcome = records::read(
            Path::new(&path),
            &records::ColumnOverrides::default(),
            &mut |layout| {
                println!(
                    "-- {} header {:?} {:?} {:?} skipped {:?}",
                    layout.file,
                    layout.header_row,
                    layout.encoding,
                    layout.delimiter,
                    layout.skipped
                );
                for mapping in &layout.mappings {
                    println!("   {mapping} ({})", mapping.how.as_str());
                }
                println!("   unmapped: {}", layout.unmapped.join(" | "));
                let missing: Vec<&str> =
                    layout.missing.iter().map(|field| field.as_str()).collect();
                println!("   missing: {}", missing.join(" "));
            },
            &mut |mut shipment| {
                if shown < 2 {
                    shown += 1;
                    shipment.original.clear();
                    println!("   {shipment:?}");
                }
            },
            &mut |rejected| {
                if reasons < 8 {
                    reasons += 1;
                    println!(
                        "   ! row {} {:?}: {}",
                        rejected.row, rejected.field, rejected.reason
                    );
                }
            },
            &mut |_| {},
        );
        println!("   {outcome:?} in {:?}", started.elapsed());
    }
}
