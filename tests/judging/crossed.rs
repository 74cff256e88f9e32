//! News that crosses what its receiver says, or reaches it later than the capture shows.

use super::findings;
use super::openings::{CAROL, CAROL_LATER, CHAT, IMP_ALICE, IMP_BOB, SHEN, TWO};

/// `chatos`: alice, bob and carol log in.
const THREE: &str = "
   10 A>S 01 0005 'alice'                                 # CR
   15 S>A 08 01                                           # ERROR 1
   20 B>S 01 0003 'bob'                                   # CR
   25 S>B 08 01                                           # ERROR 1
   30 C>S 01 0005 'carol'                                 # CR
   35 S>C 08 01                                           # ERROR 1
";

#[test]
fn until_it_knows_that_a_client_has_left_the_server_speaks_to_it() {
    let says = "
 1000 B>S close
 1500 A>S 03 0005 'alice' 0005 'hello'                    # SMA
 1505 S>A 08 01                                           # ERROR 1
 1506 S>B 03 0005 'alice' 0005 'hello'                    # SMA
 1507 S>C 03 0005 'alice' 0005 'hello'                    # SMA
 9000 end
";
    assert_eq!(findings("chatos", &[THREE, says]), []);
    let much_later = says.replace(" 15", " 75");
    assert_eq!(findings("chatos", &[THREE, &much_later]), [(10, "P008")]);
}

#[test]
fn what_the_server_refuses_itself_is_nobodys_refusal_altered() {
    // While carol's refusal of alice is on its way, the server refuses bob in carol's name, for a reason of its own.
    let asks = "
  100 A>S 04 0005 'alice' 0005 'carol' 0007               # TCPAsk
  105 S>A 08 01                                           # ERROR 1
  106 S>C 04 0005 'alice' 0005 'carol' 0007               # TCPAsk
  200 C>S 06 0005 'alice' 0005 'carol' 0007               # TCPAbort
  202 B>S 04 0003 'bob' 0005 'carol' 0008                 # TCPAsk
  204 S>B 08 05                                           # ERROR 5
  205 S>B 06 0003 'bob' 0005 'carol' 0008                 # TCPAbort
  206 S>A 06 0005 'alice' 0005 'carol' 0007               # TCPAbort
 9000 end
";
    assert_eq!(findings("chatos", &[THREE, asks]), []);
    let altered = asks.replace("205 S>B", "205 S>A").replace("206 S>A", "206 S>B");
    assert_eq!(findings("chatos", &[THREE, &altered]), [(13, "P007")]);
}

#[test]
fn a_list_that_crosses_the_question_for_one_may_pass_for_the_answer() {
    // Bob asks for the list under the very number under which one is pushed to him; what he asks is lost.
    let asks = "
  200 C>S 01 0a 00 00                              # leaveMainRoomRequest 1
  205 S>C 01 83 00 00                              # disconnectSuccess 1
  206 S>A 02 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 2
  207 S>B 01 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 1
  209 B>S 01 03 00 00                              # mainRoomUserListRequest 1
  211 A>S 02 80 00 00                              # userListReceived 2
  212 B>S 01 80 00 00                              # userListReceived 1
 8000 B>S 02 02 00 00                              # movieListRequest 2
 8005 S>B 02 01 00 00                              # movieListResponse 2
20000 end
";
    assert_eq!(findings("c2w-g9", &[TWO, CAROL_LATER, asks]), []);
    let long_after = asks.replace("  209 B>S 01 03", " 1209 B>S 01 03").replace("  211 A>S", " 1211 A>S");
    let long_after = long_after.replace("  212 B>S", " 1212 B>S");
    let told: Vec<&str> =
        findings("c2w-g9", &[TWO, CAROL_LATER, &long_after]).into_iter().map(|(_, rule)| rule).collect();
    assert!(told.contains(&"A001"), "{told:?}");
}

