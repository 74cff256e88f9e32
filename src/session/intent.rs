//! What a remembered message will do once it is granted.

/// The effect of a message, owned and compact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Intent {
    /// None.
    #[default]
    None,
    /// Log in under this name.
    Login(Box<[u8]>),
    /// Leave the service.
    Logout,
    /// Enter this room.
    Enter(Box<[u8]>),
    /// Leave the room.
    Leave,
    /// Leave the room, or else the service.
    Back,
    /// Chat privately with this user.
    OpenPrivate(Box<[u8]>),
    /// End the private chat.
    ClosePrivate,
    /// Become a member of the group of the latest invitation, or of this number.
    Accept(Option<u8>),
    /// Have this broadcast (by its number) passed on.
    Say(u64),
    /// Be invited (the server's message to a client): its acknowledgement starts the invitation's timer.
    Invited,
}
