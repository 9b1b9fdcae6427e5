//! Gates, red flags and the evidence score: shipments to findings.