#[test]
fn what_is_said_to_who_is_leaving_a_private_chat_need_not_come_through() {
    // The server has what bob says at 500, but its way to alice is not free before 5200.
    let says = "
  500 B>S 01 0c 00 00                              # leavePrivateRoomRequest 1
  700 A>S 02 07 00 02 'hi'                         # sendMsgInPrivateRoom 2
  705 S>A 02 81 00 00                              # msgReceived 2
 2500 B>S 01 0c 00 00                              # leavePrivateRoomRequest 1
 4500 B>S 01 0c 00 00                              # leavePrivateRoomRequest 1
 5200 S>A 01 0c 00 00                              # leavePrivateRoomRequest 1
 5205 A>S 01 0c 00 00                              # leavePrivateRoomRequest 1, in answer
 5210 S>B 01 84 00 00                              # privateRoomReleased 1
 5211 S>A 01 84 00 00                              # privateRoomReleased 1
20000 end
";
    let told = findings("c2w-g9", &[TWO, CHAT, says]);
    assert!(!told.iter().any(|(_, rule)| *rule == "P006"), "{told:?}");
    let stays = "
  700 A>S 02 07 00 02 'hi'                         # sendMsgInPrivateRoom 2
  705 S>A 02 81 00 00                              # msgReceived 2
20000 end
";
    assert_eq!(findings("c2w-g9", &[TWO, CHAT, stays]), [(12, "P006")]);
}

#[test]
fn who_was_left_without_a_word_may_still_close_the_private_chat() {
    let leaves = "
  500 B>S 01 0a 00 00                              # leaveMainRoomRequest 1
  505 S>B 01 83 00 00                              # disconnectSuccess 1
  506 S>A 01 02 00 06 85 'alice'                   # sendMainRoomUserList 1
  510 A>S 01 80 00 00                              # userListReceived 1
 6000 A>S 02 0c 00 00                              # leavePrivateRoomRequest 2
 6005 S>A 02 84 00 00                              # privateRoomReleased 2
20000 end
";
    assert_eq!(findings("c2w-g9", &[TWO, CHAT, leaves]), []);
    let again = "12000 A>S 03 0c 00 00\n12005 S>A 03 84 00 00\n20000 end\n";
    let leaves = leaves.replace("20000 end\n", again);
    assert_eq!(findings("c2w-g9", &[TWO, CHAT, &leaves]), [(18, "P002")]);
}

#[test]
fn a_refusal_that_comes_twice_awaits_nothing() {
    let asks = "
  100 A>S 01 08 00 03 'eve'                        # privateChatRequest 1
  105 S>A 01 06 00 01 10                           # privateChatResponse 1: unavailable
 2100 A>S 01 08 00 03 'eve'                        # privateChatRequest 1
 2105 S>A 01 06 00 01 10                           # privateChatResponse 1: unavailable
 6000 B>S 01 08 00 05 'alice'                      # privateChatRequest 1
 6005 S>A 01 08 00 03 'bob'                        # privateChatRequest 1
 6006 S>B 01 06 00 01 11                           # privateChatResponse 1: available
 6010 A>S 01 82 00 00                              # privateChatStarted 1
 6011 B>S 01 82 00 00                              # privateChatStarted 1
 8005 S>A 01 08 00 03 'bob'                        # privateChatRequest 1
 8010 A>S 01 82 00 00                              # privateChatStarted 1
20000 end
";
    let told = findings("c2w-g9", &[TWO, asks]);
    assert!(!told.iter().any(|(_, rule)| *rule == "A006"), "{told:?}");
}

/// `shen`: alice and bob are in alice's group; alice leaves, and bob is told that he is alone.
const ALONE: &str = "
   30 A>S 00 44 c0 b0 'alice,bob' 0d 0a                   # Invitation 1
   35 S>A 00 42 80 70 'modes' 0d 0a                       # OffrirModes 1
   40 A>S 00 85 00 00                                     # ChoisirMode 2
   45 S>A 00 82 00 00                                     # ACK 2
   46 S>B 00 04 c0 70 'alice' 0d 0a                       # Invitation 0
   50 B>S 00 01 40 00                                     # AccepterInvitation 0
   55 S>A 00 42 c0 00                                     # InvitationValide 1
   60 A>S 00 42 00 00                                     # ACK 1
 1000 A>S 00 c1 c0 00                                     # QuitterMessagerie 3
 1005 S>A 00 c2 00 00                                     # ACK 3
 1006 S>B 00 43 40 50 'fin' 0d 0a                         # FermerMessagerie 1
