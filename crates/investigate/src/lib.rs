//! The main job: imports, screens, reads, joins; returns the brief.
