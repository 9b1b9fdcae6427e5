//! Readers of trade records: customs rows in any layout to shipments.