";

#[test]
fn word_that_a_group_is_closed_may_be_taken_for_the_next_group() {
    // It reaches bob only when it is sent again, and by then he has founded another.
    let joins = "
 1500 B>S 00 44 c0 b0 'bob,alice' 0d 0a                   # Invitation 1
 1505 S>B 00 42 80 70 'modes' 0d 0a                       # OffrirModes 1
 1510 B>S 00 85 00 00                                     # ChoisirMode 2
 1515 S>B 00 82 00 00                                     # ACK 2
 1516 S>A 00 04 c0 50 'bob' 0d 0a                         # Invitation 0
 1520 A>S 00 01 40 00                                     # AccepterInvitation 0
 1525 S>B 00 42 c0 00                                     # InvitationValide 1
 1530 B>S 00 42 00 00                                     # ACK 1
";
    let again = "
 3006 S>B 00 43 40 50 'fin' 0d 0a                         # FermerMessagerie 1
 3010 B>S 00 42 00 00                                     # ACK 1
";
    let says = "
 9000 B>S 00 c4 80 40 'hi' 0d 0a                          # EnvoyerMessage 3: to all
 9005 S>B 00 c3 80 50 'nul' 0d 0a                         # EnvoieInvalide 3
20000 end
";
    assert_eq!(findings("shen", &[SHEN, ALONE, joins, again, says]), []);
    assert_eq!(findings("shen", &[SHEN, ALONE, joins, says]), [(24, "P002")]);
}

#[test]
fn what_is_said_again_is_for_those_who_are_there_by_then() {
    // `imp`: what alice says first at 100 is lost; bob comes into the public group again before she says it again, and is
    // in another by the time his turn comes.
    let comes = "
   40 S>B 4a 09 00 00 08 00 05 02
   45 B>S 4b 02 00 00 05
   50 B>S 52 02 00 00 08 00 05 02
   55 S>B 53 00 00 00 05
   60 S>A 70 00 ff 00 15 02 05 'bob     ' 0a 00 00 03 9c 42
   65 A>S 71 01 00 00 05
";
    let says = "
  100 A>S 2a 01 01 00 07 00 02 'hi'                # DataMessage S=1
  400 B>S 60 02 00 00 05                           # GroupDisjointRequest S=0
  405 S>B 61 00 00 00 05                           # ack
  406 S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42
  410 A>S 73 01 00 00 05
  500 S>B 48 09 00 00 08 00 06 02                  # GroupInvitationRequest S=0 into 6
  600 A>S 2a 01 01 00 07 00 02 'hi'                # DataMessage S=1, again
  605 S>A 2b 00 00 00 05                           # ack
 1000 S>B 48 09 00 00 08 00 06 02                  # GroupInvitationRequest S=0, again
 1005 B>S 49 02 00 00 05                           # ack
 1006 B>S 52 02 00 00 08 00 06 02                  # GroupInvitationAccept S=1
 1010 S>B 53 00 00 00 05                           # ack
 1011 S>B 2a 01 01 00 07 00 02 'hi'                # DataMessage S=1
 1015 B>S 2b 02 00 00 05                           # ack
 1020 S>A 70 00 ff 00 15 02 06 'bob     ' 0a 00 00 03 9c 42
 1025 A>S 71 01 00 00 05
 1100 end
";
    assert_eq!(findings("imp", &[IMP_ALICE, IMP_BOB, comes, says]), []);
}

