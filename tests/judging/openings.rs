//! How conversations begin: what several scripts have in common, for each to go on from.

/// `c2w-g9`: alice, then bob, log in; alice is told, under 0.
pub(crate) const TWO: &str = "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   20 B>S 00 01 00 03 'bob'                        # loginRequest 0
   25 S>B 00 00 00 01 00                           # loginResponse 0
   26 S>A 00 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 0
   30 A>S 00 80 00 00                              # userListReceived 0
";

/// Carol too: alice and bob are told.
pub(crate) const CAROL: &str = "
   40 C>S 00 01 00 05 'carol'                      # loginRequest 0
   45 S>C 00 00 00 01 00                           # loginResponse 0
   46 S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
   47 S>B 00 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 0
   50 A>S 01 80 00 00                              # userListReceived 1
   51 B>S 00 80 00 00                              # userListReceived 0
";

/// The same, a little later.
pub(crate) const CAROL_LATER: &str = "
  100 C>S 00 01 00 05 'carol'                      # loginRequest 0
  105 S>C 00 00 00 01 00                           # loginResponse 0
  106 S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 1
  106 S>B 00 02 00 10 85 'alice' 83 'bob' 85 'carol' # sendMainRoomUserList 0
  110 A>S 01 80 00 00                              # userListReceived 1
  111 B>S 00 80 00 00                              # userListReceived 0
";

/// Alice and bob are in a private chat.
pub(crate) const CHAT: &str = "
  100 A>S 01 08 00 03 'bob'                        # privateChatRequest 1
  105 S>B 00 08 00 05 'alice'                      # privateChatRequest 0
  106 S>A 01 06 00 01 11                           # privateChatResponse 1: available
  110 A>S 01 82 00 00                              # privateChatStarted 1
  111 B>S 00 82 00 00                              # privateChatStarted 0
";

/// `shen`: alice and bob log in.
pub(crate) const SHEN: &str = "
   10 A>S 00 00 40 70 'alice' 0d 0a                       # Connexion 0
   15 S>A 00 02 00 00                                     # ACK 0
   20 B>S 00 00 40 50 'bob' 0d 0a                         # Connexion 0
   25 S>B 00 02 00 00                                     # ACK 0
";

/// `imp`: alice logs in.
pub(crate) const IMP_ALICE: &str = "
    0 A>S 00 00 00 00 0d 'alice   '
    5 S>A 08 00 00 00 06 01
   10 A>S 09 01 00 00 05
";

/// Bob too: alice is told.
pub(crate) const IMP_BOB: &str = "
   20 B>S 00 00 00 00 0d 'bob     '
   25 S>B 08 00 00 00 06 02
   26 S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42
   30 B>S 09 02 00 00 05
   31 A>S 73 01 00 00 05
";

/// `c2w-g22`: alice and bob log in.
pub(crate) const G22: &str = "
   10 A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
   15 S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
   20 A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
   30 B>S '10:00:02: CONNECTION_REQUEST|bob|' 0d 0a
   35 S>B '10:00:02: CONNECTION_GRANTED|bob|' 0d 0a
   40 B>S '10:00:02: CONNECTION_RESPONSE_ACK|bob|' 0d 0a
";
