//! Prints the tree of every line of standard input.

fn main() {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        for token in syntax::parse(&line, 0..line.len()).tokens {
            let head = token
                .head
                .map_or_else(|| "-".to_owned(), |head| (head + 1).to_string());
            println!(
                "{}\t{}\t{}\t{}\t{head}\t{}",
                token.text, token.lemma, token.upos, token.tag, token.relation
            );
        }
        println!();
    }
}