#[test]
fn who_is_leaving_need_not_answer_what_comes_until_that_is_confirmed() {
    // Bob wants to leave from 1200 on; twice that is lost behind the capture.
    let invited = "
 1000 A>S 00 44 c0 b0 'alice,bob' 0d 0a                   # Invitation 1
 1005 S>A 00 42 80 70 'modes' 0d 0a                       # OffrirModes 1
 1010 A>S 00 85 00 00                                     # ChoisirMode 2
 1015 S>A 00 82 00 00                                     # ACK 2
 1016 S>B 00 04 c0 70 'alice' 0d 0a                       # Invitation 0
";
    let leaves = "
 1200 B>S 00 40 c0 00                                     # Deconnexion 1
 3016 S>B 00 04 c0 70 'alice' 0d 0a                       # Invitation 0
 3200 B>S 00 40 c0 00                                     # Deconnexion 1
 5016 S>B 00 04 c0 70 'alice' 0d 0a                       # Invitation 0
 5200 B>S 00 40 c0 00                                     # Deconnexion 1
 7016 S>B 00 04 c0 70 'alice' 0d 0a                       # Invitation 0
 7200 B>S 00 40 c0 00                                     # Deconnexion 1
 7205 S>B 00 42 00 00                                     # ACK 1
20000 end
";
    assert_eq!(findings("shen", &[SHEN, invited, leaves]), []);
    let late = "
 3016 S>B 00 04 c0 70 'alice' 0d 0a                       # Invitation 0
 5016 S>B 00 04 c0 70 'alice' 0d 0a                       # Invitation 0
 7016 S>B 00 04 c0 70 'alice' 0d 0a                       # Invitation 0
 7200 B>S 00 40 c0 00                                     # Deconnexion 1
 7205 S>B 00 42 00 00                                     # ACK 1
20000 end
";
    assert_eq!(findings("shen", &[SHEN, invited, late]), [(9, "A001")]);
}

#[test]
fn who_has_left_need_not_be_answered_for_what_it_said_before_it_knew() {
    let leaves = "
 1000 B>S 01 0c 00 00                              # leavePrivateRoomRequest 1
 1005 S>A 01 0c 00 00                              # leavePrivateRoomRequest 1
 1006 A>S 02 0a 00 00                              # leaveMainRoomRequest 2
 1010 S>A 02 83 00 00                              # disconnectSuccess 2
 1011 A>S 01 0c 00 00                              # leavePrivateRoomRequest 1, in answer
 1012 S>B 01 84 00 00                              # privateRoomReleased 1
 1013 S>B 01 02 00 04 83 'bob'                     # sendMainRoomUserList 1
 1020 B>S 01 80 00 00                              # userListReceived 1
20000 end
";
    assert_eq!(findings("c2w-g9", &[TWO, CHAT, leaves]), []);
}

#[test]
fn a_client_that_closes_a_private_chat_may_ask_or_answer_by_it() {
    // Both sides are at 2: bob's own request crosses the server's word, and the next number is 3 then.
    let closes = "
  500 B>S 01 02 00 00                              # movieListRequest 1
  505 S>B 01 01 00 00                              # movieListResponse 1
  600 A>S 02 07 00 02 'hi'                         # sendMsgInPrivateRoom 2
  605 S>B 01 05 00 02 'hi'                         # sendMsgInPrivateRoom 1
  610 B>S 01 81 00 00                              # msgReceived 1
  615 S>A 02 81 00 00                              # msgReceived 2
 1000 A>S 03 0c 00 00                              # leavePrivateRoomRequest 3
 1005 S>B 02 0c 00 00                              # leavePrivateRoomRequest 2
 1006 B>S 02 0c 00 00                              # leavePrivateRoomRequest 2: of its own
 1011 S>A 03 84 00 00                              # privateRoomReleased 3
 1012 S>B 02 84 00 00                              # privateRoomReleased 2
 9000 B>S 03 02 00 00                              # movieListRequest 3
 9005 S>B 03 01 00 00                              # movieListResponse 3
20000 end
";
    assert_eq!(findings("c2w-g9", &[TWO, CHAT, closes]), []);
    assert_eq!(
        findings("c2w-g9", &[TWO, CHAT, &closes.replace("B>S 03 02", "B>S 02 02").replace("S>B 03 01", "S>B 02 01")]),
        []
    );
    let skips = closes.replace("B>S 03 02", "B>S 04 02").replace("S>B 03 01", "S>B 04 01");
    assert_eq!(findings("c2w-g9", &[TWO, CHAT, &skips]), [(23, "S002")]);
}

