//! What was asked for: an acknowledgement of the request may come first, and the response when its turn comes.

/// Alice logs in, asks for the list, and has that acknowledged.
const BEGIN: &str = "
    0 A>S 00 00 00 00 0d 'alice   '
    5 S>A 08 00 00 00 06 01
   10 A>S 09 01 00 00 05
 1000 A>S 1a 01 01 00 05
 1005 S>A 1b 00 00 00 05
";

/// The list, acknowledged.
const LIST: &str = "
 1100 S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41
 1105 A>S 23 01 00 00 05
";

#[test]
fn the_list_comes_after_the_acknowledgement() {
    assert_eq!(super::findings("imp", &[BEGIN, LIST, " 9000 end\n"]), []);
}

#[test]
fn a_second_list_that_nobody_asked_for_is_unsolicited() {
    let again = "
 2100 S>A 20 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41
 2105 A>S 21 01 00 00 05
 9000 end
";
    assert_eq!(super::findings("imp", &[BEGIN, LIST, again]), [(8, "A002")]);
}

/// A login that is acknowledged before it is granted; then bob says something.
#[test]
fn a_login_is_granted_by_the_response_and_not_by_the_acknowledgement() {
    let granted = "
    0 A>S 00 00 00 00 0d 'alice   '
    5 S>A 01 00 00 00 05
   10 S>A 08 00 00 00 06 01
   15 A>S 09 01 00 00 05
 1000 A>S 1a 01 01 00 05
 1005 S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41
 1010 A>S 23 01 00 00 05
 9000 end
";
    assert_eq!(super::findings("imp", &[granted]), []);
    let refused = "
    0 A>S 00 00 00 00 0d 'alice   '
    5 S>A 01 00 00 00 05
   10 S>A 10 00 00 00 06 80
 1000 A>S 1a 00 01 00 05
 1005 S>A 1b 00 00 00 05
 9000 end
";
    assert_eq!(super::findings("imp", &[refused]), [(4, "P001")]);
}
