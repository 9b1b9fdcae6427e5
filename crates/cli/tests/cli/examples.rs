//! The README's main job on `examples/`.
