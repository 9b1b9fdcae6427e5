//! The words of the treebanks as types: parts of speech, tags, relations.

/// An enum whose variants have the names that the treebanks write.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $($(#[$inner])* #[doc = concat!("`", $text, "`")] $variant,)+
        }

        impl $name {
            /// All of them, each at the place of its number.
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            /// As the treebanks write it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }

            /// From what the treebanks write.
            pub fn from_name(name: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|known| known.as_str() == name)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str(self.as_str())
            }
        }
    };
}

names! {
    /// Universal part of speech.
    Upos {
        Adj = "ADJ",
        Adp = "ADP",
        Adv = "ADV",
        Aux = "AUX",
        Cconj = "CCONJ",
        Det = "DET",
        Intj = "INTJ",
        Noun = "NOUN",
        Num = "NUM",
        Part = "PART",
        Pron = "PRON",
        Propn = "PROPN",
        Punct = "PUNCT",
        Sconj = "SCONJ",
        Sym = "SYM",
        Verb = "VERB",
        X = "X",
    }
}

names! {
    /// Tag of the Penn Treebank, as the English treebanks of Universal Dependencies use it.
    Tag {
        Add = "ADD",
        Afx = "AFX",
        Cc = "CC",
        Cd = "CD",
        CloseBracket = "-RRB-",
        CloseQuote = "''",
        Colon = ":",
        Comma = ",",
        Dollar = "$",
        Dt = "DT",
        Ex = "EX",
        Fw = "FW",
        Gw = "GW",
        Hyph = "HYPH",
        In = "IN",
        Jj = "JJ",
        Jjr = "JJR",
        Jjs = "JJS",
        Ls = "LS",
        Md = "MD",
        Nfp = "NFP",
        Nn = "NN",
        Nnp = "NNP",
        Nnps = "NNPS",
        Nns = "NNS",
        OpenBracket = "-LRB-",
        OpenQuote = "``",
        Pdt = "PDT",
        Period = ".",
        Pos = "POS",
        Prp = "PRP",
        PrpS = "PRP$",
        Rb = "RB",
        Rbr = "RBR",
        Rbs = "RBS",
        Rp = "RP",
        Sym = "SYM",
        To = "TO",
        Uh = "UH",
        Vb = "VB",
        Vbd = "VBD",
        Vbg = "VBG",
        Vbn = "VBN",
        Vbp = "VBP",
        Vbz = "VBZ",
        Wdt = "WDT",
        Wp = "WP",
        WpS = "WP$",
        Wrb = "WRB",
        Xx = "XX",
    }
}

names! {
    /// Relation of a token to its head in Universal Dependencies, with the subtypes of the English treebanks.
    Relation {
        Acl = "acl",
        AclRelcl = "acl:relcl",
        Advcl = "advcl",
        AdvclRelcl = "advcl:relcl",
        Advmod = "advmod",
        Amod = "amod",
        Appos = "appos",
        Aux = "aux",
        AuxPass = "aux:pass",
        Case = "case",
        Cc = "cc",
        CcPreconj = "cc:preconj",
        Ccomp = "ccomp",
        Compound = "compound",
        CompoundPrt = "compound:prt",
        Conj = "conj",
        Cop = "cop",
        Csubj = "csubj",
        CsubjOuter = "csubj:outer",
        CsubjPass = "csubj:pass",
        Dep = "dep",
        Det = "det",
        DetPredet = "det:predet",
        Discourse = "discourse",
        Dislocated = "dislocated",
        Expl = "expl",
        Fixed = "fixed",
        Flat = "flat",
        Goeswith = "goeswith",
        Iobj = "iobj",
        List = "list",
        Mark = "mark",
        Nmod = "nmod",
        NmodDesc = "nmod:desc",
        NmodPoss = "nmod:poss",
        NmodUnmarked = "nmod:unmarked",
        Nsubj = "nsubj",
        NsubjOuter = "nsubj:outer",
        NsubjPass = "nsubj:pass",
        Nummod = "nummod",
        Obj = "obj",
        Obl = "obl",
        OblAgent = "obl:agent",
        OblUnmarked = "obl:unmarked",
        Orphan = "orphan",
        Parataxis = "parataxis",
        Punct = "punct",
        Reparandum = "reparandum",
        Root = "root",
        Vocative = "vocative",
        Xcomp = "xcomp",
    }
}

impl Relation {
    /// Without its subtype: `nsubj` of `nsubj:pass`.
    pub fn base(self) -> Relation {
        let name = self.as_str();
        match name.split_once(':') {
            Some((base, _)) => Self::from_name(base).unwrap_or(self),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_and_subtypes_have_a_base() {
        for relation in Relation::ALL {
            assert_eq!(Relation::from_name(relation.as_str()), Some(*relation));
            assert!(!relation.base().as_str().contains(':'), "{relation}");
        }
        for (place, tag) in Tag::ALL.iter().enumerate() {
            assert_eq!(*tag as usize, place);
        }
        assert_eq!(Relation::NsubjPass.base(), Relation::Nsubj);
        assert_eq!(Upos::from_name("VERB"), Some(Upos::Verb));
    }
}