#[test]
fn whose_acceptance_crosses_word_that_the_group_is_closed_may_be_in_none() {
    // `imp`: bob invites alice into the group where they are; carol leaves it, bob too, and alice is told so.
    let imp = "
   20 S>A 4a 09 00 00 08 00 05 01                  # GroupInvitationRequest S=1 into 5
   25 A>S 4b 01 00 00 05                           # ack
   26 A>S 52 01 00 00 08 00 05 01                  # GroupInvitationAccept S=1
   30 S>A 53 00 00 00 05                           # ack
  100 S>A 48 09 00 00 08 00 05 01                  # GroupInvitationRequest S=0 into 5, again
  105 A>S 49 01 00 00 05                           # ack
  110 S>A 6a 00 05 00 05                           # GroupDissolution S=1 of 5: lost behind the capture
  112 A>S 50 01 00 00 08 00 05 01                  # GroupInvitationAccept S=0
  116 S>A 51 00 00 00 05                           # ack
  610 S>A 6a 00 05 00 05                           # GroupDissolution S=1 of 5
  615 A>S 6b 01 00 00 05                           # ack
 3000 A>S 2a 01 01 00 07 00 02 'hi'                # DataMessage S=1 to all
 3005 S>A 2b 00 00 00 05                           # ack
 9000 end
";
    assert_eq!(findings("imp", &[IMP_ALICE, imp]), []);
}

#[test]
fn who_has_left_answers_nobody_who_does_not_know_yet() {
    // `imp`: alice and bob are in a decentralized group; bob leaves the service, and alice speaks to him once more.
    let imp = "
   40 S>B 4a 01 00 00 08 80 05 02                  # GroupInvitationRequest S=1 into 5, decentralized
   45 B>S 4b 02 00 00 05
   50 B>S 52 02 00 00 08 80 05 02                  # GroupInvitationAccept S=1
   55 S>B 53 00 00 00 05
   60 S>A 38 00 00 00 07 80 05                     # GroupCreationAccept S=0
   65 A>S 39 01 00 00 05
  200 A>B 2a 01 05 00 07 00 02 'hi'                # DataMessage S=1
  205 B>A 2b 02 00 00 05                           # ack
  300 B>S 80 02 00 00 05                           # DisconnectionRequest S=0
  305 S>B 81 00 00 00 05                           # ack
  400 A>B 28 01 05 00 07 00 02 'ho'                # DataMessage S=0
  806 S>A 7a 00 ff 00 06 02                        # UpdateDisconnection S=1
  810 A>S 7b 01 00 00 05
  811 S>A 68 00 05 00 05                           # GroupDissolution S=0
  815 A>S 69 01 00 00 05
 9000 end
";
    let told = findings("imp", &[IMP_ALICE, IMP_BOB, imp]);
    assert!(!told.iter().any(|(frame, rule)| *frame == 19 && matches!(*rule, "A001" | "R002")), "{told:?}");
    let there = imp.replace("  300 B>S 80 02 00 00 05 ", "  300 B>S 18 02 01 00 05 ");
    let there = there.replace("  305 S>B 81 00 00 00 05 ", "  305 S>B 19 00 00 00 05 ");
    assert!(findings("imp", &[IMP_ALICE, IMP_BOB, &there]).contains(&(19, "A001")));
}

