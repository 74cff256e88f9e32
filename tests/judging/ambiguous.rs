//! What a capture cannot tell apart is held against nobody: each side acts by what has reached it, and the capture does
//! not show what was lost behind it.

use super::findings;
use super::openings::{CAROL, CHAT, G22, TWO};

const END: &str = " 20000 end\n";

#[test]
fn a_copy_of_a_list_may_be_what_was_asked_for() {
    // The list of frame 7 was lost behind the capture, and so was the request: its copy is the first that alice gets.
    let asked = "
   52 S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
  500 A>S 01 03 00 00                              # mainRoomUserListRequest 1
 2052 S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
 2060 A>S 01 80 00 00                              # userListReceived 1
 9000 A>S 02 02 00 00                              # movieListRequest 2
 9005 S>A 02 01 00 00                              # movieListResponse 2
";
    let login = "
   40 C>S 00 01 00 05 'carol'                      # loginRequest 0
   45 S>C 00 00 00 01 00                           # loginResponse 0
   47 S>B 00 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 0
   51 B>S 00 80 00 00                              # userListReceived 0
";
    assert_eq!(findings("c2w-g9", &[TWO, login, asked, END]), []);
    let never = asked.replace(" 2052 S>A 01", " 2052 S>A 02").replace("2060 A>S 01", "2060 A>S 02");
    let told: Vec<&str> = findings("c2w-g9", &[TWO, login, &never, END]).into_iter().map(|(_, rule)| rule).collect();
    assert!(told.contains(&"A001"), "without such a copy it was never answered: {told:?}");
}

#[test]
fn the_number_of_what_seemed_an_answer_may_have_been_its_senders_own() {
    // Frame 11 is a push under the number that bob asked under; then the count goes on, and the real answer comes.
    let talk = "
  100 B>S 01 03 00 00                              # mainRoomUserListRequest 1
  110 A>S 01 05 00 05 'hello'                      # sendMsgInMainRoom 1
  115 S>A 01 03 00 05 'hello'                      # sendMsgInMainRoom 1
  116 S>B 00 03 00 05 'hello'                      # sendMsgInMainRoom 0
  117 A>S 01 81 00 00                              # msgReceived 1
  118 B>S 00 81 00 00                              # msgReceived 0
  130 C>S 00 01 00 05 'carol'                      # loginRequest 0
  135 S>C 00 00 00 01 00                           # loginResponse 0
  136 S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
  137 S>B 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1: of its own
  140 A>S 01 80 00 00                              # userListReceived 1
  200 A>S 02 05 00 05 'again'                      # sendMsgInMainRoom 2
  205 S>A 02 03 00 05 'again'                      # sendMsgInMainRoom 2
  206 S>B 02 03 00 05 'again'                      # sendMsgInMainRoom 2
  207 S>C 00 03 00 05 'again'                      # sendMsgInMainRoom 0
  208 A>S 02 81 00 00                              # msgReceived 2
  209 B>S 02 81 00 00                              # msgReceived 2
  210 C>S 00 81 00 00                              # msgReceived 0
  300 A>S 03 09 00 05 'Alien'                      # movieRequest 3
  305 S>A 03 81 00 01 20                           # movieResponse 3
  306 S>B 03 02 00 10 05 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 3
  307 S>C 01 02 00 10 05 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
  310 B>S 03 80 00 00                              # userListReceived 3
  311 C>S 01 80 00 00                              # userListReceived 1
 2137 S>B 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
 2140 B>S 01 80 00 00                              # userListReceived 1
 2145 S>B 01 02 00 10 05 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1: what was asked for
 2150 B>S 01 80 00 00                              # userListReceived 1
 2200 A>S 04 0b 00 00                              # leaveMovieRoomRequest 4
 2205 S>A 04 82 00 00                              # removedFromMovieRoom 4
 2206 S>B 04 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 4
 2207 S>C 02 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 2
 2210 B>S 04 80 00 00                              # userListReceived 4
 2211 C>S 02 80 00 00                              # userListReceived 2
";
    assert_eq!(findings("c2w-g9", &[TWO, talk]), []);
}

#[test]
fn who_leaves_a_private_chat_by_itself_need_not_hear_that_the_other_does() {
    // What alice says at 500 is lost behind the capture; bob leaves before she says it again.
    let both = "
  500 A>S 02 0c 00 00                              # leavePrivateRoomRequest 2
  900 B>S 01 0c 00 00                              # leavePrivateRoomRequest 1
  905 S>A 01 0c 00 00                              # leavePrivateRoomRequest 1
  910 A>S 01 0c 00 00                              # leavePrivateRoomRequest 1, in answer
  915 S>B 01 84 00 00                              # privateRoomReleased 1
  916 S>A 01 84 00 00                              # privateRoomReleased 1
 2500 A>S 02 0c 00 00                              # leavePrivateRoomRequest 2
 2505 S>A 02 84 00 00                              # privateRoomReleased 2
";
    assert_eq!(findings("c2w-g9", &[TWO, CHAT, both, END]), []);
    let one = "
  500 A>S 02 0c 00 00                              # leavePrivateRoomRequest 2
  505 S>A 02 84 00 00                              # privateRoomReleased 2
";
    assert_eq!(findings("c2w-g9", &[TWO, CHAT, one, END]), [(12, "P006")]);
}

