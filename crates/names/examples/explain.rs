//! A score laid open: `cargo run -p names --example explain -- SCHEMA LEFT RIGHT` prints the words of both names with their
//! weights, what agreed, and what each feature added.

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [schema, left, right] = &arguments[..] else {
        eprintln!("usage: explain SCHEMA LEFT RIGHT");
        std::process::exit(2);
    };
    for text in [left, right] {
        println!("{text}");
        for word in names::audit::words(schema == "Person", text) {
            println!(
                "    {} [{}] {} {:.2}",
                word.text, word.key, word.class, word.weight
            );
        }
    }
    let found = names::compare(Some(schema), left, right);
    println!("{:.4}", found.score);
    for line in found.explanation {
        println!("    {line}");
    }
}
