//! What a good is: declared code, words and model numbers against control lists.
