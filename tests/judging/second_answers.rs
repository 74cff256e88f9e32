//! An acknowledgement under an earlier message's number: a second one of that message, or the wrong one of this?

use super::openings::{G22, TWO};

/// Up to two messages on their way to bob, the first of them acknowledged.
const BEGIN: &str = "
   50 A>S '10:00:03: SEND_MESSAGE_REQUEST|alice|hello' 0d 0a
   60 S>B '10:00:03: NEW_MESSAGE|alice|hello' 0d 0a
   65 B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
   66 A>S '10:00:04: SEND_MESSAGE_REQUEST|alice|again' 0d 0a
   67 S>B '10:00:04: NEW_MESSAGE|alice|again' 0d 0a
   70 B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
";

fn findings(end: &str) -> Vec<(u64, &'static str)> {
    super::findings("c2w-g22", &[G22, BEGIN, end])
}

#[test]
fn where_the_later_message_gets_its_own_the_earlier_was_answered_twice() {
    assert_eq!(findings("   75 B>S '10:00:04: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a\n"), [(12, "A007")]);
}

#[test]
fn where_it_never_does_it_was_answered_under_the_wrong_number() {
    assert_eq!(findings("  500 end\n"), [(12, "A003")]);
}

#[test]
fn where_it_must_be_sent_again_for_it_too() {
    let end = "
 2067 S>B '10:00:04: NEW_MESSAGE|alice|again' 0d 0a
 2075 B>S '10:00:04: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
";
    assert_eq!(findings(end), [(12, "A003")]);
}

#[test]
fn where_the_earlier_was_sent_again_meanwhile_it_is_a_second_answer_of_that() {
    // The copy arrived twice: a link may double what it carries.
    let end = "
 1060 S>B '10:00:03: NEW_MESSAGE|alice|hello' 0d 0a
 1065 B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
 1066 B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
 2067 S>B '10:00:04: NEW_MESSAGE|alice|again' 0d 0a
 2075 B>S '10:00:04: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
";
    let begin = BEGIN.trim_end().rsplit_once('\n').map_or(BEGIN, |(begin, _)| begin);
    let found = super::findings("c2w-g22", &[G22, begin, end]);
    assert!(found.iter().all(|(_, rule)| matches!(*rule, "A007" | "R005")), "{found:?}");
    assert!(found.contains(&(14, "A007")), "{found:?}");
}

#[test]
fn where_the_later_was_sent_again_before_it_needs_no_third_time() {
    let begin = BEGIN.replace("   70 B>S", " 2070 B>S");
    let end = "
 2075 B>S '10:00:04: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
";
    let again = " 2069 S>B '10:00:04: NEW_MESSAGE|alice|again' 0d 0a\n 2070 B>S";
    assert_eq!(super::findings("c2w-g22", &[G22, &begin.replace(" 2070 B>S", again), end]), [(13, "A007")]);
}

#[test]
fn one_that_waits_for_longer_is_not_what_a_second_answer_was_meant_for() {
    // What carol said before is still unanswered when alice's is answered twice, and the next one once.
    let begin = BEGIN.replace(
        "   50 A>S",
        "   44 C>S '10:00:02: CONNECTION_REQUEST|carol|' 0d 0a
   45 S>C '10:00:02: CONNECTION_GRANTED|carol|' 0d 0a
   46 C>S '10:00:02: CONNECTION_RESPONSE_ACK|carol|' 0d 0a
   47 C>S '10:00:09: SEND_MESSAGE_REQUEST|carol|hm' 0d 0a
   48 S>B '10:00:09: NEW_MESSAGE|carol|hm' 0d 0a
   50 A>S",
    );
    let end = "
   75 B>S '10:00:04: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
 2048 S>B '10:00:09: NEW_MESSAGE|carol|hm' 0d 0a
 2055 B>S '10:00:09: NEW_MESSAGE_RESPONSE_ACK|carol|' 0d 0a
";
    assert_eq!(super::findings("c2w-g22", &[G22, &begin, end]), [(17, "A007")]);
}

#[test]
fn one_that_was_sent_a_moment_before_cannot_have_been_there_yet() {
    // An answer takes five milliseconds here; the next message is lost behind the capture, and sent again.
    let begin = BEGIN.replace("   67 S>B", "   69 S>B");
    let end = "
 2069 S>B '10:00:04: NEW_MESSAGE|alice|again' 0d 0a
 2075 B>S '10:00:04: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
";
    assert_eq!(super::findings("c2w-g22", &[G22, &begin, end]), [(12, "A007")]);
}

#[test]
fn a_refusal_under_an_earlier_number_is_no_copy_of_the_earlier_one() {
    // Alice has already got what the first one told her, and asks for somebody else.
    let asked = "
  100 A>S 01 08 00 03 'eve'                        # privateChatRequest 1
  105 S>A 01 06 00 01 10                           # privateChatResponse 1: unavailable
 1000 A>S 02 08 00 03 'eva'                        # privateChatRequest 2
 1005 S>A 01 06 00 01 10                           # privateChatResponse 1: unavailable
20000 end
";
    assert_eq!(super::findings("c2w-g9", &[TWO, asked]), [(10, "A003")]);
}
