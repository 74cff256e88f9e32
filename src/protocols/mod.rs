//! The registry: one folder and one line each.

pub mod c2w_g9;
pub mod c2w_g22;
pub mod imp;
pub mod shen;
pub mod chatos;

use crate::protocol::Protocol;

/// Every protocol this program knows, in the order of output.
pub const ALL: &[&dyn Protocol] = &[&c2w_g9::C2wG9, &c2w_g22::C2wG22, &imp::Imp, &shen::Shen, &chatos::ChatOs];

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::protocol::Spec;
    use std::collections::HashSet;

    fn specs() -> impl Iterator<Item = &'static Spec> {
        ALL.iter().map(|protocol| protocol.spec())
    }

    #[test]
    fn identifiers_are_used_once() {
        let mut seen = HashSet::new();
        for spec in specs() {
            assert!(seen.insert(spec.id), "{} is used twice", spec.id);
        }
    }

    #[test]
    fn whatever_a_table_names_is_a_row_of_it() {
        for spec in specs() {
            let named = |name: &str| name == "*" || spec.kinds.iter().any(|kind| kind.name == name);
            for kind in spec.kinds {
                for answer in kind.answered_by {
                    assert!(named(answer.kind), "{}: {} is answered by {}", spec.id, kind.name, answer.kind);
                }
                if let Some(relay) = kind.relay {
                    assert!(named(relay.by), "{}: {} is relayed by {}", spec.id, kind.name, relay.by);
                }
                assert!(!kind.section.is_empty(), "{}: {} cites nothing", spec.id, kind.name);
            }
            for notice in spec.notices {
                assert!(named(notice.kind), "{}: {} is owed", spec.id, notice.kind);
            }
        }
    }

    #[test]
    fn conventions_leave_a_choice_and_select_a_numbering_each() {
        for spec in specs() {
            for convention in spec.conventions {
                assert!(convention.values.len() > 1, "{}: {}", spec.id, convention.name);
            }
            let selected = spec.numbering_by.map_or(1, |index| spec.conventions[index].values.len());
            assert!(spec.numbering.len() == selected || spec.numbering.is_empty(), "{}", spec.id);
        }
    }

    #[test]
    fn a_topic_is_cited_once() {
        for spec in specs() {
            let mut seen = HashSet::new();
            for citation in spec.citations {
                assert!(seen.insert(citation.topic), "{}: {:?} is cited twice", spec.id, citation.topic);
                assert!(!citation.section.is_empty(), "{}: {:?} cites nothing", spec.id, citation.topic);
            }
        }
    }
}
