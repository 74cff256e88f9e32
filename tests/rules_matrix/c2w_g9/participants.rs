//! Participants, relays, lists in c2w-g9.

use super::{ALICE, BOB, CAROL, MOVIE, PRIVATE, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "P001",
        fires: &[ALICE, "
+10   C>S 00 01 00 05 'alice'                             # loginRequest 0
+5    S>C 00 00 00 01 01                                  # loginResponse 0
+10   C>S 01 02 00 00  <- P001 client                     # movieListRequest 1
+300 end
"],
        holds: &[ALICE, "
+10   C>S 00 01 00 05 'alice'                             # loginRequest 0
+5    S>C 00 00 00 01 01                                  # loginResponse 0
+10   C>S 01 01 00 05 'carol'                             # loginRequest 1
+5    S>C 01 00 00 01 00                                  # loginResponse 1
+10   S>A 00 02 00 0c 85 'alice' 85 'carol'               # sendMainRoomUserList 0
+5    A>S 00 80 00 00                                     # userListReceived 0
+300 end
"],
    },
    Case {
        rule: "P001",
        fires: &[ALICE, "
+10   C>S 00 01 00 05 'alice'                             # loginRequest 0
+5    S>C 00 00 00 01 01                                  # loginResponse 0
+10   S>C 00 02 00 06 85 'alice'  <- P001 server          # sendMainRoomUserList 0
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "P002",
        fires: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 05 00 05 'hello'  <- P002 client             # sendMsgInMainRoom 2
+5    S>A 02 03 00 05 'hello'                             # sendMsgInMainRoom 2
+5    A>S 02 81 00 00                                     # msgReceived 2
+300 end
"],
        holds: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 06 00 04 'psst'                              # sendMsgInMovieRoom 2
+5    S>A 02 04 00 04 'psst'                              # sendMsgInMovieRoom 2
+5    A>S 02 81 00 00                                     # msgReceived 2
+10   S>B 02 04 00 04 'psst'                              # sendMsgInMovieRoom 2
+5    B>S 02 81 00 00                                     # msgReceived 2
+300 end
"],
    },
    Case {
        rule: "P002",
        fires: &[ALICE, "
+10   A>S 01 0b 00 00  <- P002 client                     # leaveMovieRoomRequest 1
+5    S>A 01 82 00 00                                     # removedFromMovieRoom 1
+300 end
"],
        holds: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 0b 00 00                                     # leaveMovieRoomRequest 2
+5    S>A 02 82 00 00                                     # removedFromMovieRoom 2
+10   S>C 02 02 00 10 85 'alice' 03 'bob' 85 'carol'      # sendMainRoomUserList 2
+5    C>S 02 80 00 00                                     # userListReceived 2
+10   S>B 02 07 00 04 83 'bob'                            # sendMovieRoomUserList 2
+5    B>S 02 80 00 00                                     # userListReceived 2
+300 end
"],
    },
    Case {
        rule: "P002",
        fires: &[ALICE, BOB, "
+10   A>S 01 07 00 04 'psst'  <- P002 client              # sendMsgInPrivateRoom 1
+5    S>A 01 81 00 00                                     # msgReceived 1
+300 end
"],
        holds: &[ALICE, BOB, PRIVATE, "
+10   A>S 02 07 00 04 'psst'                              # sendMsgInPrivateRoom 2
+5    S>A 02 81 00 00                                     # msgReceived 2
+10   S>B 01 05 00 04 'psst'                              # sendMsgInPrivateRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+300 end
"],
    },
    Case {
        rule: "P003",
        fires: &[ALICE, BOB, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 00                                     # disconnectSuccess 1
+10   S>B 00 02 00 04 83 'bob'                            # sendMainRoomUserList 0
+5    B>S 00 80 00 00                                     # userListReceived 0
+100  A>S 02 02 00 00  <- P003 client                     # movieListRequest 2
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 00                                     # disconnectSuccess 1
+10   S>B 00 02 00 04 83 'bob'                            # sendMainRoomUserList 0
+5    B>S 00 80 00 00                                     # userListReceived 0
+100  A>S 00 01 00 05 'alice'                             # loginRequest 0, a new login
+5    S>A 00 00 00 01 00                                  # loginResponse 0
+10   S>B 01 02 00 0a 85 'alice' 83 'bob'                 # sendMainRoomUserList 1
+5    B>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
    Case {
        rule: "P003",
        fires: &[ALICE, BOB, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 00                                     # disconnectSuccess 1
+10   S>B 00 02 00 04 83 'bob'                            # sendMainRoomUserList 0
+5    B>S 00 80 00 00                                     # userListReceived 0
+100  S>A 01 02 00 04 83 'bob'  <- P003 server            # sendMainRoomUserList 1
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "P005",
        fires: &[ALICE, "
+10   C>S 00 01 00 05 'alice'                             # loginRequest 0
+5    S>C 00 00 00 01 00  <- P005 server                  # loginResponse 0
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 00                                     # disconnectSuccess 1
+10   C>S 00 01 00 05 'alice'                             # loginRequest 0: the name is free again
+5    S>C 00 00 00 01 00                                  # loginResponse 0
+300 end
"],
    },
    Case {
        rule: "P006",
        fires: &[ALICE, BOB, CAROL, "
+10   A>S 01 05 00 05 'hello'  <- P006 server             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+5000 end
"],
        holds: &[ALICE, BOB, CAROL, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+10   S>C 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+5    C>S 00 81 00 00                                     # msgReceived 0
+5000 end
"],
    },
    Case {
        rule: "P006",
        fires: &[ALICE, BOB, "
+10   A>S 01 08 00 03 'bob'                               # privateChatRequest 1
+5    S>A 01 06 00 01 11  <- P006 server                  # privateChatResponse 1
+5    A>S 01 82 00 00                                     # privateChatStarted 1
+5000 end
"],
        holds: &[ALICE, BOB, PRIVATE, "
+10   A>S 02 07 00 04 'psst'                              # sendMsgInPrivateRoom 2
+5    S>A 02 81 00 00                                     # msgReceived 2
+10   S>B 01 05 00 04 'psst'                              # sendMsgInPrivateRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+5000 end
"],
    },
    Case {
        rule: "P006",
        fires: &[ALICE, BOB, PRIVATE, "
+10   A>S 02 07 00 04 'psst'  <- P006 server              # sendMsgInPrivateRoom 2
+5    S>A 02 81 00 00                                     # msgReceived 2
+5000 end
"],
        holds: &[ALICE, BOB, PRIVATE, "
+10   A>S 02 07 00 04 'psst'                              # sendMsgInPrivateRoom 2
+5    S>A 02 81 00 00                                     # msgReceived 2
+10   S>B 01 05 00 04 'psst'                              # sendMsgInPrivateRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+5000 end
"],
    },
    Case {
        rule: "P007",
        fires: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'jello'  <- P007 server             # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+5000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+5000 end
"],
    },
    Case {
        rule: "P007",
        fires: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'jello'  <- P007 server             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+5000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+5000 end
"],
    },
    Case {
        rule: "P007",
        fires: &[ALICE, BOB, CAROL, "
+10   A>S 01 08 00 03 'bob'                               # privateChatRequest 1
+5    S>A 01 06 00 01 11                                  # privateChatResponse 1
+5    A>S 01 82 00 00                                     # privateChatStarted 1
+10   S>B 01 08 00 05 'carol'  <- P007 server             # privateChatRequest 1
+5    B>S 01 82 00 00                                     # privateChatStarted 1
+300 end
"],
        holds: &[ALICE, BOB, PRIVATE, "
+10   A>S 02 07 00 04 'psst'                              # sendMsgInPrivateRoom 2
+5    S>A 02 81 00 00                                     # msgReceived 2
+10   S>B 01 05 00 04 'psst'                              # sendMsgInPrivateRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+5000 end
"],
    },
    Case {
        rule: "P008",
        fires: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 06 00 04 'psst'                              # sendMsgInMovieRoom 2
+5    S>A 02 04 00 04 'psst'                              # sendMsgInMovieRoom 2
+5    A>S 02 81 00 00                                     # msgReceived 2
+10   S>B 02 04 00 04 'psst'                              # sendMsgInMovieRoom 2
+5    B>S 02 81 00 00                                     # msgReceived 2
+10   S>C 02 04 00 04 'psst'  <- P008 server              # sendMsgInMovieRoom 2
+5    C>S 02 81 00 00                                     # msgReceived 2
+5000 end
"],
        holds: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 06 00 04 'psst'                              # sendMsgInMovieRoom 2
+5    S>A 02 04 00 04 'psst'                              # sendMsgInMovieRoom 2
+5    A>S 02 81 00 00                                     # msgReceived 2
+10   S>B 02 04 00 04 'psst'                              # sendMsgInMovieRoom 2
+5    B>S 02 81 00 00                                     # msgReceived 2
+5000 end
"],
    },
    Case {
        rule: "P008",
        fires: &[ALICE, BOB, PRIVATE, "
+10   C>S 00 01 00 05 'carol'                             # loginRequest 0
+5    S>C 00 00 00 01 00                                  # loginResponse 0
+10   S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol'      # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
+10   S>B 01 02 00 10 85 'alice' 83 'bob' 85 'carol'      # sendMainRoomUserList 1
+5    B>S 01 80 00 00                                     # userListReceived 1
+10   A>S 02 07 00 04 'psst'                              # sendMsgInPrivateRoom 2
+5    S>A 02 81 00 00                                     # msgReceived 2
+10   S>B 02 05 00 04 'psst'                              # sendMsgInPrivateRoom 2
+5    B>S 02 81 00 00                                     # msgReceived 2
+10   S>C 00 05 00 04 'psst'  <- P008 server              # sendMsgInPrivateRoom 0
+5    C>S 00 81 00 00                                     # msgReceived 0
+5000 end
"],
        holds: &[ALICE, BOB, PRIVATE, "
+10   A>S 02 07 00 04 'psst'                              # sendMsgInPrivateRoom 2
+5    S>A 02 81 00 00                                     # msgReceived 2
+10   S>B 01 05 00 04 'psst'                              # sendMsgInPrivateRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+5000 end
"],
    },
    Case {
        rule: "P009",
        fires: &[ALICE, "
+10   B>S 00 01 00 03 'bob'                               # loginRequest 0
+5    S>B 00 00 00 01 00  <- P009 server                  # loginResponse 0
+5000 end
"],
        holds: &[ALICE, BOB, "
+5000 end
"],
    },
    Case {
        rule: "P009",
        fires: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 0b 00 00                                     # leaveMovieRoomRequest 2
+5    S>A 02 82 00 00  <- P009 server                     # removedFromMovieRoom 2
+10   S>C 02 02 00 10 85 'alice' 03 'bob' 85 'carol'      # sendMainRoomUserList 2
+5    C>S 02 80 00 00                                     # userListReceived 2
+5000 end
"],
        holds: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 0b 00 00                                     # leaveMovieRoomRequest 2
+5    S>A 02 82 00 00                                     # removedFromMovieRoom 2
+10   S>C 02 02 00 10 85 'alice' 03 'bob' 85 'carol'      # sendMainRoomUserList 2
+5    C>S 02 80 00 00                                     # userListReceived 2
+10   S>B 02 07 00 04 83 'bob'                            # sendMovieRoomUserList 2
+5    B>S 02 80 00 00                                     # userListReceived 2
+5000 end
"],
    },
    Case {
        rule: "P009",
        fires: &[ALICE, BOB, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 00  <- P009 server                     # disconnectSuccess 1
+5000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 00                                     # disconnectSuccess 1
+10   S>B 00 02 00 04 83 'bob'                            # sendMainRoomUserList 0
+5    B>S 00 80 00 00                                     # userListReceived 0
+5000 end
"],
    },
    Case {
        rule: "P010",
        fires: &[ALICE, BOB, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'  <- P010 server          # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 0a 83 'bob' 85 'alice'                 # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
    Case {
        rule: "P010",
        fires: &[ALICE, BOB, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 0a 85 'alice' 03 'bob'  <- P010 server  # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 0a 85 'alice' 83 'bob'                 # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
    Case {
        rule: "P010",
        fires: &[ALICE, BOB, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 00                                     # disconnectSuccess 1
+10   S>B 00 02 00 04 83 'bob'                            # sendMainRoomUserList 0
+5    B>S 00 80 00 00                                     # userListReceived 0
+10   B>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>B 01 02 00 0a 85 'alice' 83 'bob'  <- P010 server  # sendMainRoomUserList 1
+5    B>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 00                                     # disconnectSuccess 1
+10   S>B 00 02 00 04 83 'bob'                            # sendMainRoomUserList 0
+5    B>S 00 80 00 00                                     # userListReceived 0
+10   B>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>B 01 02 00 04 83 'bob'                            # sendMainRoomUserList 1
+5    B>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
    Case {
        rule: "P010",
        fires: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 04 00 02 'Up'                                # movieRoomUserListRequest 2
+5    S>A 02 07 00 10 85 'alice' 83 'bob' 85 'carol'  <- P010 server  # sendMovieRoomUserList 2
+5    A>S 02 80 00 00                                     # userListReceived 2
+300 end
"],
        holds: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 04 00 02 'Up'                                # movieRoomUserListRequest 2
+5    S>A 02 07 00 0a 85 'alice' 83 'bob'                 # sendMovieRoomUserList 2
+5    A>S 02 80 00 00                                     # userListReceived 2
+300 end
"],
    },
];
