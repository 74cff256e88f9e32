//! Under stop-and-wait an answer has to wait for what its sender has to send again: then it is not late by its own fault.

const CONNECTED: &str = "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 B>S 00 00 00 00 0d 'bob     '                # ConnectionRequest S=0
   35 S>B 08 00 00 00 06 02                        # ConnectionAccept S=0
   40 B>S 09 02 00 00 05                           # ack of ConnectionAccept S=0
   50 S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42 # UpdateList S=1
";
const ASKED_AND_ANSWERED: &str = "
  760 S>A 20 00 01 00 25 01 01 'alice   ' 0a 00 00 02 9c 41 02 01 'bob     ' 0a 00 00 03 9c 42 # UserListResponse S=0
  765 A>S 21 01 00 00 05                           # ack of UserListResponse S=0
";

fn findings(between: &str) -> Vec<(u64, &'static str)> {
    super::findings("imp", &[CONNECTED, between, ASKED_AND_ANSWERED])
}

#[test]
fn an_answer_that_comes_late_of_itself_is_late() {
    let at_once = "
   55 A>S 73 01 00 00 05                           # ack of UpdateList S=1
   60 A>S 1a 01 01 00 05                           # UserListRequest S=1
";
    assert_eq!(findings(at_once), [(10, "A006")]);
}

#[test]
fn one_that_waits_for_a_message_sent_again_is_not() {
    let again = "
   60 A>S 1a 01 01 00 05                           # UserListRequest S=1
  550 S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42 # UpdateList S=1
  555 A>S 73 01 00 00 05                           # ack of UpdateList S=1
";
    assert_eq!(findings(again), []);
}