#[test]
fn a_relay_may_come_under_the_number_of_what_its_receiver_said() {
    // Frame 17 is due to carol's leaving, under the number of what bob asked; so the relay has that of what he says next.
    let says = "
 1000 B>S 01 03 00 00                              # mainRoomUserListRequest 1: lost behind the capture
 1001 C>S 01 0a 00 00                              # leaveMainRoomRequest 1
 1005 S>C 01 83 00 00                              # disconnectSuccess 1
 1006 S>A 02 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 2
 1007 S>B 01 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 1
 1011 A>S 02 80 00 00                              # userListReceived 2
 1012 B>S 01 80 00 00                              # userListReceived 1
 2000 B>S 02 05 00 02 'hi'                         # sendMsgInMainRoom 2: lost behind the capture
 2100 A>S 01 05 00 02 'ho'                         # sendMsgInMainRoom 1
 2105 S>A 01 03 00 02 'ho'                         # sendMsgInMainRoom 1
 2106 S>B 02 03 00 02 'ho'                         # sendMsgInMainRoom 2: alice's
 2110 A>S 01 81 00 00                              # msgReceived 1
 2111 B>S 02 81 00 00                              # msgReceived 2
 4000 B>S 02 05 00 02 'hi'                         # sendMsgInMainRoom 2
 4005 S>B 02 03 00 02 'hi'                         # sendMsgInMainRoom 2
 4006 S>A 03 03 00 02 'hi'                         # sendMsgInMainRoom 3
 4010 B>S 02 81 00 00                              # msgReceived 2
 4011 A>S 03 81 00 00                              # msgReceived 3
 9000 end
";
    assert_eq!(findings("c2w-g9", &[TWO, CAROL_LATER, says]), []);
}

#[test]
fn who_founded_a_group_is_in_it_once_somebody_accepts_though_it_hears_of_that_later() {
    // `imp`: the list that tells bob of the new group overtakes what tells alice.
    let imp = "
  100 A>S 32 01 00 00 07 00 02                     # GroupCreationRequest S=1 with bob
  105 S>A 33 00 00 00 05
  106 S>B 4a 01 00 00 08 00 05 02                  # GroupInvitationRequest S=1 into 5
  110 B>S 4b 02 00 00 05
  111 B>S 52 02 00 00 08 00 05 02                  # GroupInvitationAccept S=1
  115 S>B 53 00 00 00 05
  116 S>B 70 00 ff 00 25 01 05 'alice   ' 0a 00 00 02 9c 41 02 05 'bob     ' 0a 00 00 03 9c 42
  117 S>A 38 00 00 00 07 00 05                     # GroupCreationAccept S=0
  120 B>S 71 02 00 00 05
  121 A>S 39 01 00 00 05
  125 S>A 72 00 ff 00 25 01 05 'alice   ' 0a 00 00 02 9c 41 02 05 'bob     ' 0a 00 00 03 9c 42
  130 A>S 73 01 00 00 05
 9000 end
";
    assert_eq!(findings("imp", &[IMP_ALICE, IMP_BOB, imp]), []);
    let accepts =
        "  111 B>S 52 02 00 00 08 00 05 02                  # GroupInvitationAccept S=1\n  115 S>B 53 00 00 00 05\n";
    let nobody = imp.replace(accepts, "");
    assert!(findings("imp", &[IMP_ALICE, IMP_BOB, &nobody]).contains(&(13, "P010")));
}

#[test]
fn of_two_invitations_the_one_is_answered_that_the_answer_names() {
    let imp = "
   20 S>A 4a 08 00 00 08 00 05 01                  # GroupInvitationRequest S=1 into 5
   25 A>S 4b 01 00 00 05
   30 S>A 48 09 00 00 08 00 06 01                  # GroupInvitationRequest S=0 into 6
   35 A>S 49 01 00 00 05
 1000 A>S 5a 01 00 00 08 00 05 01                  # GroupInvitationReject S=1 of 5
 1005 S>A 5b 00 00 00 05
";
    assert_eq!(findings("imp", &[IMP_ALICE, imp, "30000 end\n"]), [(6, "T002")]);
    let both = "
 2000 A>S 58 01 00 00 08 00 06 01                  # GroupInvitationReject S=0 of 6
 2005 S>A 59 00 00 00 05
30000 end
";
    assert_eq!(findings("imp", &[IMP_ALICE, imp, both]), []);
}