#[test]
fn of_two_who_ask_for_the_same_either_may_be_announced() {
    let two = "
  100 B>S 01 08 00 05 'alice'                      # privateChatRequest 1: lost behind the capture
  110 C>S 01 08 00 05 'alice'                      # privateChatRequest 1
  115 S>A 02 08 00 05 'carol'                      # privateChatRequest 2
  116 S>C 01 06 00 01 11                           # privateChatResponse 1: available
  120 C>S 01 82 00 00                              # privateChatStarted 1
  121 A>S 02 82 00 00                              # privateChatStarted 2
 2100 B>S 01 08 00 05 'alice'                      # privateChatRequest 1
 2105 S>B 01 06 00 01 10                           # privateChatResponse 1: unavailable
";
    assert_eq!(findings("c2w-g9", &[TWO, CAROL, two]), []);
    let other = two.replace("115 S>A 02 08 00 05 'carol'", "115 S>A 02 08 00 05 'alice'");
    assert_eq!(findings("c2w-g9", &[TWO, CAROL, &other]), [(15, "P007")]);
}

#[test]
fn a_refusal_given_again_keeps_no_timer() {
    let asked = "
  100 A>S 01 08 00 03 'bob'                        # privateChatRequest 1
  105 S>A 01 06 00 01 10                           # privateChatResponse 1: unavailable
 2100 A>S 01 08 00 03 'bob'                        # privateChatRequest 1
 2105 S>A 01 06 00 01 10                           # privateChatResponse 1: unavailable
 4100 A>S 01 08 00 03 'bob'                        # privateChatRequest 1: lost behind the capture
 6100 A>S 01 08 00 03 'bob'                        # privateChatRequest 1
 6105 S>A 01 06 00 01 10                           # privateChatResponse 1: unavailable
";
    // That it was asked for again, though it had been refused, is another matter.
    let told: Vec<&str> = findings("c2w-g9", &[TWO, asked]).into_iter().map(|(_, rule)| rule).collect();
    assert_eq!(told, ["R005"; 3]);
}

#[test]
fn nothing_is_sent_again_to_who_has_left() {
    let leaves = "
   40 C>S 00 01 00 05 'carol'                      # loginRequest 0
   45 S>C 00 00 00 01 00                           # loginResponse 0
   46 S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
   47 S>B 00 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 0
   51 B>S 00 80 00 00                              # userListReceived 0
 2046 S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
 4046 S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
 6046 S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
 8046 S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
 8500 A>S 01 0a 00 00                              # leaveMainRoomRequest 1
 8505 S>A 01 83 00 00                              # disconnectSuccess 1
 8506 S>B 01 02 00 0a 83 'bob' 85 'carol'          # sendMainRoomUserList 1
 8507 S>C 00 02 00 0a 83 'bob' 85 'carol'          # sendMainRoomUserList 0
 8510 B>S 01 80 00 00                              # userListReceived 1
 8511 C>S 00 80 00 00                              # userListReceived 0
";
    // Alice is at fault, who never answered; the server is not, who stopped when she had left.
    assert_eq!(findings("c2w-g9", &[TWO, leaves, END]), [(9, "A001")]);
}

/// `imp`: alice, bob and carol, who is told nothing that matters here; bob and carol are in group 2.
#[test]
fn an_invitation_into_a_group_entered_by_another_one_may_be_refused() {
    let imp = "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack
   30 S>A 4a 02 00 00 08 00 02 01                  # GroupInvitationRequest S=1 of ID 2
   35 A>S 4b 01 00 00 05                           # ack
   40 A>S 52 01 00 00 08 00 02 01                  # GroupInvitationAccept S=1: lost behind the capture
   50 S>A 48 03 00 00 08 00 02 01                  # GroupInvitationRequest S=0 of ID 3
   55 A>S 49 01 00 00 05                           # ack
  540 A>S 52 01 00 00 08 00 02 01                  # GroupInvitationAccept S=1
  545 S>A 53 00 00 00 05                           # ack
  550 A>S 58 01 00 00 08 00 02 01                  # GroupInvitationReject S=0
  555 S>A 59 00 00 00 05                           # ack
";
    assert_eq!(findings("imp", &[imp]), []);
    let third = "
  600 A>S 5a 01 00 00 08 00 02 01                  # GroupInvitationReject S=1
  605 S>A 5b 00 00 00 05                           # ack
";
    assert_eq!(findings("imp", &[imp, third]), [(13, "P002")]);
}

#[test]
fn two_that_bear_the_same_time_are_told_apart_by_their_authors() {
    let talk = "
   50 C>S '10:00:02: CONNECTION_REQUEST|carol|' 0d 0a
   55 S>C '10:00:02: CONNECTION_GRANTED|carol|' 0d 0a
   60 C>S '10:00:02: CONNECTION_RESPONSE_ACK|carol|' 0d 0a
  100 A>S '10:00:03: SEND_MESSAGE_REQUEST|alice|hello' 0d 0a
  101 B>S '10:00:03: SEND_MESSAGE_REQUEST|bob|hi' 0d 0a
  105 S>C '10:00:03: NEW_MESSAGE|alice|hello' 0d 0a
  106 S>C '10:00:03: NEW_MESSAGE|bob|hi' 0d 0a
  110 C>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
  111 C>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|bob|' 0d 0a
 9000 end
";
    assert_eq!(findings("c2w-g22", &[G22, talk]), []);
    let other = talk.replace(
        "111 C>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|bob|'",
        "111 C>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|eve|'",
    );
    assert_eq!(findings("c2w-g22", &[G22, &other]), [(15, "P004")]);
}