/// `imp`: alice, bob and carol; alice and bob are in group 5, and what tells alice of it and of the next is at 70 and 120.
const GROUPS: &str = "
   40 S>B 4a 01 00 00 08 00 05 02                  # GroupInvitationRequest S=1 into 5
   45 B>S 4b 02 00 00 05
   50 B>S 52 02 00 00 08 00 05 02                  # GroupInvitationAccept S=1
   55 S>B 53 00 00 00 05
   60 S>A 38 00 00 00 07 00 05                     # GroupCreationAccept S=0 of 5
   65 A>S 39 01 00 00 05
";

#[test]
fn who_is_told_of_a_new_group_is_in_the_old_one_no_more() {
    let says = "
  120 S>A 3a 00 00 00 07 00 06                     # GroupCreationAccept S=1 of 6: lost behind the capture
  130 A>S 2a 01 05 00 07 00 02 'hi'                # DataMessage S=1 to 5
  135 S>A 2b 00 00 00 05
  620 S>A 3a 00 00 00 07 00 06                     # GroupCreationAccept S=1 of 6
  625 A>S 3b 01 00 00 05
 3000 end
";
    let told = findings("imp", &[IMP_ALICE, IMP_BOB, GROUPS, says]);
    assert!(!told.iter().any(|(_, rule)| *rule == "P006"), "{told:?}");
    let stays = "
  130 A>S 2a 01 05 00 07 00 02 'hi'                # DataMessage S=1 to 5
  135 S>A 2b 00 00 00 05
 3000 end
";
    assert!(findings("imp", &[IMP_ALICE, IMP_BOB, GROUPS, stays]).contains(&(15, "P006")));
}

#[test]
fn who_leaves_a_private_chat_while_it_is_told_to_need_not_answer_that_too() {
    // What the server answers bob is lost time and again, and he has it at 8004 at last.
    let leaves = "
 1000 A>S 02 0c 00 00                              # leavePrivateRoomRequest 2
 1005 S>B 01 0c 00 00                              # leavePrivateRoomRequest 1
 1300 B>S 01 02 00 00                              # movieListRequest 1
 1305 S>B 01 01 00 00                              # movieListResponse 1
 1400 B>S 02 0c 00 00                              # leavePrivateRoomRequest 2
 1405 S>B 02 84 00 00                              # privateRoomReleased 2
 3005 S>B 01 0c 00 00                              # leavePrivateRoomRequest 1
 3400 B>S 02 0c 00 00                              # leavePrivateRoomRequest 2
 3405 S>B 02 84 00 00                              # privateRoomReleased 2
 5005 S>B 01 0c 00 00                              # leavePrivateRoomRequest 1
 5400 B>S 02 0c 00 00                              # leavePrivateRoomRequest 2
 5405 S>B 02 84 00 00                              # privateRoomReleased 2
 7005 S>B 01 0c 00 00                              # leavePrivateRoomRequest 1
 8000 B>S 03 0a 00 00                              # leaveMainRoomRequest 3
 8005 S>B 03 83 00 00                              # disconnectSuccess 3
 8006 S>A 01 02 00 06 85 'alice'                   # sendMainRoomUserList 1
 8010 A>S 01 80 00 00                              # userListReceived 1
 8011 S>A 02 84 00 00                              # privateRoomReleased 2
20000 end
";
    let told = findings("c2w-g9", &[TWO, CHAT, leaves]);
    assert!(!told.iter().any(|(frame, rule)| *frame == 13 && *rule == "A001"), "{told:?}");
}

#[test]
fn what_is_said_again_in_a_private_chat_may_reach_who_has_just_asked_for_the_next() {
    let says = "
  100 A>S 01 08 00 03 'bob'                        # privateChatRequest 1
  105 S>B 01 08 00 05 'alice'                      # privateChatRequest 1
  106 S>A 01 06 00 01 11                           # privateChatResponse 1: available
  110 A>S 01 82 00 00                              # privateChatStarted 1
  111 B>S 01 82 00 00                              # privateChatStarted 1
  200 A>S 02 07 00 02 'hi'                         # sendMsgInPrivateRoom 2: lost behind the capture
 1000 B>S 01 0c 00 00                              # leavePrivateRoomRequest 1
 1005 S>A 02 0c 00 00                              # leavePrivateRoomRequest 2
 1010 A>S 02 0c 00 00                              # leavePrivateRoomRequest 2, in answer
 1015 S>B 01 84 00 00                              # privateRoomReleased 1
 1016 S>A 02 84 00 00                              # privateRoomReleased 2
 2195 C>S 01 08 00 05 'alice'                      # privateChatRequest 1
 2200 A>S 02 07 00 02 'hi'                         # sendMsgInPrivateRoom 2
 2201 S>A 03 08 00 05 'carol'                      # privateChatRequest 3
 2202 S>C 01 06 00 01 11                           # privateChatResponse 1: available
 2205 A>S 03 82 00 00                              # privateChatStarted 3
 2206 S>C 00 05 00 02 'hi'                         # sendMsgInPrivateRoom 0
 2207 C>S 01 82 00 00                              # privateChatStarted 1
 2208 C>S 00 81 00 00                              # msgReceived 0
 2213 S>A 02 81 00 00                              # msgReceived 2
 9000 end
";
    assert_eq!(findings("c2w-g9", &[TWO, CAROL, says]), []);
}

#[test]
fn who_accepts_again_when_its_inviter_has_moved_on_may_be_in_either_group() {
    // `shen`: alice accepts bob's invitation, which is lost behind the capture; bob accepts carol's; then alice accepts again,
    // and is in carol's group. What carol says there reaches both.
    let moves = "
   30 C>S 00 00 40 70 'carol' 0d 0a                       # Connexion 0
   35 S>C 00 02 00 00                                     # ACK 0
  100 B>S 00 44 c0 b0 'bob,alice' 0d 0a                   # Invitation 1
  105 S>B 00 42 80 70 'modes' 0d 0a                       # OffrirModes 1
  110 B>S 00 85 00 00                                     # ChoisirMode 2
  115 S>B 00 82 00 00                                     # ACK 2
  116 S>A 00 04 c0 50 'bob' 0d 0a                         # Invitation 0
  120 A>S 00 01 40 00                                     # AccepterInvitation 0
  200 C>S 00 44 c0 b0 'carol,bob' 0d 0a                   # Invitation 1
  205 S>C 00 42 80 70 'modes' 0d 0a                       # OffrirModes 1
  210 C>S 00 85 00 00                                     # ChoisirMode 2
  215 S>C 00 82 00 00                                     # ACK 2
  216 S>B 00 04 c0 70 'carol' 0d 0a                       # Invitation 0
  220 B>S 00 01 40 00                                     # AccepterInvitation 0
  225 S>C 00 42 c0 00                                     # InvitationValide 1
  230 C>S 00 42 00 00                                     # ACK 1
 2116 S>A 00 04 c0 50 'bob' 0d 0a                         # Invitation 0
 2120 A>S 00 01 40 00                                     # AccepterInvitation 0
 2125 S>B 00 42 c0 00                                     # InvitationValide 1
 2130 B>S 00 42 00 00                                     # ACK 1
 9000 C>S 00 c4 80 44 'hi' 0d 0a                          # EnvoyerMessage 3, private
 9005 S>C 00 c2 00 00                                     # ACK 3
 9006 S>A 00 42 40 b0 'hi' 0d 0a 'carol' 0d 0a            # DiffuserMessage 1
 9007 S>B 00 82 40 b0 'hi' 0d 0a 'carol' 0d 0a            # DiffuserMessage 2
 9010 A>S 00 42 00 00                                     # ACK 1
 9011 B>S 00 82 00 00                                     # ACK 2
20000 end
";
    let told = findings("shen", &[SHEN, moves]);
    assert!(!told.iter().any(|(_, rule)| *rule == "P008"), "{told:?}");
}
